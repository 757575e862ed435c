import type { Finding } from '../findings/findings';
import type { TrendPoint } from '../inventory/inventory';
import type { InventoryMachine } from '../inventory/machine';
import { sharesOf, summaryOf, worstFirst, type Share, type Summary } from './summary';

/** All that a report says; every form of it is made from this. */
export interface Report {
  /** Seconds since 1970. */
  readonly now: number;
  readonly summary: Summary;
  readonly trend: readonly TrendPoint[];
  readonly findings: readonly Finding[];
  readonly shares: {
    readonly product: readonly Share[];
    readonly channel: readonly Share[];
    readonly site: readonly Share[];
  };
  /** The worst first. */
  readonly machines: readonly InventoryMachine[];
}

/** Makes a report of machines and of what was counted before. */
export function reportOf(
  machines: readonly InventoryMachine[],
  {
    now,
    trend,
    findings,
  }: { readonly now: number; readonly trend: readonly TrendPoint[]; readonly findings: readonly Finding[] },
): Report {
  return {
    now,
    summary: summaryOf(machines, now),
    trend,
    findings,
    shares: sharesOf(machines, now),
    machines: worstFirst(machines, now),
  };
}
