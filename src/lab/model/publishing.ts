import { dayMs } from './context';
import { hostProducts } from './machine';
import type { Wish } from './outcome';
import type { MachineState } from './state';

/**
 * A KMS host publishes its records now, and every 24 hours from now on (K3.4, K7.2, K11.3): where one of its host
 * keys is activated and publishing was on when the service started. Others wish for nothing.
 */
export function publishing(
  machine: MachineState,
  now: number,
): { readonly machine: MachineState; readonly wishes: readonly Wish[] } {
  const serves = hostProducts(machine).some(({ license }) => license.status === 'licensed');
  if (!serves || !machine.loadedHost.dnsPublishing) {
    return { machine: { ...machine, publishAt: null }, wishes: [] };
  }
  return { machine: { ...machine, publishAt: now + dayMs }, wishes: [{ kind: 'publish-dns' }] };
}
