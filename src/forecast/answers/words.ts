import type { Plan } from '../plan/plan';

const minuteMs = 60_000;
const dayMs = 86_400_000;

/** A whole number with commas: 1,000,000. */
export function number(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** An instant as the day of a scenario, the first being day 1, and its date: "day 8 (2026-01-12)". */
export function dayOf({ start }: Pick<Plan, 'start'>, at: string): string {
  const day = Math.floor((Date.parse(at) - start) / dayMs) + 1;
  return `day ${number(day)} (${at.slice(0, 10)})`;
}

/** A minute likewise. */
export function dayOfMinute(plan: Pick<Plan, 'start'>, minute: number): string {
  return dayOf(plan, new Date(plan.start + minute * minuteMs).toISOString());
}

/** A length in minutes: "14 days", "5 hours", "90 minutes". */
export function span(minutes: number): string {
  const [size, unit] =
    minutes % 1440 === 0
      ? [minutes / 1440, 'day']
      : minutes % 60 === 0
        ? [minutes / 60, 'hour']
        : [minutes, 'minute'];
  return `${number(size)} ${unit}${size === 1 ? '' : 's'}`;
}
