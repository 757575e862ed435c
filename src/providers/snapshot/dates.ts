import { formatDmtf, parseDmtf } from '../../licensing/dmtf';
import type { CimValue } from '../../licensing/provider';

const jsonDate = /^\/Date\((-?\d+)(?:[+-]\d{4})?\)\/$/;
const isoDate = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?$/;
const earliest = Date.UTC(1602, 0, 1);

/**
 * Reads a date in any of the forms that exports of a machine hold: DMTF, `/Date(milliseconds)/`, ISO 8601 (without a
 * zone it is taken for UTC). Epoch milliseconds; null for none, for year 1601 and for what is no date.
 */
export function readDate(value: CimValue): number | null {
  if (typeof value !== 'string') return null;
  const text = value.trim();
  const dmtf = parseDmtf(text);
  if (dmtf !== null) return dmtf;
  const instant = jsonInstant(text) ?? isoInstant(text);
  return instant === null || instant < earliest ? null : instant;
}

/** A date in any form as the port carries it: DMTF text, that of "none" where there is no date. */
export function asDmtf(value: CimValue): string {
  return formatDmtf(readDate(value));
}

function jsonInstant(text: string): number | null {
  const match = jsonDate.exec(text);
  return match === null ? null : finite(Number(match[1]));
}

function isoInstant(text: string): number | null {
  if (!isoDate.test(text)) return null;
  const zoned = /(?:Z|[+-]\d\d:\d\d)$/.test(text) || !text.includes('T');
  return finite(Date.parse(zoned ? text : `${text}Z`));
}

function finite(value: number): number | null {
  return Number.isFinite(value) && Math.abs(value) <= 8.64e15 ? value : null;
}
