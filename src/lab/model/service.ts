import type { ModelContext } from './context';
import { modelError } from './errors';
import { eventEntry } from './events';
import { underLicenseMonitor } from './evaluation';
import { gracesOf, outOfTolerance } from './license';
import { licenseCheck } from './license-check';
import { isServiceRunning, mapProducts } from './machine';
import { succeeded, type Outcome } from './outcome';
import { publishing } from './publishing';
import { loadHostSettings } from './settings';
import type { MachineState, ProductState } from './state';

/** At a start of the service a client tries at once, activated or not (K2.10, K3.9). */
function timerAtStart(product: ProductState, now: number): ProductState['timer'] {
  const isClient = product.channel === 'gvlk' || product.channel === 'avma';
  if (product.key === null || product.pausedGraceMinutes !== null || !isClient) return product.timer;
  const kind = product.license.status === 'licensed' ? 'renew' : 'activate';
  return { kind, at: now, watchUntil: null };
}

/** An activation by Active Directory goes with the domain, at the next start (K15.1). */
function withoutDomain(machine: MachineState, product: ProductState, context: ModelContext): ProductState {
  if (product.ad === null || machine.domain !== null) return product;
  const edition = context.catalogue.edition(product.edition);
  const license = outOfTolerance(gracesOf(edition, context), context.now);
  return {
    ...product,
    ad: null,
    activationType: 0,
    boundHardware: null,
    license: { ...license, reason: modelError.machineNotBound },
  };
}

/**
 * The licensing service of a machine that runs begins: the KMS host's settings are read, clients try at once, a host
 * publishes itself.
 */
export function beginService(machine: MachineState, context: ModelContext): Outcome {
  const { now } = context;
  const state = mapProducts(
    { ...withStopped(machine, false), startedAt: now, loadedHost: loadHostSettings(machine.registry) },
    (product) => {
      const kept = withoutDomain(machine, product, context);
      return { ...kept, timer: timerAtStart(kept, now) };
    },
  );
  const started = [eventEntry(state, 900, [], now), eventEntry(state, 902, [state.version], now)];
  const { machine: published, wishes } = publishing(state, now);
  const { machine: watched, events } = underLicenseMonitor(published, now);
  return succeeded(watched, { events: [...started, ...licenseCheck(state, context), ...events], wishes });
}

/** Starts the licensing service where it alone was stopped (`net start`); a rearm goes on waiting for the machine's restart. */
export function startService(machine: MachineState, context: ModelContext): Outcome {
  if (!machine.running || isServiceRunning(machine)) return succeeded(machine);
  return beginService(machine, context);
}

/** Stops the licensing service alone (`net stop`): it answers nobody and does nothing of itself; licences run on. */
export function stopService(machine: MachineState, context: ModelContext): Outcome {
  if (!isServiceRunning(machine)) return succeeded(machine);
  return succeeded(
    { ...withStopped(machine, true), publishAt: null },
    { events: [eventEntry(machine, 903, [], context.now)] },
  );
}

function withStopped(machine: MachineState, isStopped: boolean): MachineState {
  if (isStopped) return { ...machine, serviceStopped: true };
  return machine.serviceStopped === undefined ? machine : { ...machine, serviceStopped: false };
}
