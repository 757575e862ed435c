import { EstateError } from './errors';
import { clockRange } from './time';

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** Hundred years: longer spans than this are mistakes. */
const greatestMs = 36_525 * unitMs.d;

/**
 * A length of time in ms: a number with ms, s, m, h or d, a bare number is seconds ("1.5h", "90", "-5h" where a
 * sign is allowed).
 * @throws EstateError `invalid` for anything else, and for more than a hundred years
 */
export function parseDuration(text: string, signed: 'signed' | 'unsigned' = 'unsigned'): number {
  const match = /^([+-]?)(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?$/i.exec(text.trim());
  if (match === null) throw noDuration(text);
  const [, sign = '', number = '', unit = 's'] = match;
  const size = Math.round(Number(number) * unitMs[unit.toLowerCase() as keyof typeof unitMs]);
  if (size > greatestMs || (sign !== '' && signed === 'unsigned')) throw noDuration(text);
  return sign === '-' && size !== 0 ? -size : size;
}

function noDuration(text: string): EstateError {
  return new EstateError(
    'invalid',
    `"${text}" is no duration: a number with ms, s, m, h or d, as in 30m or 7d (a bare number is seconds).`,
  );
}

/**
 * An instant from ISO 8601, with an offset or as UTC ("2026-01-05T08:00:00Z", "2026-01-05 08:00", "2026-01-05").
 * @throws EstateError `invalid` for anything else, and for years before 2000 or after 2200
 */
export function parseInstant(text: string): number {
  const match =
    /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?)(Z|[+-]\d{2}:\d{2})?)?$/i.exec(
      text.trim(),
    );
  const at =
    match === null ? Number.NaN : Date.parse(`${match[1] ?? ''}T${match[2] ?? '00:00'}${match[3] ?? 'Z'}`);
  if (at >= clockRange.least && at <= clockRange.greatest && isRealDay(match?.[1] ?? '')) return at;
  throw new EstateError(
    'invalid',
    `"${text}" is no time: ISO 8601 as in 2026-01-05T08:00:00Z, years 2000 to 2199.`,
  );
}

/** Date.parse turns the 30th of February into March. */
function isRealDay(day: string): boolean {
  return new Date(`${day}T00:00Z`).toISOString().startsWith(day);
}
