import { failureOf, readMachine } from '../../fleet/inventory/read-machine';
import type { MachineWay } from '../../fleet/inventory/way';
import { isLicensingError, type LicensingProvider } from '../../licensing/provider';
import type { RemoteProvider } from '../../providers/windows/provider';
import type { Target } from '../../verbs/grammar';
import { type OptionValues } from '../argv/option-values';
import type { Surroundings } from '../parts';
import { saidWay } from '../targets/find-machine';
import { wayOfPlan, wayToLab } from '../targets/inventory-targets';
import type { LineRecord } from './line-record';
import { runMemory } from './run-memory';

/**
 * Opens the inventory for a line with `--record`; null where nothing is to be kept.
 * @throws Refusal where it cannot be used: nothing was sent then
 */
export async function recordLine(
  { target, options }: { readonly target: Target; readonly options: OptionValues },
  around: Surroundings,
): Promise<LineRecord | null> {
  const memory = await runMemory(options, around);
  if (memory === null) return null;
  const { now } = around.console;
  return {
    answered: async (provider) => {
      const name = target.kind === 'remote' ? target.machine : provider.description.machine;
      try {
        const isReal = isRemoteProvider(provider);
        if (isReal) await provider.expectScan();
        const way = await wayTo(target, isReal, options, around);
        const reading = await readMachine(name, provider, now);
        await memory.remember({ ...reading, ...(way === null ? {} : { way }) });
      } catch (error) {
        const failure = isLicensingError(error) ? failureOf(name, error, now()) : null;
        if (failure === null) throw error;
        await memory.remember(failure);
      }
    },
    failed: async (error) => {
      const failure = target.kind === 'remote' ? failureOf(target.machine, error, now()) : null;
      if (failure !== null) await memory.remember(failure);
    },
    end: memory.end,
  };
}

/** Whether a machine is asked in round trips. */
export function isRemoteProvider(provider: LicensingProvider): provider is RemoteProvider {
  return 'expectScan' in provider;
}

async function wayTo(
  target: Target,
  isReal: boolean,
  options: OptionValues,
  around: Surroundings,
): Promise<MachineWay | null> {
  if (target.kind === 'local' || options.snapshot !== undefined) return null;
  if (!isReal) return wayToLab;
  // What came through a pipe is gone.
  if ([options.targets].flat().includes('-')) return { ...wayToLab, via: 'file' };
  const { console, parts } = around;
  const { targets } = await saidWay(options, around);
  const files = targets ?? (await parts.remote().usualTargets(console)) ?? undefined;
  const run = parts.remote().openRun({ options, console, parts, targets: files });
  return wayOfPlan(run.planned({ machine: target.machine, account: target.account }));
}
