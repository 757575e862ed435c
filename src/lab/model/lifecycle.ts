import type { ModelContext } from './context';
import { modelError } from './errors';
import { eventEntry } from './events';
import { underLicenseMonitor } from './evaluation';
import { gracesOf, nonGenuine, outOfTolerance } from './license';
import { isWindows, mapProducts } from './machine';
import { failed, succeeded, type Outcome } from './outcome';
import { publishing } from './publishing';
import { applyPendingRearm } from './rearm';
import { registryFlag, registryName } from './registry';
import { loadHostSettings } from './settings';
import type { MachineName, MachineState, ProductState } from './state';
import { firstTimer } from './timers';

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
 * Starts the machine and its licensing service: a pending rearm is done, the KMS host's settings are read, clients try
 * at once, a host publishes itself.
 */
export function start(machine: MachineState, context: ModelContext): Outcome {
  const { now } = context;
  if (machine.running) return succeeded(machine);
  const rearmed = applyPendingRearm(machine, context);
  const state = mapProducts(
    {
      ...rearmed,
      running: true,
      startedAt: now,
      restartWanted: false,
      loadedHost: loadHostSettings(rearmed.registry),
    },
    (product) => {
      const kept = withoutDomain(rearmed, product, context);
      return { ...kept, timer: timerAtStart(kept, now) };
    },
  );
  const started = [eventEntry(state, 900, [], now), eventEntry(state, 902, [state.version], now)];
  const { machine: published, wishes } = publishing(state, now);
  const { machine: watched, events } = underLicenseMonitor(published, now);
  return succeeded(watched, { events: [...started, ...events], wishes });
}

/** Stops the machine: it sends and answers nothing; its grace and validity run on. */
export function stop(machine: MachineState, context: ModelContext): Outcome {
  if (!machine.running) return succeeded(machine);
  return succeeded(
    {
      ...machine,
      running: false,
      publishAt: null,
      ...(machine.shutdownAt == null ? {} : { shutdownAt: null }),
    },
    { events: [eventEntry(machine, 903, [], context.now)] },
  );
}

/** Stops and starts. */
export function restart(machine: MachineState, context: ModelContext): Outcome {
  const stopped = stop(machine, context);
  const started = start(stopped.state, context);
  return { ...started, events: [...stopped.events, ...started.events] };
}

/** A copy made without sysprep: another name, the same CMID, so that a KMS host counts both once (K2.6, K2.7). */
export function clone(machine: MachineState, name: string, context: ModelContext): MachineState {
  return { ...machine, name: name as MachineName, addedAt: context.now };
}

/** Hardware changed past tolerance (K4.5): what was bound to the old hardware is out of tolerance. */
export function changeHardware(machine: MachineState, context: ModelContext): MachineState {
  const { now, catalogue } = context;
  const changed = { ...machine, hardware: machine.hardware + 1 };
  return mapProducts(changed, (product) => {
    const isBound = product.license.status === 'licensed' && product.license.by !== 'evaluation';
    if (!isBound || product.boundHardware === changed.hardware) return product;
    const graces = gracesOf(catalogue.edition(product.edition), context);
    return {
      ...product,
      license: outOfTolerance(graces, now),
      boundHardware: null,
      timer: product.timer ?? firstTimer(changed, product, now),
    };
  });
}

/** The genuine check fails for Windows (K4.8); with NoGenTicket=1 there is no check (K8.16). */
export function failGenuineCheck(machine: MachineState, context: ModelContext): Outcome {
  if (registryFlag(machine.registry, registryName.noGenTicket)) return succeeded(machine);
  const isHit = (product: ProductState): boolean =>
    product.key !== null && isWindows(product, context.catalogue);
  if (!machine.products.some(isHit)) return failed(machine, modelError.keyNotInstalled);
  return succeeded(
    mapProducts(machine, (product) =>
      isHit(product) ? { ...product, license: nonGenuine(context.now), boundHardware: null } : product,
    ),
  );
}

/** The network changed: a client whose renewal failed in the last 15 minutes tries at once (K3.9). */
export function networkChanged(machine: MachineState, context: ModelContext): MachineState {
  const { now } = context;
  return mapProducts(machine, (product) => {
    const { timer } = product;
    return timer?.watchUntil != null && now <= timer.watchUntil
      ? { ...product, timer: { ...timer, at: Math.min(timer.at, now) } }
      : product;
  });
}
