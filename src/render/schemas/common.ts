import * as z from 'zod';

/** A state with the number that Windows uses and a name. */
export const state = z
  .object({ code: z.number().int(), name: z.string() })
  .describe('A state: the number that Windows uses, and its name');

export const instant = z.iso.datetime().describe('A time in UTC, ISO 8601');

export const errorCode = z
  .string()
  .regex(/^0x[0-9A-F]{8}$/)
  .describe('An error number, "0xC004F074"');

/** A text or a number that the machine may not have. */
export const text = z.string().nullable();
export const number = z.number().nullable();
