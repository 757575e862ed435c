import { constants } from 'node:os';

/** What a status means that this program ends with by itself, beside the low byte of an error number. */
const own: Readonly<Record<number, string>> = {
  0: "Done. For a verb: what Windows' script ends with, which is 0 in some cases where an error was printed; --strict tells them apart.",
  1: 'Wrong words, refused, or an error without a number (an error number whose low byte is 0 too). For check: a warning.',
  2: 'For check: critical. For discover: no host can be reached. For plan: something is to change.',
  3: 'For check: unknown, or wrong words. For discover: no records, or no DNS. For plan: a machine could not be read or judged. For apply, fleet scan and lines for several machines: some machines failed.',
  4: 'For apply, fleet scan and lines for several machines: every machine failed.',
  70: 'A defect of this program: please report it.',
  126: 'For lab exec: the program may not be run.',
  127: 'For lab exec: there is no such program.',
};

/** The statuses that the program ends with by itself, with what they mean, lowest first. */
export function meaningsOfStatus(): readonly (readonly [status: number, meaning: string])[] {
  return Object.entries(own).map(([status, meaning]) => [Number(status), meaning]);
}

/** What a status says of the program itself; null where only an error number's low byte is left. */
export function meaningOfStatus(status: number): string | null {
  const known = own[status];
  if (known !== undefined) return known;
  const signal = Object.entries(constants.signals).find(([, number]) => number === status - 128)?.[0];
  return signal === undefined ? null : `Ended by the signal ${signal}.`;
}
