import type { OutsideNetwork } from '../../lab/clockwork/outside-network';
import { defaultSettings } from '../../lab/estate/settings';
import type { NetworkPorts } from '../../serve/network/socket-network';
import type { Parts } from '../parts';

type Opened = ReturnType<ReturnType<Parts['network']>['openSocketNetwork']>;

/**
 * The network of an estate, as a function that looks at the estate's DNS setting anew each time. Sockets and DNS are
 * loaded when a machine first needs them: most commands never do.
 */
export function networkOf(ports: Omit<NetworkPorts, 'driver'>, parts: Parts): () => OutsideNetwork {
  let opened: Opened | null = null;
  const open = (): Opened => (opened ??= parts.network().openSocketNetwork(ports));
  return () => {
    const { dns } = ports.store.read((reader) => reader.estate()?.settings ?? defaultSettings);
    return {
      usesRealDns: dns.kind === 'server',
      isServed: (machine) => open().isServed(machine),
      resolve: (request) => open().resolve(request),
      contact: (asking, request) => open().contact(asking, request),
      publish: (host) => open().publish(host),
    };
  };
}
