import type { Plan } from '../plan/plan';

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
