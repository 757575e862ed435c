import { readMachine } from '../../fleet/inventory/read-machine';
import { emptyAttempt, type AttemptResult } from '../../fleet/runs/run-machines';
import { refusalOf } from '../refusal';
import type { ResolvedTarget } from '../targets/resolve-targets';
import { machineTurn } from './policy/machine-turn';
import { rememberFailure, type Remembering } from './remember-machine';

/** Reads a machine for the inventory. That it cannot be read is remembered as well. */
export async function scanTurn(
  target: ResolvedTarget,
  turn: Remembering & { readonly signal: AbortSignal },
): Promise<AttemptResult> {
  const { machines, memory, now, signal } = turn;
  try {
    const end = await machineTurn(
      machines,
      target,
      { signal, verb: { name: 'scan', args: [] } },
      (provider) => readMachine(target.name, provider, now),
    );
    if (end.kind === 'done') {
      await memory?.remember({ ...end.value, way: machines.wayTo(target) });
      return { ...emptyAttempt, exitCode: 0 };
    }
    const { kind, hresult, step, messages } = end.failure;
    await rememberFailure(target, end.failure, turn);
    return { ...emptyAttempt, outcome: kind, exitCode: 1, hresult, step, messages };
  } catch (error) {
    // What the user gave for this machine is wrong: the run tells of it, and the inventory of the machine.
    const told = refusalOf(error);
    if (told !== null && told.name !== 'StoreError') {
      await rememberFailure(target, { step: 'settings', hresult: null, message: told.message }, turn);
    }
    throw error;
  }
}
