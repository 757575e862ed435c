import * as z from 'zod';
import { isDomain } from './names';

/** Fields of a file that is imported, bounded as the options and the operations that set them are. */

/** Epoch milliseconds, whole as the store keeps them, of the years 1601 to 9999: what Windows' dates can say. */
export const instant = z
  .int()
  .min(Date.UTC(1601, 0, 1))
  .max(Date.UTC(10_000, 0, 1) - 1);

/** Text that anybody may have sent: a terminal gets it only through the console, which makes it harmless. */
export const text = z.string().max(65_536);

/** A DNS domain or the name of a host in one. */
export const domain = z.string().refine(isDomain, 'is no DNS domain');

/** A length in minutes, at most a hundred years. */
export const minutes = z
  .int()
  .min(0)
  .max(36_525 * 24 * 60);

/** What an unsigned or a signed number of 32 bits can say, as a reason of a licence. */
export const code32 = z.int().min(-0x8000_0000).max(0xffff_ffff);

/** How often something happened: what a counter of 32 bits can say. */
export const count = z.int().min(0).max(0xffff_ffff);

/** How far a clock is off, in milliseconds: at most a hundred years either way. */
export const offset = z
  .int()
  .min(-36_525 * 86_400_000)
  .max(36_525 * 86_400_000);
