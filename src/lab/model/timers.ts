import { isInterval } from '../../kms/engine/messages';
import { minuteMs, type ModelContext } from './context';
import { registeredActivationInterval, registeredRenewalInterval } from './settings';
import type { MachineState, ProductState, ProductTimer } from './state';

/** After a failed renewal the client watches for network changes so long (K3.9). */
const watchMinutes = 15;
/** Windows tries a key for Microsoft's activation of itself three days after it was installed (K8.13). */
const automaticActivationMinutes = 3 * 24 * 60;

/** What a client keeps of its host's answer, of its intervals. */
type HostsWord = Pick<ProductState['kmsClient'], 'activationInterval' | 'renewalInterval'>;

/** Minutes between attempts: the host's word where it has spoken, else the registry's (K3.8). */
export function activationInterval(machine: MachineState, client: HostsWord): number {
  return spoken(client.activationInterval) ?? registeredActivationInterval(machine.registry);
}

/** Minutes between renewals, likewise (K3.8). */
export function renewalInterval(machine: MachineState, client: HostsWord): number {
  return spoken(client.renewalInterval) ?? registeredRenewalInterval(machine.registry);
}

/** What a host said, where it can be an interval: one of none would keep the machine due for ever. */
function spoken(minutes: number | null): number | null {
  return minutes !== null && isInterval(minutes) ? minutes : null;
}

/** The first attempt of a product that was just given a key; null where the service makes none of itself. */
export function firstTimer(machine: MachineState, product: ProductState, now: number): ProductTimer | null {
  switch (product.channel) {
    case 'gvlk':
    case 'avma':
      return {
        kind: 'activate',
        at: now + activationInterval(machine, product.kmsClient) * minuteMs,
        watchUntil: null,
      };
    case 'mak':
    case 'csvlk':
    case 'retail':
      return { kind: 'activate', at: now + automaticActivationMinutes * minuteMs, watchUntil: null };
    case 'oem':
    case 'evaluation':
      return null;
  }
}

/** When an attempt of the service failed: every activation interval, or in three days at Microsoft's (K1.6, K3.9). */
export function retryTimer(
  machine: MachineState,
  product: ProductState,
  context: ModelContext,
): ProductTimer {
  const { now } = context;
  if (product.channel !== 'gvlk') {
    return firstTimer(machine, product, now) ?? { kind: 'activate', at: now, watchUntil: null };
  }
  const isRenewal = product.license.status === 'licensed';
  return {
    kind: isRenewal ? 'renew' : 'activate',
    at: now + activationInterval(machine, product.kmsClient) * minuteMs,
    watchUntil: isRenewal ? now + watchMinutes * minuteMs : null,
  };
}

/** The renewal after a success (K3.3). */
export function renewalTimer(machine: MachineState, product: ProductState, now: number): ProductTimer {
  return {
    kind: 'renew',
    at: now + renewalInterval(machine, product.kmsClient) * minuteMs,
    watchUntil: null,
  };
}
