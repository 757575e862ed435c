import { hostname } from 'node:os';
import type { Inventory } from '../../fleet/inventory/inventory';
import type { KeptRun } from '../../fleet/inventory/kept-run';
import type { PastRun } from '../../fleet/runs/run-journal';
import { withoutPassword } from '../../fleet/store/store-url';
import { person } from '../../transports/local/process-ports';
import { optionValue, type OptionValues } from '../argv/option-values';
import type { Console } from '../console';
import { fileRuns } from './file-runs';
import { isUnderWay } from './is-running';
import { runsFolder } from './runs-folder';

/** Who begins a run, and where. */
export function whoRuns(): string {
  return `${person().name}@${hostname()}`;
}

/** The inventory that runs of a line belong to: `own`, or a database's URL without its password. */
export function storeOfRuns(options: OptionValues, { env }: Pick<Console, 'env'>): string {
  const named = optionValue(options, 'store') ?? env['SLMGR_FLEET_STORE'] ?? '';
  return named === '' ? 'own' : withoutPassword(named);
}

/**
 * Hands runs that are noted in this user's folder to the inventory that they belong to, where it does not have them:
 * those that ended, and those that were cut short. The folder stays what `--rerun` reads; it is on disk before anything
 * is sent, which no server has to be reached for.
 */
export async function settleRuns(
  inventory: Pick<Inventory, 'keepRun' | 'knownRuns'>,
  store: string,
  console: Pick<Console, 'env' | 'platform' | 'home'>,
): Promise<void> {
  const runs = fileRuns(runsFolder(console));
  const ids = runs.ids();
  const known = await inventory.knownRuns(ids);
  for (const id of ids) {
    if (known.has(id)) continue;
    const run = runs.find(id);
    if (run?.store === store && isOver(run)) await inventory.keepRun(keptOf(run));
  }
}

/** Whether nothing is added to a run any more; one of this process without an end is under way, as one of workers may be. */
function isOver(run: PastRun): boolean {
  if (run.isShared === true) return run.end !== null;
  return run.end !== null || (run.process !== process.pid && !isUnderWay(run));
}

/** A run of the folder in the form of the inventory. */
export function keptOf(run: PastRun): KeptRun {
  const { id, verb, line, changes, who, startedAt, end, machines, outcomes, details } = run;
  return {
    ...{ id, verb, line, changes, who, startedAt },
    endedAt: end?.endedAt ?? null,
    exitCode: end?.exitCode ?? null,
    machines: machines.map((machine) => ({
      machine,
      outcome: outcomes.get(machine) ?? 'not-run',
      ...(details.get(machine) ?? nothingNoted),
    })),
  };
}

const nothingNoted = {
  verification: null,
  exitCode: null,
  hresult: null,
  step: null,
  seconds: null,
  attempts: null,
} as const;
