import { setMaxListeners } from 'node:events';
import { pacer } from '../../transports/local/pacer';
import { probePort, type PortProbe } from '../../transports/local/port-probe';
import { mapWithLimit } from '../../kms/discovery/map-with-limit';
import type { TransportName } from '../../remote/address';
import { usualPort } from '../../remote/address';
import { detailOf, type Candidate } from './candidate';
import type { Discovered } from './discovered';

/** The ports that say that a machine may be reached, in the order in which a way is chosen. */
export type ProbedPorts = Readonly<Record<TransportName, number>>;

/** What is probed, and how hard. */
export interface RangeSearch {
  readonly addresses: readonly string[];
  readonly ports: ProbedPorts;
  /** How long one port may take to answer, in ms. */
  readonly timeoutMs: number;
  /** Connections begun in a second, all together. */
  readonly rate: number;
  /** Connections that are open at once. */
  readonly atOnce: number;
  readonly signal: AbortSignal;
  readonly progress: (done: number, found: number) => void;
}

/**
 * Machines of a range of addresses that take a connection on one of the ports of SSH and WinRM. Nothing is sent: a port
 * that is open is closed again, after the line with which a server of SSH begins. Each connection has a deadline; after
 * the signal no new one is begun.
 */
export async function rangeCandidates(search: RangeSearch): Promise<Discovered> {
  const { addresses, signal, atOnce } = search;
  // Each connection that is open listens to it.
  setMaxListeners(0, signal);
  const turn = pacer(search.rate, signal);
  const candidates: Candidate[] = [];
  const failures = new Map<string, number>();
  let done = 0;
  await mapWithLimit(addresses, Math.max(1, Math.floor(atOnce / 3)), async (address) => {
    if (signal.aborted) return;
    const probes = await Promise.all(
      transportsByGain.map(async (via) => {
        await turn();
        return signal.aborted ? null : { via, ...(await probe(address, via, search)) };
      }),
    );
    done += 1;
    for (const each of probes) {
      if (each?.kind === 'impossible') failures.set(each.reason, (failures.get(each.reason) ?? 0) + 1);
    }
    const found = candidateOf(address, probes, search.ports);
    if (found !== null) candidates.push(found);
    search.progress(done, candidates.length);
  });
  const order = new Map(addresses.map((address, at) => [address, at]));
  candidates.sort((one, other) => (order.get(one.name) ?? 0) - (order.get(other.name) ?? 0));
  const left = addresses.length - done;
  return {
    candidates,
    notes: [],
    problems: [
      ...[...failures].map(([reason, times]) => `${times} connections were not possible: ${reason}`),
      ...(left === 0 ? [] : [`${left} of ${addresses.length} addresses were not looked at`]),
    ],
  };
}

const transportsByGain: readonly TransportName[] = ['ssh', 'winrms', 'winrm'];

type Probe = PortProbe & { readonly via: TransportName };

function candidateOf(
  address: string,
  probes: readonly (Probe | null)[],
  ports: ProbedPorts,
): Candidate | null {
  const open = probes.flatMap((each) => (each?.kind === 'open' && speaks(each) ? [each] : []));
  const [best] = open;
  if (best === undefined) return null;
  const { via, firstLine } = best;
  return {
    name: address,
    address,
    via,
    port: ports[via] === usualPort[via] ? null : ports[via],
    from: open.map((each) => `port ${ports[each.via]}`).join(', '),
    detail: firstLine === null ? null : detailOf(firstLine),
  };
}

/** A server of SSH speaks first (RFC 4253, section 4.2): what says something else is none. */
function speaks({
  via,
  firstLine,
}: {
  readonly via: TransportName;
  readonly firstLine: string | null;
}): boolean {
  return via !== 'ssh' || firstLine === null || firstLine.startsWith('SSH-');
}

function probe(
  host: string,
  via: TransportName,
  { ports, timeoutMs, signal }: RangeSearch,
): Promise<PortProbe> {
  return probePort({ host, port: ports[via], timeoutMs, signal, waitForLine: via === 'ssh' });
}
