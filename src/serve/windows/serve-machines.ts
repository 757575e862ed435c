import { Buffer } from 'node:buffer';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { X509Certificate } from 'node:crypto';
import { stringify } from 'yaml';
import { accountFor } from '../../lab/estate/accounts';
import type { Laboratory } from '../../lab/estate/laboratory';
import { findMachine } from '../../lab/estate/machines';
import { requireMachine } from '../../lab/estate/names';
import { servedIdentity, type ServedIdentity } from './identity';
import { listen, ListenError, shown, type Listening } from './listen';
import type { ServedAccount, ServedMachine } from './machine';
import { MachineFiles } from './shell/files';
import { createSshTarget } from './ssh';
import { knownHostLines } from './ssh/host-keys';
import { createWinrmTarget } from './winrm';
import { hresult } from '../../licensing/hresult';
import { LicensingError, type LicensingProvider } from '../../licensing/provider';
import { readLicenseFile } from '../../providers/simulated/io/read-license-file';
import { simulatedProvider } from '../../providers/simulated/provider';
import { renderText } from '../../render/text';
import { parseCommandLine, type Target } from '../../verbs/grammar';
import { endingOf, runCommandLine, type CommandResult } from '../../verbs/run';

/** A way to a machine that is served. */
export type Protocol = 'ssh' | 'winrm' | 'winrms';

/** One listener that can be reached. */
export interface ServedAddress {
  readonly machine: string;
  readonly protocol: Protocol;
  readonly address: string;
  readonly port: number;
}

export interface ServeOptions {
  readonly machines: readonly string[];
  readonly listen: string;
  /** First port of each protocol that is served; the machines count up from it, 0 takes free ones. */
  readonly ports: Readonly<Partial<Record<Protocol, number>>>;
  /** Folder in which host keys and certificates are kept. */
  readonly identities: string;
  readonly targetsOut: string | null;
}

/** Serves machines until `close`; `opened` is told of every listener. */
export async function serveMachines(
  laboratory: Laboratory,
  options: ServeOptions,
  opened: (address: ServedAddress) => void,
): Promise<{ readonly close: () => Promise<void> }> {
  const listeners: Listening[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(listeners.map((listener) => listener.close()));
  };
  const served: { readonly address: ServedAddress; readonly identity: ServedIdentity }[] = [];
  try {
    for (const [index, name] of options.machines.entries()) {
      const machine = servedMachine(laboratory, name);
      const identity = await servedIdentity(options.identities, machine, Date.now());
      for (const [protocol, first] of Object.entries(options.ports) as [Protocol, number][]) {
        const port = first === 0 ? 0 : first + index;
        if (port > 65_535)
          throw new ListenError(
            `port ${port} for ${machine.name} is no port: the ports count up from ${first}`,
          );
        const listening = await listen(serverFor(protocol, machine, identity), options.listen, port);
        listeners.push(listening);
        const address = { machine: machine.name, protocol, address: listening.address, port: listening.port };
        served.push({ address, identity });
        opened(address);
      }
    }
    if (options.targetsOut !== null) await writeTargets(options.targetsOut, laboratory, served);
    return { close };
  } catch (error) {
    await close();
    throw error;
  }
}

function serverFor(
  protocol: Protocol,
  machine: ServedMachine,
  identity: ServedIdentity,
): Parameters<typeof listen>[0] {
  switch (protocol) {
    case 'ssh':
      return createSshTarget(
        machine,
        identity.hostKeys.map(({ privateKey }) => privateKey),
      );
    case 'winrm':
      return createWinrmTarget(machine, null);
    case 'winrms':
      return createWinrmTarget(machine, identity.certificate);
  }
}

function servedMachine(laboratory: Laboratory, name: string): ServedMachine {
  const { store } = laboratory;
  const state = store.read((reader) => requireMachine(reader, name).state);
  const files = new MachineFiles();
  const providerFor = (account: ServedAccount, machine: string): Promise<LicensingProvider> =>
    simulatedProvider(laboratory, machine, {
      readFile: (path) => {
        const copied = files.read(path);
        return copied === null ? readLicenseFile(path) : Promise.resolve(copied.toString('utf8'));
      },
      elevated: account.role === 'administrator',
      onClose: () => undefined,
    });
  return {
    name: state.name,
    domain: state.domain ?? '',
    findAccount: (user) => {
      const account = accountFor(store, user.replace(/@.*$/, ''), state.name);
      return account === null
        ? null
        : {
            account: { user: account.user, role: account.role },
            ntHash: Buffer.from(account.passwordHash, 'hex'),
          };
    },
    provider: (account) => providerFor(account, state.name),
    slmgr: (args, account) =>
      runSlmgr(args, (target) => {
        if (target.kind === 'local') return providerFor(account, state.name);
        const other = store.read((reader) => findMachine(reader, target.machine));
        if (other !== null) return providerFor(account, other.state.name);
        throw new LicensingError(hresult(0x800706ba), `${target.machine} is no machine of the lab.`);
      }),
    files,
    isRunning: () => store.read((reader) => findMachine(reader, state.name)?.state.running === true),
    filtersTokens: () => !store.read((reader) => requireMachine(reader, state.name).state.elevated),
  };
}

async function runSlmgr(
  args: readonly string[],
  open: (target: Target) => Promise<LicensingProvider>,
): Promise<{ readonly text: string; readonly exitCode: number }> {
  const results: CommandResult[] = [];
  const opened: LicensingProvider[] = [];
  const connect = async (target: Target): Promise<LicensingProvider> => {
    const provider = await open(target);
    opened.push(provider);
    return provider;
  };
  for await (const result of runCommandLine(parseCommandLine(args), connect)) results.push(result);
  await Promise.all(opened.map((provider) => provider.close()));
  return { text: renderText(results), exitCode: endingOf(results).scriptExitCode };
}

/** A targets file for --targets, and beside it the host keys, so that nothing has to be accepted unseen. */
async function writeTargets(
  file: string,
  laboratory: Laboratory,
  served: readonly { readonly address: ServedAddress; readonly identity: ServedIdentity }[],
): Promise<void> {
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
  await writeFile(knownHosts, lines.map((line) => `${line}\n`).join(''), { mode: 0o600 });
  await writeFile(file, stringify(document), { mode: 0o600 });
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

/** Folder of the host keys and certificates below the data directory. */
export function identitiesFolder(dataDirectory: string): string {
  return join(dataDirectory, 'served');
}

export { ListenError, shown };
