/** Minutes east of UTC that a zone has at an instant (epoch milliseconds). */
export type ZoneOffset = (instant: number) => number;

/** The zone of the conformance corpus and of JSON. */
export const utc: ZoneOffset = () => 0;

/** The zone of the running process, daylight saving included. */
export const processZone: ZoneOffset = (instant) => 0 - new Date(instant).getTimezoneOffset();

/**
 * A local date and time as Windows' script prints it with en-US settings: `M/D/YYYY h:mm:ss AM`, without the time at
 * midnight. Fractions of a second are dropped.
 */
export function formatLocalDateTime(instant: number, zone: ZoneOffset): string {
  const date = new Date(instant + zone(instant) * 60_000);
  const hours = date.getUTCHours();
  const minutes = date.getUTCMinutes();
  const seconds = date.getUTCSeconds();
  if (hours === 0 && minutes === 0 && seconds === 0) return dateOf(date);
  const half = hours < 12 ? 'AM' : 'PM';
  return `${dateOf(date)} ${hours % 12 || 12}:${two(minutes)}:${two(seconds)} ${half}`;
}

/** The date alone of local text `YYYY-MM-DD HH:MM:SS`, as `M/D/YYYY`; the text itself where it is no date. */
export function formatLocalDate(text: string): string {
  const match = /^(\d{4})-(\d\d)-(\d\d)/.exec(text);
  return match === null ? text : `${Number(match[2])}/${Number(match[3])}/${Number(match[1])}`;
}

function dateOf(date: Date): string {
  return `${date.getUTCMonth() + 1}/${date.getUTCDate()}/${date.getUTCFullYear()}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
