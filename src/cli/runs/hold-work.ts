import { createHash } from 'node:crypto';
import type { Hold } from '../../fleet/inventory/hold';
import type { Inventory } from '../../fleet/inventory/inventory';
import { emptyAttempt, type AttemptResult } from '../../fleet/runs/run-machines';
import { holdInFolder } from './hold-in-folder';
import { sqliteDriver } from '../../lab/store/drivers';
import { dataFolder } from '../commands/kms/home';
import type { Console } from '../console';
import { Refusal } from '../refusal';

/** A piece of work that is done by one process at a time. */
export interface Work {
  readonly kind: 'apply' | 'proxy';
  /** What tells it from other work, in an order that is always the same. */
  readonly parts: readonly string[];
  /** What the other process does, for people: "Another process is …". */
  readonly doing: string;
}

/** Where a piece of work is held. */
export interface HoldPlace {
  /** Null where a line leaves the inventory out. */
  readonly inventory: Pick<Inventory, 'holdAlone'> | null;
  /** As `storeOfRuns` says it. */
  readonly store: string;
}

/**
 * Holds a piece of work for this process alone, among all processes of this user's data folder, and among all computers that
 * share the inventory where it is a team's.
 * @throws Refusal where another process has it; FleetStoreError where it cannot be told
 */
export async function holdWork(
  { kind, parts, doing }: Work,
  { inventory, store }: HoldPlace,
  console: Pick<Console, 'env' | 'platform' | 'home'>,
): Promise<Hold> {
  const name = `${kind}-${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)}`;
  const isOwn = inventory === null || store !== 'own';
  const holds: Hold[] = [];
  const places = [
    ...(isOwn ? [() => Promise.resolve(holdInFolder(dataFolder(console), name, sqliteDriver()))] : []),
    ...(inventory === null ? [] : [() => inventory.holdAlone(name)]),
  ];
  const release = async (): Promise<void> => {
    for (const hold of holds) await hold.release();
  };
  try {
    for (const take of places) {
      const hold = await take();
      if (hold === null) {
        throw new Refusal(
          `Another process is ${doing}: wait for its end, then this line does what is left. Nothing was sent.`,
        );
      }
      holds.push(hold);
    }
  } catch (error) {
    await release();
    throw error;
  }
  return { isLost: () => holds.some((hold) => hold.isLost()), release };
}

/** What a machine comes to whose turn comes when the work may be another process's. */
export const noLongerAlone: AttemptResult = {
  ...emptyAttempt,
  outcome: 'failed',
  exitCode: 1,
  step: 'lock',
  messages: [
    'The connection to the inventory was lost that kept other computers from doing the same: nothing was sent. The same line does what is left.',
  ],
};
