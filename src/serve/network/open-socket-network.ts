import { sqliteDriver } from '../../lab/store/drivers';
import { SocketNetwork, type NetworkPorts } from './socket-network';

/** The network beyond the estate: sockets of served hosts and real DNS. */
export function openSocketNetwork(ports: Omit<NetworkPorts, 'driver'>): SocketNetwork {
  return new SocketNetwork({ ...ports, driver: sqliteDriver() });
}
