import { X509Certificate } from 'node:crypto';
import { stringify } from 'yaml';
import { replaceFile } from '../../transports/local/durable-file';
import { systemReason } from '../../transports/local/system-reason';
import type { Laboratory } from '../../lab/estate/laboratory';
import type { ServedIdentity } from './identity';
import { knownHostLines } from './ssh/host-keys';
import { ListenError } from './listen';
import type { Protocol } from './served-ports';

/** A listener that is open, and the keys by which it is known. */
export interface ServedListener {
  readonly address: {
    readonly machine: string;
    readonly protocol: Protocol;
    readonly address: string;
    readonly port: number;
  };
  readonly identity: ServedIdentity;
}

/**
 * Writes a targets file for --targets, and beside it the host keys, so that nothing has to be accepted unseen. Each is
 * there as a whole or not at all.
 * @throws ListenError where it cannot be written
 */
export function writeTargets(file: string, laboratory: Laboratory, served: readonly ServedListener[]): void {
  const knownHosts = `${file}.known_hosts`;
  const lines = served
    .filter(({ address }) => address.protocol === 'ssh')
    .flatMap(({ address, identity }) => knownHostLines(address, identity.hostKeys));
  const targets: Record<string, object> = {};
  for (const { address, identity } of served) {
    const name = address.machine in targets ? `${address.machine}-${address.protocol}` : address.machine;
    targets[name] = {
      host: address.address.includes(':') ? `[${address.address}]` : address.address,
      transport: address.protocol,
      port: address.port,
      ...administratorOf(laboratory, address.machine),
      ...(address.protocol === 'ssh' ? { knownHosts } : {}),
      ...(address.protocol === 'winrms' ? { tls: { fingerprint: fingerprintOf(identity) } } : {}),
    };
  }
  const document = {
    version: 1,
    groups: { lab: { targets: [...new Set(served.map(({ address }) => address.machine))] } },
    targets,
  };
  try {
    replaceFile(knownHosts, lines.map((line) => `${line}\n`).join(''));
    replaceFile(file, stringify(document));
  } catch (error) {
    throw new ListenError(`nothing is served: ${file} cannot be written: ${systemReason(error)}`, {
      cause: error,
    });
  }
}

/** Who signs in: an administrator of that machine before one of all machines. */
function administratorOf(laboratory: Laboratory, machine: string): { readonly user?: string } {
  const administrators = laboratory.store
    .read((reader) => reader.accounts())
    .filter(({ role }) => role === 'administrator');
  const own = administrators.find((account) => account.machine?.toLowerCase() === machine.toLowerCase());
  const found = own ?? administrators.find((account) => account.machine === null);
  return found === undefined ? {} : { user: found.user };
}

function fingerprintOf(identity: ServedIdentity): string {
  return new X509Certificate(identity.certificate.cert).fingerprint256.replaceAll(':', '').toLowerCase();
}
