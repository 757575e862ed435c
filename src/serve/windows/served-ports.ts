import { ListenError } from './listen';

/** A way to a machine that is served. */
export type Protocol = 'ssh' | 'winrm' | 'winrms';

/** A port for each protocol; 0 takes a free one. */
export type Ports = Readonly<Partial<Record<Protocol, number>>>;

const greatestPort = 65_535;

/**
 * Ports of the machines, in their order. Each protocol counts up from its first port and passes over what another
 * one has; the first machine gets the first ports themselves.
 * @throws ListenError where two protocols begin at one port, or the ports do not reach for all machines
 */
export function portsOfMachines(machines: readonly string[], first: Ports): readonly Ports[] {
  const next = new Map(Object.entries(first) as [Protocol, number][]);
  const taken = new Set<number>();
  refuseSameFirst(next);
  return machines.map((machine) => {
    const own: Partial<Record<Protocol, number>> = {};
    for (const [protocol, from] of next) {
      let port = from;
      while (port !== 0 && taken.has(port)) port += 1;
      if (port > greatestPort) {
        throw new ListenError(
          `there is no port left for ${protocol} of ${machine}: the ports count up from ${String(first[protocol])}`,
        );
      }
      own[protocol] = port;
      if (port === 0) continue;
      taken.add(port);
      next.set(protocol, port + 1);
    }
    return own;
  });
}

function refuseSameFirst(first: ReadonlyMap<Protocol, number>): void {
  const seen = new Map<number, Protocol>();
  for (const [protocol, port] of first) {
    const other = seen.get(port);
    if (port !== 0 && other !== undefined)
      throw new ListenError(`${other} and ${protocol} cannot both begin at port ${port}`);
    seen.set(port, protocol);
  }
}
