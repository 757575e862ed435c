import { requireMachine } from '../../lab/estate/names';
import { type EstateReader, type EstateStore } from '../../lab/estate/store-port';
import { estateTime } from '../../lab/estate/time';
import { type SqlDriver } from '../../lab/store/driver';
import { type Endpoint, parseEndpoint } from '../net/endpoint';
import { servedAt } from './served-lock';
import { ServeRefusal } from './serve-refusal';

export interface TargetPorts {
  readonly store: EstateStore;
  readonly driver: SqlDriver;
  readonly home: string;
}

const loopbackOf: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** Where this computer reaches what listens at an address: loopback for a wildcard. */
export function reachableHere({
  address,
  port,
}: {
  readonly address: string;
  readonly port: number;
}): Endpoint {
  return { host: loopbackOf[address] ?? address, port };
}

/**
 * Where `kms load` sends its requests: the socket of a served lab machine, or an address.
 * @throws EstateError where no machine has the name, ServeRefusal where it is not served
 */
export function loadTarget(ports: TargetPorts, target: string): Endpoint {
  const machine = ports.store.read((reader) => reader.machine(target)?.state.name ?? null);
  const endpoint = machine === null && /[:.]/.test(target) ? parseEndpoint(target) : null;
  if (endpoint !== null) return endpoint;
  const name = machine ?? ports.store.read((reader) => requireMachine(reader, target).state.name);
  const served = servedAt(ports.driver, ports.home, name);
  if (served === null)
    throw new ServeRefusal(`${name} is not served: start "slmgr kms serve ${name}" first.`);
  return reachableHere(served);
}

/** The estate's time as a function of the real one, as it is set now. */
export function estateClock(store: EstateStore, realNow: () => number): () => number {
  const clock = store.read((reader: EstateReader) => reader.clock());
  return () => estateTime(clock, realNow());
}
