import * as z from 'zod';
import { parseDuration } from '../argv/duration';

/** Schemas of the words that commands take. Messages end up behind the word's name: "count: …". */

/** A switch. */
export const flag = z
  .union([z.literal(true), z.undefined()])
  .transform((value) => value === true);

/** A word as it stands, not empty. */
export const text = z.string('a word is missing').min(1, 'must not be empty');

/** The one value of an option that takes one. */
function single<T>(inner: z.ZodType<T, string>): z.ZodType<T> {
  return z.preprocess((value) => (Array.isArray(value) ? (value as unknown[])[0] : value), inner) as z.ZodType<T>;
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
export const duration: z.ZodType<number> = single(
  z.string('a duration is missing').transform((value, context) => {
    const parsed = parseDuration(value);
    if (parsed !== null) return parsed;
    context.addIssue('must be a duration such as 90s, 30m, 12h or 7d (a bare number is seconds)');
    return z.NEVER;
  }),
);

/** An instant: ISO 8601 with a zone, or a date or time without one read as UTC. Epoch milliseconds. */
export const instant: z.ZodType<number> = single(
  z.string('a time is missing').transform((value, context) => {
    const parsed = parseInstant(value);
    if (parsed !== null) return parsed;
    context.addIssue('must be a time such as 2026-01-05T08:00:00Z');
    return z.NEVER;
  }),
);

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

/** A name that DNS and NetBIOS can carry: letters, digits, hyphens, dots between labels; at most 255. */
export const hostName = single(
  z
    .string('a name is missing')
    .max(255, 'is too long')
    .regex(/^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\.?$/i, 'is no name'),
);

/** Reads ISO 8601; without a zone it is UTC. Null where the text is no such time or year 1970 to 9999 is left. */
export function parseInstant(value: string): number | null {
  const match =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:?\d{2})?)?$/i.exec(value.trim());
  if (match === null) return null;
  const [, date = '', time = '00:00:00', zone = 'Z'] = match;
  const at = Date.parse(`${date}T${time}${zone.toUpperCase()}`);
  if (Number.isNaN(at) || at < 0 || at > 253_402_300_799_999) return null;
  // Date.parse rolls 31 February over into March.
  return new Date(Date.parse(`${date}T00:00:00Z`)).toISOString().startsWith(date) ? at : null;
}
