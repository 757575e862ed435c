/** What a CIM date says: nothing at all (absent, or year 1601 as the service writes it), or an instant. */
export type CimInstant = number | null;

const dmtf =
  /^(?<year>\d{4})(?<month>\d\d)(?<day>\d\d)(?<hour>\d\d)(?<minute>\d\d)(?<second>\d\d)(?:\.(?<fraction>\d{1,6}))?(?<offset>[+-]\d{3})?$/;

/**
 * Reads a DMTF date and time (`yyyymmddHHMMSS.ffffffsUUU`, the offset in minutes east of UTC) as epoch milliseconds;
 * null for what means "none": no text, 16010101..., or no date at all.
 */
export function parseDmtf(text: string): CimInstant {
  const fields = dmtf.exec(text.trim())?.groups;
  if (fields === undefined) return null;
  const part = (name: string): number => Number(fields[name] ?? '0');
  if (part('year') <= 1601) return null;
  const milliseconds = Math.floor(Number(`0.${fields['fraction'] ?? '0'}`) * 1000);
  const [month, day] = [part('month'), part('day')];
  const local = Date.UTC(
    part('year'),
    month - 1,
    day,
    part('hour'),
    part('minute'),
    part('second'),
    milliseconds,
  );
  return isRealDate(local, month, day) ? local - part('offset') * 60_000 : null;
}

/** Writes an instant as DMTF text in UTC; null as the service's "none". */
export function formatDmtf(instant: CimInstant): string {
  if (instant === null) return '16010101000000.000000-000';
  const date = new Date(instant);
  const digits = date.toISOString().replace(/[-:T]/g, '').slice(0, 14);
  return `${digits}.${String(date.getUTCMilliseconds()).padStart(3, '0')}000-000`;
}

function isRealDate(local: number, month: number, day: number): boolean {
  const date = new Date(local);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
