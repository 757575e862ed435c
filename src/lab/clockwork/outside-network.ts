import type {
  ContactAnswer,
  ContactRequest,
  HostAddress,
  ResolveSrvAnswer,
  ResolveSrvRequest,
} from '../../kms/engine/client-types';
import { isServiceRunning } from '../model/machine';
import type { MachineName, MachineState } from '../model/state';
import type { DomainPublished } from './built-in-zone';
import { isAddress, isSimulatedAddress, machineMeantBy, type HostNames } from './host-names';

/** The network beyond the estate's own process: sockets of served hosts, real DNS, hosts by their address. */
export interface OutsideNetwork {
  /** True where the estate asks and publishes to a real DNS server (`lab dns --server`). */
  readonly usesRealDns: boolean;
  /** Whether a process serves the KMS host of this machine now: it is then reached through its socket. */
  isServed(machine: MachineName): boolean;
  resolve(request: ResolveSrvRequest): Promise<ResolveSrvAnswer>;
  /** Over TCP to a served machine, a name of real DNS or an address. Unreachable hosts are an answer, too. */
  contact(asking: MachineState, request: ContactRequest): Promise<ContactAnswer>;
  /** Publishes the host's records; one entry for each domain. */
  publish(host: MachineState): Promise<readonly DomainPublished[]>;
}

/** How a contact goes: in process, over the network, or to nobody. */
export type Route = 'in-process' | 'outside' | 'nowhere';

/**
 * Where a client's request goes: a lab machine through its socket while it is served and runs, else in process; any
 * other name to real DNS and TCP only where the estate uses a real DNS server or an address was given.
 */
export function routeOf(
  host: HostAddress,
  names: HostNames,
  asking: Pick<MachineState, 'dns' | 'domain'>,
  network: Pick<OutsideNetwork, 'usesRealDns' | 'isServed'> | null,
): Route {
  const machine = machineMeantBy(names, host.name, asking);
  if (machine !== null)
    return isServiceRunning(machine) && network?.isServed(machine.name) === true ? 'outside' : 'in-process';
  if (network === null || isSimulatedAddress(host.name)) return 'nowhere';
  return network.usesRealDns || isAddress(host.name) ? 'outside' : 'nowhere';
}
