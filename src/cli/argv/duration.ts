const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/**
 * Reads a duration: a number with ms, s, m, h or d; a bare number is seconds. Several may stand together (`1d12h`),
 * a leading `-` makes all of them negative. Null where the text is no duration or is beyond a thousand years.
 * @returns milliseconds
 */
export function parseDuration(text: string): number | null {
  const match = /^([+-]?)((?:\d+(?:\.\d+)?(?:ms|[smhd]))+|\d+(?:\.\d+)?)$/i.exec(text.trim());
  if (match === null) return null;
  const [, sign = '', body = ''] = match;
  let sum = 0;
  for (const [, number = '', unit = 's'] of body.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])?/gi)) {
    sum += Number(number) * units[unit.toLowerCase() as keyof typeof units];
  }
  const rounded = Math.round(sum);
  if (rounded > 365_250 * units.d) return null;
  return sign === '-' && rounded !== 0 ? -rounded : rounded;
}

/** Writes a duration with the greatest units first: `7d`, `1d12h`, `90s` as `1m30s`, `0s`. */
export function formatDuration(milliseconds: number): string {
  let rest = Math.abs(Math.round(milliseconds));
  const parts: string[] = [];
  for (const unit of ['d', 'h', 'm', 's', 'ms'] as const) {
    const number = Math.floor(rest / units[unit]);
    if (number > 0) parts.push(`${number}${unit}`);
    rest -= number * units[unit];
  }
  return parts.length === 0 ? '0s' : `${milliseconds < 0 ? '-' : ''}${parts.join('')}`;
}
