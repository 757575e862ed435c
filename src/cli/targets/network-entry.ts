import { SocketNetwork, type NetworkPorts } from '../../lab/network/socket-network';
import { sqliteDriver } from '../../lab/store/drivers';

/** The network beyond the estate: sockets of served hosts and real DNS. */
export function openSocketNetwork(ports: Omit<NetworkPorts, 'driver'>): SocketNetwork {
  return new SocketNetwork({ ...ports, driver: sqliteDriver() });
}
