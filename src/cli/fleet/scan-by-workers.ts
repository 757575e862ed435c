import * as z from 'zod';
import type { MachineFailure } from '../../fleet/inventory/observation';
import type { MachineResult } from '../../fleet/runs/outcome';
import type { OptionValues } from '../argv/option-values';
import type { Surroundings } from '../parts';
import { RunMachines } from '../runs/open-machines';
import { showProgress } from '../runs/progress';
import { runSettings } from '../runs/run-options';
import { scannedData } from '../shared/shared-work';
import type { ResolvedTargets } from '../targets/resolve-targets';
import type { Scanned } from './scan-machines';

/** Reads machines as `scanMachines` does, by the workers of a team. @throws Refusal where it cannot be handed over */
export async function scanByWorkers(
  { targets, files }: ResolvedTargets,
  options: OptionValues,
  around: Surroundings,
): Promise<Scanned> {
  const machines = new RunMachines({ options, targets: files }, null, around);
  const failures: MachineFailure[] = [];
  const { counts, exitCode } = await around.parts.shared().conductShared(
    {
      ...{ verb: 'scan', line: 'fleet scan', changes: false, targets, machines, options },
      work: { kind: 'scan' },
      taskOf: () => null,
    },
    runSettings(options, () => undefined),
    {
      begun: () => undefined,
      ended: (result) => {
        if (result.outcome !== 'ok' && result.outcome !== 'not-run')
          failures.push(failureOf(result, around.console.now()));
      },
      progress: showProgress(around.console),
    },
    around,
  );
  const places = new Map(targets.map(({ name }, at) => [name, at]));
  failures.sort((one, other) => (places.get(one.name) ?? 0) - (places.get(other.name) ?? 0));
  return { read: counts.ok, failures, interrupted: exitCode > 100 };
}

/** One whose turn was broken off has no time of its own. */
function failureOf({ machine, step, hresult, messages, data }: MachineResult, now: number): MachineFailure {
  const at = z.union([scannedData, z.null()]).parse(data)?.failedAt ?? Math.floor(now / 1000);
  return { outcome: 'failed', name: machine, at, step, hresult, message: messages[0] ?? '' };
}
