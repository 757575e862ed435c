import type { ActivationTrigger } from '../../kms/engine/client-types';
import { avmaEra, generationFacts } from '../../licensing/catalogue/generations';
import type { Edition } from '../../licensing/catalogue/types';
import type { Hresult } from '../../licensing/hresult';
import { minuteMs, type ModelContext } from './context';
import { modelError } from './errors';
import { eventEntry, type EventEntry } from './events';
import { licensed } from './license';
import { replaceProduct } from './machine';
import { failed, succeeded, type Outcome, type Wish } from './outcome';
import { ask, type HypervisorAnswer, type Procedure } from './outside';
import type { MachineName, MachineState, ProductState } from './state';
import { retryTimer } from './timers';

/** A guest asks its host anew so often; the activation itself lasts while it runs there. Minutes. */
const renewalMinutes = 7 * 24 * 60;

/** What events 12309 and 12310 call the result (K15.4). */
export type AvmaResult = 'Success' | 'Invalid Host' | 'Invalid Data' | 'Activation Denied';

interface Verdict {
  readonly result: AvmaResult;
  readonly hresult: Hresult | 0;
}

function eraOf(edition: Edition): number {
  return edition.release.of === 'windows' ? generationFacts(edition.release.generation).era : 0;
}

/** The rules of the host: Datacenter, activated, of the guest's generation or newer (K15.4). */
function judge(host: HypervisorAnswer['host'], guest: Edition, context: ModelContext): Verdict {
  if (host === null) return { result: 'Invalid Host', hresult: modelError.noVirtualizationHost };
  const edition = context.catalogue.edition(host.edition);
  if (edition.kind !== 'server' || !edition.friendlyName.includes('Datacenter') || eraOf(edition) < avmaEra) {
    return { result: 'Invalid Host', hresult: modelError.noVirtualizationHost };
  }
  if (!host.licensed) return { result: 'Activation Denied', hresult: modelError.hostNotActivated };
  if (eraOf(guest) > eraOf(edition)) return { result: 'Invalid Data', hresult: modelError.hostMismatch };
  return { result: 'Success', hresult: 0 };
}

interface Logged {
  readonly events: readonly EventEntry[];
  readonly wishes: readonly Wish[];
}

function logged(machine: MachineState, host: MachineName | null, result: AvmaResult, at: number): Logged {
  const guestEvent = eventEntry(machine, 12309, [result, host ?? ''], at);
  const hostEvent = eventEntry(machine, 12310, [result, machine.name], at);
  return {
    events: [guestEvent],
    wishes: host === null ? [] : [{ kind: 'log', machine: host, event: hostEvent }],
  };
}

/** Automatic virtual machine activation by the host that runs the guest (K15.4). */
export function* activateAtHypervisor(
  machine: MachineState,
  product: ProductState,
  trigger: ActivationTrigger,
  context: ModelContext,
): Procedure<Outcome> {
  const { now } = context;
  const refuse = (code: Hresult, log: Logged): Outcome => {
    const timer = trigger === 'by-hand' ? product.timer : retryTimer(machine, product, context);
    return failed(replaceProduct(machine, { ...product, timer }), code, log);
  };
  if (!machine.virtual || machine.hypervisor === null) {
    return refuse(modelError.noVirtualizationHost, logged(machine, null, 'Invalid Host', now));
  }
  if (!machine.dataExchange) {
    return refuse(modelError.guestNotBound, logged(machine, null, 'Invalid Data', now));
  }
  const guest = context.catalogue.edition(product.edition);
  const { host } = yield* ask({
    kind: 'hypervisor',
    host: machine.hypervisor as MachineName,
    guest: machine.name,
    guestCmid: machine.cmid,
    edition: guest.id,
  });
  const verdict = judge(host, guest, context);
  const name = host === null ? null : (host.name as MachineName);
  const log = logged(machine, name, verdict.result, now);
  if (verdict.hresult !== 0 || host === null) {
    return refuse(verdict.hresult === 0 ? modelError.noVirtualizationHost : verdict.hresult, log);
  }
  const state = replaceProduct(machine, {
    ...product,
    license: licensed('avma', now, null),
    boundHardware: machine.hardware,
    avma: { hostName: host.name, activatedAt: now, hostPid: host.pid },
    timer: { kind: 'renew', at: now + renewalMinutes * minuteMs, watchUntil: null },
  });
  return succeeded(state, log);
}
