import type { Inventory } from '../../fleet/inventory/inventory';
import type { RunMachine } from '../../fleet/inventory/kept-run';
import { countOutcomes, statusOfCounts } from '../../fleet/runs/outcome';
import type { SharedHead } from '../../fleet/shared/shared-run';
import type { SharedStore } from '../../fleet/shared/shared-store';
import { interruptedStatus } from '../exit-status';

/** Keeps a run that is over in the inventory, whoever looks on, and counts for the trend. */
export async function keepSharedRun(
  { id, verb, line, changes, who, startedAt }: SharedHead,
  store: SharedStore,
  inventory: Inventory,
  now: number,
): Promise<void> {
  if ((await inventory.knownRuns([id])).has(id)) return;
  const byName = new Map<string, RunMachine>();
  let last = 0;
  for (let found = await store.results(id, 0); found.length > 0; found = await store.results(id, last)) {
    for (const { seq, result } of found) {
      const { machine, outcome, verification, exitCode, hresult, step, seconds, attempts } = result;
      byName.set(machine, {
        ...{ machine, outcome, verification, exitCode, hresult, step, seconds, attempts },
      });
      last = seq;
    }
  }
  const machines = (await store.names(id)).flatMap((name) => byName.get(name) ?? []);
  const { stopped } = await store.state(id);
  const exitCode =
    stopped === 'interrupted' ? interruptedStatus.SIGINT : statusOfCounts(countOutcomes(machines));
  await inventory.keepRun({ id, verb, line, changes, who, startedAt, endedAt: now, exitCode, machines });
  await inventory.count(Math.floor(now / 1000));
}
