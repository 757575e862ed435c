import { findMachine } from '../../lab/estate/machines';
import { requireMachine } from '../../lab/estate/names';
import { type EstateReader, type EstateStore } from '../../lab/estate/store-port';
import { estateTime } from '../../lab/estate/time';
import { type SqlDriver } from '../../lab/store/driver';
import { type Endpoint, parseEndpoint } from '../../kms/net/endpoint';
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
 * Where `kms load` sends its requests: the socket of a served lab machine (NAME or NAME.domain; it has one port, so one
 * that is written behind the name says nothing more), or an address.
 * @throws EstateError where no machine has the name, ServeRefusal where it is not served
 */
export function loadTarget(ports: TargetPorts, target: string): Endpoint {
  const endpoint = /[:.]/.test(target) ? parseEndpoint(target) : null;
  const word = endpoint?.host ?? target;
  const machine = ports.store.read((reader) => findMachine(reader, word)?.state.name ?? null);
  if (machine === null && endpoint !== null) return endpoint;
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
