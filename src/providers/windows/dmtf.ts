/** ISO 8601 as the script writes dates: UTC with any number of fraction digits, or with an offset. */
const isoDate = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/;

function offsetMinutes(zone: string): string {
  if (zone === 'Z') return '+000';
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6));
  return `${zone.slice(0, 1)}${String(minutes).padStart(3, '0')}`;
}

/**
 * A date of the script (`2026-11-20T09:59:12.0000000Z`) as DMTF text (`20261120095912.000000+000`), the form in which
 * the provider port carries dates. Text that is no ISO date, such as DMTF itself, stays as it is.
 */
export function toDmtf(text: string): string {
  const match = isoDate.exec(text);
  if (match === null) return text;
  const [, year = '', month = '', day = '', hour = '', minute = '', second = '', fraction = '', zone = 'Z'] =
    match;
  const micro = fraction.slice(0, 6).padEnd(6, '0');
  return `${year}${month}${day}${hour}${minute}${second}.${micro}${offsetMinutes(zone)}`;
}
