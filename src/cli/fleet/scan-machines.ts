import type { Inventory } from '../../fleet/inventory/inventory';
import { failureOf, readMachine } from '../../fleet/inventory/read-machine';
import type { MachineFailure, Observation } from '../../fleet/inventory/observation';
import { recorder } from '../../fleet/inventory/recorder';
import { mapWithLimit } from '../../kms/discovery/map-with-limit';
import type { OptionValues } from '../argv/option-values';
import type { Surroundings } from '../parts';
import { refusalOf } from '../refusal';
import { RunMachines } from '../runs/open-machines';
import type { ResolvedTargets, ResolvedTarget } from '../targets/resolve-targets';

/** What came of reading many machines. */
export interface Scanned {
  readonly read: number;
  readonly failures: readonly MachineFailure[];
  readonly interrupted: boolean;
}

/**
 * Reads machines, at most so many at once, and keeps what comes of it. After Ctrl+C no new one is begun, after a second
 * one what is under way is broken off; what was read is kept. Nobody is asked anything in the middle.
 */
export async function scanMachines(
  { targets, files }: ResolvedTargets,
  inventory: Inventory,
  { options, concurrency }: { readonly options: OptionValues; readonly concurrency: number },
  around: Surroundings,
): Promise<Scanned> {
  const { console } = around;
  const machines = new RunMachines({ options, targets: files }, null, around);
  // One for each machine under way: whatever listens to it goes with the machine.
  const stops = new Set<AbortController>();
  const failures: MachineFailure[] = [];
  const state = { read: 0, interrupted: false };
  const release = console.onInterrupt(() => {
    if (state.interrupted) stops.forEach((stop) => stop.abort());
    state.interrupted = true;
  });
  try {
    await machines.prepare(targets);
    const keep = recorder(inventory);
    await mapWithLimit(targets, concurrency, async (target) => {
      if (state.interrupted) return;
      const stop = new AbortController();
      stops.add(stop);
      const observation = await look(target, machines, stop.signal, console.now).finally(() =>
        stops.delete(stop),
      );
      await keep.add({ ...observation, way: machines.wayTo(target) });
      if (observation.outcome === 'failed') failures.push(observation);
      else state.read += 1;
      console.progress(
        `${state.read + failures.length} of ${targets.length} machines, ${failures.length} failed`,
      );
    });
    await keep.end();
    await inventory.count(Math.floor(console.now() / 1000));
    return { ...state, failures };
  } finally {
    release();
    console.progress('');
    machines.close();
  }
}

/** Reads a machine as a scan does; what cannot be read is an observation as well. @throws what is the inventory's failure */
export async function look(
  target: ResolvedTarget,
  machines: RunMachines,
  signal: AbortSignal,
  now: () => number,
): Promise<Observation> {
  const { name } = target;
  try {
    const turn = { verb: { name: 'scan', args: [] }, onFailure: () => undefined, signal };
    const { provider } = await machines.open(target, turn);
    try {
      return await readMachine(name, provider, now);
    } finally {
      await provider.close();
    }
  } catch (error) {
    const failure = failureOf(name, error, now());
    if (failure !== null) return failure;
    // What the user gave for this machine is wrong: others may be read.
    const told = refusalOf(error);
    if (told === null || told.name === 'StoreError' || told.name === 'FleetStoreError') throw error;
    const at = Math.floor(now() / 1000);
    return { outcome: 'failed', name, at, step: null, hresult: null, message: told.message };
  }
}
