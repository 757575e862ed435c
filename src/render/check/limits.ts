/** Days below which a product is told of; the first rule whose pattern fits the product's name holds. */
export interface DayRule {
  /** `*` any text, `?` one character, case does not matter; null for every product. */
  readonly pattern: string | null;
  readonly days: number;
}

/** Rules for warnings and for critical states. A product that no rule fits gets the default. */
export interface DayLimits {
  readonly warn: readonly DayRule[];
  readonly critical: readonly DayRule[];
}

export const defaultDays = { warn: 30, critical: 7 } as const;
const mostDays = 100_000;

/**
 * Reads `N` or `PATTERN=N`; the last `=` counts, since names may hold one.
 * @throws Error that says what is wrong
 */
export function parseDayRule(text: string): DayRule {
  const at = text.lastIndexOf('=');
  const number = text.slice(at + 1).trim();
  const days = Number(number);
  if (!/^\d{1,6}$/.test(number) || days > mostDays) {
    throw new Error(`must be a whole number of days from 0 to ${mostDays}, or PATTERN=DAYS`);
  }
  const pattern = at === -1 ? null : text.slice(0, at).trim();
  if (pattern === '') throw new Error('the pattern in front of = is empty');
  return { pattern, days };
}

/** A pattern, or every product, of which a warning would never come; null where there is none. */
export function contradictionIn({ warn, critical }: DayLimits): string | null {
  for (const { pattern, days } of warn) {
    const other = critical.find((rule) => rule.pattern?.toLowerCase() === pattern?.toLowerCase());
    if (other === undefined || days >= other.days) continue;
    const of = pattern === null ? '' : `${pattern}=`;
    return `--warn-days ${of}${days} is less than --crit-days ${of}${other.days}: nothing would ever be a warning.`;
  }
  return null;
}

/** The limits of one product: rules with a pattern go before those without. */
export function limitsOf(
  name: string,
  limits: DayLimits,
): { readonly warn: number; readonly critical: number } {
  return {
    warn: daysOf(name, limits.warn) ?? defaultDays.warn,
    critical: daysOf(name, limits.critical) ?? defaultDays.critical,
  };
}

function daysOf(name: string, rules: readonly DayRule[]): number | null {
  const own = rules.find(
    ({ pattern }) => pattern !== null && fits(name.toLowerCase(), pattern.toLowerCase()),
  );
  return (own ?? rules.find(({ pattern }) => pattern === null))?.days ?? null;
}

/** Whether a text fits a pattern, in time that grows with the product of both lengths at most. */
function fits(text: string, pattern: string): boolean {
  let at = 0;
  let place = 0;
  let star = -1;
  let tried = 0;
  while (at < text.length) {
    const letter = pattern[place];
    if (letter === '*') {
      star = place;
      tried = at;
      place += 1;
    } else if (letter === '?' || letter === text[at]) {
      at += 1;
      place += 1;
    } else if (star !== -1) {
      place = star + 1;
      tried += 1;
      at = tried;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(place));
}
