import type { Edition } from '../../licensing/catalogue/types';
import { minuteMs } from './context';
import { modelError } from './errors';
import { eventEntry, type EventEntry } from './events';
import { evaluationEnd, unlicensed } from './license';
import type { License, MachineState, ProductState } from './state';

/** Windows' licence monitor shuts an evaluation that is over down every hour (its event 100). */
const shutdownMinutes = 60;
/** How often an evaluation of Windows Server 2012 and later may be begun anew (Microsoft's answers on rearm). */
export const evaluationRearms = 6;

/** An evaluation with its end: licensed until then, unlicensed after it, however often its key is installed (K4.11). */
export function evaluated(product: ProductState, endsAt: number, now: number): ProductState {
  const license: License =
    endsAt > now
      ? { status: 'licensed', until: endsAt, reason: 0, by: 'evaluation', since: now }
      : unlicensed(modelError.validityExpired);
  return { ...product, license, evaluationEndsAt: endsAt };
}

/** An evaluation after a rearm: its whole time again. */
export function evaluatedAnew(product: ProductState, edition: Edition, now: number): ProductState {
  return evaluated(product, evaluationEnd(edition, now), now);
}

/** Whether the machine runs on an evaluation whose time is over. */
function isOver(machine: MachineState, now: number): boolean {
  return machine.products.some(
    ({ channel, key, evaluationEndsAt }) =>
      channel === 'evaluation' && key !== null && evaluationEndsAt !== null && evaluationEndsAt <= now,
  );
}

/** A running machine whose evaluation is over: event 100, and a shutdown in an hour. Others: no shutdown. */
export function underLicenseMonitor(
  machine: MachineState,
  now: number,
): { readonly machine: MachineState; readonly events: readonly EventEntry[] } {
  if (!machine.running || !isOver(machine, now)) {
    return { machine: machine.shutdownAt == null ? machine : { ...machine, shutdownAt: null }, events: [] };
  }
  const shutdownAt = now + shutdownMinutes * minuteMs;
  return { machine: { ...machine, shutdownAt }, events: [eventEntry(machine, 100, [], now)] };
}

/** Whether the hour of an evaluation that is over has passed; false where another key has taken its place. */
export function isShutdownDue(machine: MachineState, now: number): boolean {
  return machine.running && machine.shutdownAt != null && machine.shutdownAt <= now && isOver(machine, now);
}
