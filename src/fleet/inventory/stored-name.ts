import * as z from 'zod';

/** A name of a machine in a file that is imported: no word of it is lost. */
export const storedName = z
  .string()
  .min(1, 'the machine has no name')
  .max(300)
  .regex(/^(?!@)[^\p{Cc}\s]+$/u, 'is no name of a machine');
