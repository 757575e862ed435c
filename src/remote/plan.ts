import { type Address, isTransportName, parseAddress, type TransportName, usualPort } from './address';
import { type PasswordSources } from './credentials';
import { formatOfWord, inventoryFormats } from './inventory/format-word';
import { joinTargets } from './joined-targets';
import { type RemotePorts } from './ports';
import type { TrustedFile } from '../transports/local/checked-file';
import type * as TargetsFileModule from './targets-file';
import { usualTargetsFile } from './targets-path';
import { systemReason } from '../transports/local/system-reason';
import { fileLimits } from '../transports/local/bounded-file';
import {
  type ConfiguredJump,
  type ConfiguredTarget,
  type PasswordSource,
  type TargetsFile,
} from './targets-file';

/** The machine of a command line, as slmgr's grammar reads it. */
export interface NamedTarget {
  readonly machine: string;
  readonly account: { readonly user: string; readonly password: string } | null;
}

/** The long options that say how a machine is reached; names as on the command line, in camel case. */
export interface RemoteOptions {
  readonly targets?: readonly string[] | undefined;
  readonly transport?: string | undefined;
  /** Milliseconds for each phase: connecting, authentication, one command. */
  readonly timeout?: number | undefined;
  readonly identity?: readonly string[] | undefined;
  readonly knownHosts?: string | undefined;
  readonly acceptNew?: boolean | undefined;
  readonly passwordFile?: string | undefined;
  readonly passwordCommand?: string | undefined;
  readonly caFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
  readonly fingerprint?: string | undefined;
  readonly auth?: string | undefined;
  readonly insecure?: boolean | undefined;
}

/** HTTPS settings of WinRM. */
export interface TlsSettings {
  readonly caFile?: string | undefined;
  readonly fingerprint?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
}

/** A machine on the way. */
export interface PlannedJump {
  /** `[user@]host[:port]`. */
  readonly address: string;
  readonly identityFiles: readonly string[];
  /** Where its password comes from; the prompt where nothing is said. */
  readonly password: PasswordSource | undefined;
}

/** How one machine is going to be reached: command line over targets file over what is usual. */
export interface ConnectionPlan {
  /** As the user wrote it: messages show it. */
  readonly name: string;
  readonly host: string;
  readonly transport: TransportName;
  /** True where nobody said the transport: SSH is then what is usual. */
  readonly transportIsUsual: boolean;
  /** Undefined: ~/.ssh/config may say one, else the usual port. */
  readonly port: number | undefined;
  readonly user: string | undefined;
  readonly identityFiles: readonly string[];
  readonly jump: readonly PlannedJump[] | undefined;
  readonly knownHostsFile: string | undefined;
  readonly acceptNew: boolean;
  /** The far side is a slmgr: true, or the name of a machine of its lab. */
  readonly agent: boolean | string;
  readonly password: PasswordSources;
  readonly auth: string | undefined;
  readonly tls: TlsSettings;
  readonly insecure: boolean;
  /** Milliseconds, where somebody said how long to wait. */
  readonly timeout: number | undefined;
  /** Where the machine stands, as its targets file says. */
  readonly site: string | null;
}

/** A choice of the user that cannot be followed. The message is for people. */
export class PlanError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PlanError';
  }
}

/** A targets file that names nobody. */
export const noTargets: TargetsFile = { names: [], groups: {}, find: () => null };

type PlanPorts = Pick<RemotePorts, 'env' | 'platform' | 'home' | 'readTrustedFile' | 'readInput'>;

/**
 * The targets files: those named, which have to be there, or the usual one, which need not. A word may say what its file
 * is (`csv:FILE`), and `-` is standard input. Throws a `TargetsFileError` for mistakes in them.
 */
export async function readTargets(files: readonly string[], ports: PlanPorts): Promise<TargetsFile> {
  if (files.length === 0)
    return (await readOne(usualTargetsFile(ports), ports, { plain: true })) ?? noTargets;
  const read: TargetsFile[] = [];
  for (const word of files) {
    const targets = await readOne(word, ports);
    if (targets === null) throw new PlanError(absent(word));
    read.push(targets);
  }
  return joinTargets(read);
}

/** One targets file; null where it is not there. */
async function readOne(
  word: string,
  ports: PlanPorts,
  how: { readonly plain?: boolean } = {},
): Promise<TargetsFile | null> {
  const { format, file } = formatOfWord(word);
  const read = await textOf(file, ports, how).catch((cause: unknown) => {
    throw new PlanError(`the targets file ${file} cannot be read: ${systemReason(cause)}`, { cause });
  });
  if (read === null) return null;
  // YAML and its schema cost every start a third of its time: only who has such a file loads them.
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- import() takes no path without an extension here
  const { parseTargetsFile } = require('./targets-file') as typeof TargetsFileModule;
  return parseTargetsFile(read.text, file, ports.home, { writable: read.writable, format });
}

async function textOf(
  file: string,
  ports: PlanPorts,
  how: { readonly plain?: boolean },
): Promise<TrustedFile | null> {
  if (file !== '-') return ports.readTrustedFile(file, fileLimits.targets, how);
  return { text: await ports.readInput(fileLimits.targets), writable: null };
}

/** Plans how to reach a machine. Throws an `AddressError`, a `TargetsFileError` or a {@link PlanError}. */
export async function planConnection(
  target: NamedTarget,
  options: RemoteOptions,
  ports: PlanPorts,
  targets?: TargetsFile,
): Promise<ConnectionPlan> {
  return planWith(targets ?? (await readTargets(options.targets ?? [], ports)), target, options);
}

