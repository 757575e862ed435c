import {
  daysUntil,
  isLicensed,
  isReached,
  shortProductName,
  type InventoryMachine,
} from '../inventory/machine';

/** How many machines are in which state. */
export interface Summary {
  readonly machines: number;
  /** Reached, and all of their products licensed. */
  readonly licensed: number;
  /** Never, or not when they were last tried; never counted as licensed. */
  readonly notReached: number;
  /** A licence or a grace ends within 30 days from now. */
  readonly expiring30: number;
  readonly expiring90: number;
}

/** One row of a table of shares. */
export interface Share {
  readonly name: string;
  readonly machines: number;
  readonly licensed: number;
}

/** Whether it is counted as licensed. `now`: seconds. */
export function isGood(machine: InventoryMachine, now: number): boolean {
  return isReached(machine) && isLicensed(machine, now);
}

/** The counts of the first screen; the same as those that the store counts for the trend. */
export function summaryOf(machines: readonly InventoryMachine[], now: number): Summary {
  const within = (days: number): number =>
    machines.filter(({ expires }) => expires !== null && expires > now && expires <= now + days * 86_400)
      .length;
  return {
    machines: machines.length,
    licensed: machines.filter((machine) => isGood(machine, now)).length,
    notReached: machines.filter((machine) => !isReached(machine)).length,
    expiring30: within(30),
    expiring90: within(90),
  };
}

/** Machines by what their products are, by channel, and by the tag `site`; a machine may stand in several rows. */
export function sharesOf(
  machines: readonly InventoryMachine[],
  now: number,
): {
  readonly product: readonly Share[];
  readonly channel: readonly Share[];
  readonly site: readonly Share[];
} {
  return {
    product: share(machines, now, ({ products }) => products.map(({ name }) => shortProductName(name))),
    channel: share(machines, now, ({ products }) => products.map(({ channel }) => channel ?? 'unknown')),
    site: share(machines, now, ({ tags }) => [tags['site'] ?? 'no site']),
  };
}

function share(
  machines: readonly InventoryMachine[],
  now: number,
  groups: (machine: InventoryMachine) => readonly string[],
): readonly Share[] {
  const counts = new Map<string, { machines: number; licensed: number }>();
  for (const machine of machines) {
    for (const name of new Set(groups(machine))) {
      const count = counts.get(name) ?? { machines: 0, licensed: 0 };
      count.machines += 1;
      if (isGood(machine, now)) count.licensed += 1;
      counts.set(name, count);
    }
  }
  return [...counts]
    .map(([name, count]) => ({ name, ...count }))
    .sort((left, right) => right.machines - left.machines || left.name.localeCompare(right.name, 'en'));
}

/** The worst first: what never answered, then by status, then by the days that are left. */
export function worstFirst(machines: readonly InventoryMachine[], now: number): readonly InventoryMachine[] {
  const rank = (machine: InventoryMachine): number => {
    if (isGood(machine, now)) return 3;
    if (!isReached(machine)) return 1;
    return machine.status === 0 || machine.status === 5 ? 0 : 2;
  };
  return [...machines].sort(
    (left, right) =>
      rank(left) - rank(right) ||
      (daysUntil(left.expires, now) ?? 1e9) - (daysUntil(right.expires, now) ?? 1e9) ||
      left.name.localeCompare(right.name, 'en', { numeric: true }),
  );
}
