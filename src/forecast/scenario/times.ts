import * as z from 'zod';
import { EstateError } from '../../lab/estate/errors';
import { parseDuration, parseInstant } from '../../lab/estate/duration';

const minuteMs = 60_000;

/** A point in time of a scenario: so many minutes after its start, or an instant. */
export type ScenarioTime =
  { readonly kind: 'after'; readonly minutes: number } | { readonly kind: 'at'; readonly epochMs: number };

function complaint(error: unknown): string {
  return error instanceof EstateError ? error.message : String(error);
}

function wholeMinutes(text: string): number {
  if (!/[a-z]/i.test(text))
    throw new EstateError('invalid', `"${text}" has no unit: m, h or d, as in 90m, 12h or 7d.`);
  const ms = parseDuration(text);
  if (ms % minuteMs !== 0) throw new EstateError('invalid', `"${text}" is not a whole number of minutes.`);
  return ms / minuteMs;
}

function instant(text: string): number {
  const at = parseInstant(text);
  if (at % minuteMs !== 0) throw new EstateError('invalid', `"${text}" is not a whole minute.`);
  return at;
}

function parsed<T>(parse: (text: string) => T, expected: string): z.ZodType<T> {
  return z.string(saysOr(expected)).transform((text, context) => {
    try {
      return parse(text);
    } catch (error) {
      context.addIssue(complaint(error));
      return z.NEVER;
    }
  });
}

/** What is told of a value of the wrong kind, and of one that is not there. */
export function saysOr(expected: string): {
  readonly error: (issue: { readonly input?: unknown }) => string;
} {
  return { error: ({ input }) => (input === undefined ? `is missing: ${expected}` : expected) };
}

const lengthWanted = 'a text with its unit is expected, as in 7d';
const instantWanted = 'an instant is expected, as in 2026-01-05T08:00:00Z';

/** A length of time in minutes within limits: "90m", "12h", "7d". */
export function length(least: number, most: number): z.ZodType<number> {
  return parsed(wholeMinutes, lengthWanted).refine(
    (minutes) => minutes >= least && minutes <= most,
    `must be from ${lengthText(least)} to ${lengthText(most)}`,
  );
}

/** An instant, epoch milliseconds, a whole minute. */
export const instantText = parsed(instant, instantWanted);

/** A point in time: a length from the start ("60d"), or an instant. */
export const timeText = parsed(
  (text): ScenarioTime =>
    /^\d{4}-/.test(text.trim())
      ? { kind: 'at', epochMs: instant(text) }
      : { kind: 'after', minutes: wholeMinutes(text) },
  `${lengthWanted}, or an instant, as in 2026-01-05`,
);

/** A time of the day in minutes: "08:30", to "24:00". */
export const timeOfDay = parsed((text) => {
  const match = /^(\d{1,2}):(\d{2})$/.exec(text.trim());
  const minutes = match === null ? Number.NaN : Number(match[1]) * 60 + Number(match[2]);
  if (minutes >= 0 && minutes <= 1440 && Number(match?.[2]) < 60) return minutes;
  throw new EstateError('invalid', `"${text}" is no time of the day, as in 08:30.`);
}, 'a text is expected, as in "08:30"');

/** A distance from UTC in minutes: "+01:00", "-05:30", "Z". */
export const utcOffset = parsed((text) => {
  const match = /^([+-])(\d{2}):(\d{2})$/.exec(text.trim());
  if (text.trim().toUpperCase() === 'Z') return 0;
  const minutes = match === null ? Number.NaN : Number(match[2]) * 60 + Number(match[3]);
  if (minutes <= 14 * 60 && Number(match?.[3]) < 60) return match?.[1] === '-' ? -minutes : minutes;
  throw new EstateError('invalid', `"${text}" is no distance from UTC, as in +01:00.`);
}, 'a text is expected, as in "+01:00"');

/** Minutes as a scenario has them: "7d", "90m". */
export function lengthText(minutes: number): string {
  if (minutes !== 0 && minutes % 1440 === 0) return `${minutes / 1440}d`;
  if (minutes !== 0 && minutes % 60 === 0) return `${minutes / 60}h`;
  return `${minutes}m`;
}
