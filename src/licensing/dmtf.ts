/** What a CIM date says: nothing at all (absent, or the first day of 1601 as the service writes it), or an instant. */
export type CimInstant = number | null;

const dmtf =
  /^(?<year>\d{4})(?<month>\d\d)(?<day>\d\d)(?<hour>\d\d)(?<minute>\d\d)(?<second>\d\d)(?:\.(?<fraction>\d{1,6}))?(?<offset>[+-]\d{3})?$/;

const startOfTime = Date.UTC(1601, 0, 1);

/** Behind the last date that DMTF and ISO 8601 write with four digits. */
const endOfTime = Date.UTC(10_000, 0, 1);

/**
 * Reads a DMTF date and time (`yyyymmddHHMMSS.ffffffsUUU`, the offset in minutes east of UTC) as epoch milliseconds;
 * null for what means "none": no text, 16010101..., or no real date and time.
 */
export function parseDmtf(text: string): CimInstant {
  const fields = dmtf.exec(text.trim())?.groups;
  if (fields === undefined) return null;
  const part = (name: string): number => Number(fields[name] ?? '0');
  const [year, month, day] = [part('year'), part('month'), part('day')];
  if (year < 1601 || (year === 1601 && month === 1 && day === 1)) return null;
  const milliseconds = Math.floor(Number(`0.${fields['fraction'] ?? '0'}`) * 1000);
  const time = [part('hour'), part('minute'), part('second'), milliseconds] as const;
  const local = new Date(Date.UTC(year, month - 1, day, ...time));
  // A day or an hour that does not exist comes out as another one.
  if (digitsOf(local) !== text.trim().slice(0, 14)) return null;
  const instant = local.getTime() - part('offset') * 60_000;
  return instant < endOfTime ? instant : null;
}

/** Writes an instant as DMTF text in UTC; null, and what DMTF has no digits for, as the service's "none". */
export function formatDmtf(instant: CimInstant): string {
  if (instant === null || !(instant > startOfTime && instant < endOfTime)) return '16010101000000.000000-000';
  const date = new Date(instant);
  return `${digitsOf(date)}.${String(date.getUTCMilliseconds()).padStart(3, '0')}000-000`;
}

function digitsOf(date: Date): string {
  return date.toISOString().replace(/[-:T]/g, '').slice(0, 14);
}
