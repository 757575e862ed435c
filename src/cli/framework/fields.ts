import * as z from 'zod';
import { parseDuration, parseInstant } from '../../lab/estate/duration';

/** Schemas of the words that commands take. Messages end up behind the word's name: "count: …". */

/** A switch. */
export const flag = z.boolean().default(false);

/** A word as it stands, not empty. */
export const text = z.string('a word is missing').min(1, 'must not be empty');

/** The one value of an option that takes one. */
export function single<T>(inner: z.ZodType<T, string>): z.ZodType<T> {
  return z.preprocess((value) => (Array.isArray(value) ? (value as unknown[])[0] : value), inner);
}

/** An option with a text value. */
export const option = single(z.string('a value is missing'));

/** A whole number within limits, of a word or an option. */
export function wholeNumber(least: number, most: number): z.ZodType<number> {
  return single(
    z
      .string('a number is missing')
      .regex(/^-?\d{1,15}$/, `must be a whole number from ${least} to ${most}`)
      .transform(Number)
      .refine((value) => value >= least && value <= most, `must be a whole number from ${least} to ${most}`),
  );
}

/** A duration in milliseconds: a number with ms, s, m, h or d; bare seconds. */
export const duration = single(understood((value) => parseDuration(value)));

/** A duration that may be negative. */
export const signedDuration = single(understood((value) => parseDuration(value, 'signed')));

/** An instant, epoch milliseconds: ISO 8601 with a zone, or a date or time without one read as UTC. */
export const instant = single(understood(parseInstant));

/** A word that a parser with its own complaint reads. */
function understood(parse: (value: string) => number): z.ZodType<number, string> {
  return z.string('a value is missing').transform((value, context) => {
    try {
      return parse(value);
    } catch (error) {
      context.addIssue(error instanceof Error ? error.message : String(error));
      return z.NEVER;
    }
  });
}

/** One of the words given, any case. */
export function oneOf<const Word extends string>(...words: readonly Word[]): z.ZodType<Word> {
  return single(
    z.string('a value is missing').transform((value, context) => {
      const found = words.find((word) => word.toLowerCase() === value.toLowerCase());
      if (found !== undefined) return found;
      context.addIssue(`must be one of ${words.join(', ')}`);
      return z.NEVER;
    }),
  );
}

const namePattern = /^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\.?$/i;

/** A name that DNS and NetBIOS can carry: letters, digits, hyphens, dots between labels; at most 255. */
export const hostName = single(
  z
    .string('a name is missing')
    .max(255, 'is too long')
    .refine((value) => namePattern.test(value), { error: ({ input }) => `"${String(input)}" is no name` }),
);

/** A DNS domain; null for an empty word, which means none. */
export const domainOrNone = single(
  z
    .string('a domain is missing')
    .max(255, 'is too long')
    .refine((value) => value === '' || namePattern.test(value), {
      error: ({ input }) => `"${String(input)}" is no domain`,
    })
    .transform((value) => (value === '' ? null : value)),
);
