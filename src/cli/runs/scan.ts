import { isFailure } from '../../fleet/runs/outcome';
import type { Surroundings } from '../parts';
import { Refusal } from '../refusal';
import { conduct } from './conduct';
import type { ConductedRun, Onlooker } from './conducted-run';
import { RunMachines } from './open-machines';
import { Presentation } from './present';
import { rerunHint } from './recap';
import { inventoryMemory } from './run-memory';
import { runSettings, type RunSettings } from './run-options';
import type { ScanFailure, ScanRequest, Scanned } from './scan-types';
import { scanTurn } from './scan-turn';
import { storeOfRuns } from './settle-runs';
import { sharedLimits } from './shared-limits';

/**
 * Reads machines for the inventory, here or by the workers of a team: a run as any other, noted, within its limits, and
 * taken up again with --rerun.
 * @throws Refusal where it cannot begin, nothing was sent then; and where what was read cannot be kept
 */
export async function scanMachines(request: ScanRequest, around: Surroundings): Promise<Scanned> {
  const { resolved, options } = request;
  const { console } = around;
  const settings = runSettings(options, (sentence) => {
    console.err(`slmgr: ${sentence}\n`);
  });
  const presentation = new Presentation({ verb: 'fleet scan', options }, settings, around);
  const failures = new Map<string, ScanFailure>();
  const onlooker: Onlooker = {
    begun: presentation.begun,
    progress: presentation.progress,
    ended: (result) => {
      presentation.ended(result);
      const { machine, outcome, step, hresult, messages } = result;
      if (isFailure(outcome)) {
        failures.set(machine, { machine, at: console.now(), step, hresult, message: messages[0] ?? '' });
      }
    },
  };
  const run = await (options.shared === true ? byWorkers : here)(request, settings, onlooker, around);
  const { id, counts, seconds, exitCode } = run;
  const hint = rerunHint(run);
  return {
    run: id,
    ...{ counts, seconds },
    failures: resolved.targets.flatMap(({ name }) => failures.get(name) ?? []),
    interrupted: exitCode > 100,
    messages: [...presentation.shown(run).messages, ...(hint === null ? [] : [hint])],
  };
}

async function here(
  { resolved: { targets, files }, options, line }: ScanRequest,
  settings: RunSettings,
  onlooker: Onlooker,
  around: Surroundings,
): Promise<ConductedRun> {
  const { now } = around.console;
  const machines = new RunMachines({ options, targets: files }, null, around);
  const inventory = await around.parts.fleet().openInventory(options, around);
  const memory = inventoryMemory(inventory, options, around);
  try {
    await machines.prepare(targets);
    return await conduct(
      {
        ...{ verb: 'scan', line, changes: false, targets },
        store: storeOfRuns(options, around.console),
        groupsOf: sharedLimits(settings),
        attempt: (target, signal) => scanTurn(target, { machines, memory, now, signal }),
        keep: async () => {
          await memory.flush();
          const lost = memory.failure();
          if (lost !== null) throw new Refusal(`What was read cannot be kept: ${lost}`);
        },
        hindrance: memory.failure,
      },
      settings,
      onlooker,
      around,
    );
  } finally {
    await memory.end();
    machines.close();
  }
}

function byWorkers(
  { resolved: { targets, files }, options, line }: ScanRequest,
  settings: RunSettings,
  onlooker: Onlooker,
  around: Surroundings,
): Promise<ConductedRun> {
  const machines = new RunMachines({ options, targets: files }, null, around);
  return around.parts.shared().conductShared(
    {
      ...{ verb: 'scan', line, changes: false, targets, machines, options },
      work: { kind: 'scan' },
      taskOf: () => null,
    },
    settings,
    onlooker,
    around,
  );
}