/** {@link planConnection} with a targets file that was read before: many machines read it once. */
export function planWith(targets: TargetsFile, target: NamedTarget, options: RemoteOptions): ConnectionPlan {
  const entry = targets.find(target.machine);
  const address = parseAddress(entry?.host ?? target.machine);
  return combine(target, options, entry, address);
}

/** What is known of a way before it is planned: what tells machines of many apart. */
export interface RoughWay {
  readonly transport: TransportName;
  readonly site: string | null;
  /** Whether the entry itself says which machines are in front. */
  readonly jump: ConfiguredTarget['jump'];
}

/** What {@link planWith} would say of these, for many machines at little cost; it throws where that does. */
export function roughWay(targets: TargetsFile, machine: string, options: RemoteOptions): RoughWay {
  const entry = targets.find(machine);
  const transport = transportOf(options, entry, parseAddress(entry?.host ?? machine)) ?? 'ssh';
  return { transport, site: entry?.site ?? null, jump: entry?.jump };
}

/** The entries of an object that say something, so that objects can be laid over each other. */
function said<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const found: Partial<T> = {};
  for (const name in values) if (values[name] !== undefined) found[name] = values[name];
  return found as { [K in keyof T]?: Exclude<T[K], undefined> };
}

const nothingSaid: Omit<ConnectionPlan, 'name' | 'host' | 'transport' | 'transportIsUsual' | 'password'> = {
  port: undefined,
  user: undefined,
  identityFiles: [],
  jump: undefined,
  knownHostsFile: undefined,
  acceptNew: false,
  agent: false,
  auth: undefined,
  tls: {},
  insecure: false,
  timeout: undefined,
  site: null,
};

function ofEntry(entry: ConfiguredTarget): Partial<ConnectionPlan> {
  const { user, agent, auth, key, jump, knownHosts, timeout, site } = entry;
  return said({
    user,
    agent,
    auth,
    identityFiles: key === undefined ? undefined : [key],
    jump: jump === undefined ? undefined : [jump].flat().map(plannedJump),
    knownHostsFile: knownHosts,
    timeout: timeout === undefined ? undefined : timeout * 1000,
    site,
  });
}

function plannedJump(jump: ConfiguredJump): PlannedJump {
  if (typeof jump === 'string') return { address: jump, identityFiles: [], password: undefined };
  const { host, key, password } = jump;
  return { address: host, identityFiles: key === undefined ? [] : [key], password };
}

function ofOptions(options: RemoteOptions): Partial<ConnectionPlan> {
  const { identity, knownHosts, acceptNew, auth, insecure, timeout } = options;
  return said({
    identityFiles: identity,
    knownHostsFile: knownHosts,
    acceptNew,
    auth,
    insecure,
    timeout,
  });
}

function combine(
  target: NamedTarget,
  options: RemoteOptions,
  entry: ConfiguredTarget | null,
  address: Address,
): ConnectionPlan {
  const chosen = transportOf(options, entry, address);
  const transport = chosen ?? 'ssh';
  const plan = {
    ...nothingSaid,
    ...said(entry === null ? {} : ofEntry(entry)),
    ...said({ port: portOf(transport, entry) }),
    ...said({ port: address.port, user: address.user }),
    ...ofOptions(options),
    ...said({ user: target.account?.user }),
  };
  const whose = plan.user === undefined ? address.host : `${plan.user}@${address.host}`;
  return {
    ...plan,
    name: target.machine,
    host: address.host,
    transport,
    transportIsUsual: chosen === null,
    password: passwordSources(target, options, entry, whose),
    tls: tlsOf(options, entry),
  };
}

/** The entry's port is that of the entry's transport: another one that was asked for has its own usual port. */
function portOf(transport: TransportName, entry: ConfiguredTarget | null): number | undefined {
  const usual = transport === 'ssh' ? undefined : usualPort[transport];
  return entry?.port === undefined || (entry.transport ?? transport) !== transport ? usual : entry.port;
}

function tlsOf(
  { caFile, fingerprint, certFile, keyFile }: RemoteOptions,
  entry: ConfiguredTarget | null,
): TlsSettings {
  const trust = caFile === undefined && fingerprint === undefined ? entry?.tls : { caFile, fingerprint };
  return {
    ...entry?.tls,
    caFile: trust?.caFile,
    fingerprint: trust?.fingerprint,
    ...said({ certFile, keyFile }),
  };
}

function transportOf(
  options: RemoteOptions,
  entry: ConfiguredTarget | null,
  address: Address,
): TransportName | null {
  const chosen = options.transport;
  if (chosen !== undefined && !isTransportName(chosen)) {
    throw new PlanError(`--transport ${chosen} is not known; ssh, winrm and winrms are`);
  }
  if (chosen !== undefined && address.transport !== undefined && chosen !== address.transport) {
    throw new PlanError(`--transport ${chosen} and ${address.transport}:// contradict each other`);
  }
  return address.transport ?? chosen ?? entry?.transport ?? null;
}

function passwordSources(
  target: NamedTarget,
  options: RemoteOptions,
  entry: ConfiguredTarget | null,
  whose: string,
): PasswordSources {
  return {
    commandLine: target.account?.password,
    file: options.passwordFile,
    command: options.passwordCommand,
    configured: entry?.password,
    whose,
  };
}

/** A targets file that is not there; what stands in front of a colon may have been meant as the form of one. */
function absent(word: string): string {
  const [, form] = /^([a-z]{3,}):./.exec(word) ?? [];
  const { format, file } = formatOfWord(word);
  const hint =
    form === undefined || format !== null ? '' : `; forms are ${inventoryFormats.join(', ')}, not ${form}`;
  return `the targets file ${file} is not there${hint}`;
}
