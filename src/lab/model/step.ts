import type { ActivationTrigger } from '../../kms/engine/client-types';
import { activate } from './activate';
import type { ModelContext } from './context';
import { isShutdownDue, underLicenseMonitor } from './evaluation';
import { expire, gracesOf } from './license';
import { licenseCheck } from './license-check';
import { stop } from './lifecycle';
import { isServiceRunning, replaceProduct } from './machine';
import { succeeded, type Outcome } from './outcome';
import type { Procedure } from './outside';
import { publishing } from './publishing';
import { registryFlag, registryName } from './registry';
import type { MachineState, ProductState } from './state';
import { retryTimer } from './timers';

/** When a state ends; a grace that stands still (K5.10) does not. */
function expiryOf(product: ProductState): number | null {
  return product.pausedGraceMinutes === null ? product.license.until : null;
}

function earliest(times: readonly (number | null | undefined)[]): number | null {
  let first: number | null = null;
  for (const time of times) if (time != null && (first === null || time < first)) first = time;
  return first;
}

/**
 * When the machine next does something of itself: an attempt or a renewal (K1.6, K3.9, K15.1), the end of a grace, of
 * the 180 days or of an evaluation, the shutdown of one that is over, a renewal of DNS records (K3.4). Null: never. A stopped machine sends nothing, but
 * its times run on.
 */
export function nextDue(machine: MachineState): number | null {
  const ends = earliest(machine.products.map(expiryOf));
  if (!isServiceRunning(machine)) return earliest([ends, machine.running ? machine.shutdownAt : null]);
  return earliest([
    ends,
    machine.publishAt,
    machine.shutdownAt,
    ...machine.products.map(({ timer }) => timer?.at),
  ]);
}

/** The end of a state at its own time, with event 1003 where the service runs. */
function expireProduct(machine: MachineState, product: ProductState, context: ModelContext): Outcome {
  const edition = context.catalogue.edition(product.edition);
  const at = product.license.until ?? context.now;
  const license = expire(product.license, gracesOf(edition, context), edition.kind === 'office', at);
  const expired: ProductState = {
    ...product,
    license,
    boundHardware: null,
    timer: product.timer === null ? null : { ...product.timer, kind: 'activate' },
  };
  const isClient = product.channel === 'gvlk' && product.key !== null;
  const timer = expired.timer ?? (isClient ? retryTimer(machine, expired, context) : null);
  const state = replaceProduct(machine, { ...expired, timer });
  const checked = licenseCheck(state, context);
  if (product.channel !== 'evaluation') return succeeded(state, { events: checked });
  const { machine: watched, events } = underLicenseMonitor(state, context.now);
  return succeeded(watched, { events: [...checked, ...events] });
}

function triggerOf(machine: MachineState, product: ProductState): ActivationTrigger {
  const { timer } = product;
  if (timer?.watchUntil != null && timer.at <= timer.watchUntil) return 'network-change';
  const isStart = timer?.at === machine.startedAt && machine.startedAt !== machine.addedAt;
  return isStart ? 'service-start' : 'timer';
}

/** A MAK or a host key is not tried of itself with Activation\Manual=1 (K8.13). */
function isManual(machine: MachineState, product: ProductState): boolean {
  const isClient = product.channel === 'gvlk' || product.channel === 'avma';
  return !isClient && registryFlag(machine.registry, registryName.manual);
}

/**
 * Does the one thing that is due first at or before `context.now`: the end of a state, else an attempt, else the shutdown
 * of an evaluation that is over, else DNS publishing. Nothing where nothing is due. The driver calls it with the time that {@link nextDue} named, again and
 * again until nothing is due.
 */
export function* step(machine: MachineState, context: ModelContext): Procedure<Outcome> {
  const { now } = context;
  const expired = machine.products.find((product) => (expiryOf(product) ?? Infinity) <= now);
  if (expired !== undefined) return expireProduct(machine, expired, context);
  if (!machine.running) return succeeded(machine);
  const due = isServiceRunning(machine)
    ? machine.products.find(({ timer }) => timer !== null && timer.at <= now)
    : undefined;
  if (due !== undefined) {
    const planned = replaceProduct(machine, { ...due, timer: null });
    if (due.key === null || isManual(machine, due)) return succeeded(planned);
    return yield* activate(planned, due.activationId, triggerOf(machine, due), context);
  }
  if (machine.shutdownAt != null && machine.shutdownAt <= now) {
    return isShutdownDue(machine, now) ? stop(machine, context) : succeeded({ ...machine, shutdownAt: null });
  }
  if (machine.publishAt === null || machine.publishAt > now) return succeeded(machine);
  const { machine: state, wishes } = publishing(machine, now);
  return succeeded(state, { wishes });
}
