import { type EstateDns } from '../../dns/estate-dns';
import { type HostAddress } from '../../kms/engine/client-types';
import { type ServedFacts } from '../kms-host/served-files';
import { isAddress } from '../../lab/clockwork/host-names';
import { type MachineState } from '../../lab/model/state';

/** Addresses of one name that are tried. */
const mostAddresses = 4;

/** How often, and for how long at most, a service is awaited that is on its way to its new port. */
const followMs = 100;
const mostFollows = 20;

const loopbackOf: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

export interface ReachPorts {
  /** Where a machine is served now; null: it listens nowhere. */
  readonly servedAt: (machine: string) => ServedFacts | null;
  /** The real DNS server of the estate; null: it has none. */
  readonly dns: () => Pick<EstateDns, 'resolveHost'> | null;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/**
 * Addresses at which a host is asked, in the order of trial: a lab machine's listening address, an address itself, or
 * what real DNS says of any other name. None: it cannot be reached.
 *
 * @param machine the lab machine that the name means; null: it means none
 */
export async function addressesOf(
  ports: ReachPorts,
  host: HostAddress,
  machine: MachineState | null,
): Promise<readonly string[]> {
  if (machine !== null) return servedAddresses(ports, host, machine);
  if (isAddress(host.name)) return [host.name];
  const found = await ports.dns()?.resolveHost(host.name);
  return found?.ok === true ? found.records.slice(0, mostAddresses) : [];
}

/**
 * A machine whose service has just started again is at its old port, or nowhere, for a moment: its process follows
 * within a fraction of a second, and is awaited.
 */
async function servedAddresses(
  { servedAt, sleep }: ReachPorts,
  { port }: HostAddress,
  machine: MachineState,
): Promise<readonly string[]> {
  if (port !== machine.loadedHost.listeningPort) return [];
  for (let follow = 0; follow < mostFollows; follow += 1) {
    const facts = servedAt(machine.name);
    if (facts?.port === port) return listeningAddresses(facts);
    await sleep(followMs);
  }
  return [];
}

/** The address listened on; for a wildcard those under which others reach the host, and loopback. */
function listeningAddresses({ address, reachedAt }: ServedFacts): readonly string[] {
  const loopback = loopbackOf[address];
  if (loopback === undefined) return [address];
  return [...new Set([...reachedAt, loopback])].slice(0, mostAddresses);
}
