import type { ModelContext } from './context';
import { modelError } from './errors';
import { eventEntry } from './events';
import { gracesOf, nonGenuine, outOfTolerance } from './license';
import { isServiceRunning, isWindows, mapProducts } from './machine';
import { failed, succeeded, type Outcome } from './outcome';
import { applyPendingRearm } from './rearm';
import { registryFlag, registryName } from './registry';
import { beginService } from './service';
import type { MachineName, MachineState, ProductState } from './state';
import { firstTimer } from './timers';

/** Starts the machine, and with it its licensing service: a pending rearm is done first. */
export function start(machine: MachineState, context: ModelContext): Outcome {
  if (machine.running) return succeeded(machine);
  return beginService(
    {
      ...applyPendingRearm(machine, context),
      running: true,
      starts: (machine.starts ?? 0) + 1,
      restartWanted: false,
    },
    context,
  );
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
    { events: isServiceRunning(machine) ? [eventEntry(machine, 903, [], context.now)] : [] },
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
