/** Parts of a synthetic extended PID; numbers are reduced to their digits. */
export interface ExtendedPidParts {
  /** Any number of the machine and key; it fills the groups whose meaning is not published. */
  readonly seed: number;
  /** Locale ID, e.g. 1033. */
  readonly lcid: number;
  /** Build of the operating system, e.g. 7601. */
  readonly build: number;
  /** When the key was activated, epoch milliseconds; its UTC day stands at the end. */
  readonly activatedAt: number;
}

/** Second group of every extended PID of the lab: no product has it (K14.2). */
export const syntheticGroup = '99999';

/** The layout seen in printed samples (K14.2), anchored. */
export const extendedPidPattern = /^\d{5}-\d{5}-\d{3}-\d{6}-\d{2}-\d{1,5}-\d{4,5}\.0000-\d{7}$/;

function digits(value: number, length: number): string {
  return String(Math.abs(Math.trunc(value)) % 10 ** length).padStart(length, '0');
}

/** Day of the year (001 to 366) and year, UTC. */
function dayAndYear(at: number): string {
  const date = new Date(at);
  const year = date.getUTCFullYear();
  const day = Math.floor((at - Date.UTC(year, 0, 1)) / 86_400_000) + 1;
  return `${digits(day, 3)}${digits(year, 4)}`;
}

/** A synthetic extended PID in the layout seen (K14.2): the same parts give the same text. */
export function synthesizeExtendedPid({ seed, lcid, build, activatedAt }: ExtendedPidParts): string {
  const mixed = Math.imul(Math.trunc(seed) ^ 0x5bd1e995, 0x9e3779b1) >>> 0;
  const groups = ['00000', syntheticGroup, digits(mixed, 3), digits(Math.floor(mixed / 1000), 6), '03'];
  return [
    ...groups,
    String(lcid),
    `${digits(build, build > 9999 ? 5 : 4)}.0000`,
    dayAndYear(activatedAt),
  ].join('-');
}
