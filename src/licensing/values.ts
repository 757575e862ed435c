import type { CimValue } from './provider';

/**
 * Reads what a CIM property may hold. The same fact arrives in several shapes: a missing text is null or "", a number
 * signed or unsigned or as decimal text (uint64 always), a boolean as such or as 0 and 1.
 */
export function textOf(value: CimValue | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'object') return value.join(', ');
  return String(value);
}

/**
 * A number as slmgr prints it: signed 32 bits; null where there is none or the text is no number. Every number of the
 * classes is an integer (WMI's class pages), so a fraction, or one that no double holds exactly, is none.
 */
export function numberOf(value: CimValue | undefined): number | null {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'number') return exact(value);
  if (typeof value !== 'string' || !/^\s*[+-]?\d+\s*$/.test(value)) return null;
  return exact(Number(value));
}

/** True for true, for a number that is not 0, and for the words that exports write. */
export function flagOf(value: CimValue | undefined): boolean {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string' && /^(true|false)$/i.test(value.trim()))
    return value.trim().toLowerCase() === 'true';
  return (numberOf(value) ?? 0) !== 0;
}

function exact(value: number): number | null {
  if (!Number.isSafeInteger(value)) return null;
  return value >= 0x80000000 && value <= 0xffffffff ? value | 0 : value;
}
