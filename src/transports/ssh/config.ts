import { join } from 'node:path';
import SSHConfig from 'ssh-config';
import { TransportError } from '../transport-error';

/** What ~/.ssh/config says of one host, of the settings that are used here. */
export interface HostConfig {
  readonly hostName?: string | undefined;
  readonly port?: number | undefined;
  readonly user?: string | undefined;
  readonly identityFiles: readonly string[];
  readonly identitiesOnly: boolean;
  readonly proxyJump: readonly string[];
  readonly userKnownHostsFiles?: readonly string[] | undefined;
  readonly strictHostKeyChecking?: string | undefined;
  readonly hostKeyAlias?: string | undefined;
  /** Milliseconds. */
  readonly connectTimeout?: number | undefined;
  /** Milliseconds; 0 sends nothing on a quiet connection. */
  readonly serverAliveInterval?: number | undefined;
  /** After how many unanswered ones the connection counts as lost. */
  readonly serverAliveCountMax?: number | undefined;
}

type Computed = Readonly<Record<string, string | readonly string[]>>;

function all(computed: Computed, name: string): readonly string[] {
  const value = computed[name];
  return value === undefined ? [] : typeof value === 'string' ? [value] : value;
}

function one(computed: Computed, name: string): string | undefined {
  return all(computed, name)[0];
}

function number(computed: Computed, name: string): number | undefined {
  const text = one(computed, name);
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

const units: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** A time of ssh_config in milliseconds: seconds, or a row like `1m30s`. */
function time(computed: Computed, name: string): number | undefined {
  const text = one(computed, name)?.toLowerCase();
  if (text === undefined || !/^(?:\d{1,7}[smhdw]?)+$/.test(text)) return undefined;
  const parts = text.matchAll(/(\d+)([smhdw]?)/g);
  return [...parts].reduce((sum, [, count, unit = '']) => sum + Number(count) * (units[unit] ?? 1) * 1000, 0);
}

/** Whose settings are looked up, and for which host. */
export interface ConfigNames {
  readonly host: string;
  readonly home: string;
  readonly user: string;
}

/** The tokens and the tilde of a file name in ~/.ssh/config: %d home, %h host, %u local user, %%. */
export function expandFileName(text: string, names: ConfigNames): string {
  const tokens: Readonly<Record<string, string>> = {
    d: names.home,
    h: names.host,
    n: names.host,
    u: names.user,
    '%': '%',
  };
  const plain = text.replaceAll(/%(.)/g, (whole, token: string) => tokens[token] ?? whole);
  return plain === '~' || plain.startsWith('~/') ? join(names.home, plain.slice(2)) : plain;
}

function split(list: string | undefined): readonly string[] {
  return list === undefined || list.toLowerCase() === 'none'
    ? []
    : list.split(',').map((item) => item.trim());
}

function refuseCommand(computed: Computed, host: string): void {
  const command = one(computed, 'proxycommand');
  if (command === undefined || command.toLowerCase() === 'none') return;
  throw new TransportError({
    step: 'tcp',
    cause: 'configuration',
    message: `~/.ssh/config has a ProxyCommand for ${host}, which is not run here`,
    advice: ['Use ProxyJump, or a jump host in the targets file.'],
  });
}

/** A text in the format of ssh_config(5), read once for every host that is looked up in it. */
export type SshConfigText = Pick<SSHConfig, 'compute'>;

/** The names of a text's Host lines that are no patterns; none of a text that cannot be read. */
export function configuredHosts(text: string): readonly string[] {
  const lines = text.matchAll(/^[ \t]*Host(?:[ \t]+|[ \t]*=[ \t]*)(.*)$/gim);
  return [...lines].flatMap(([, names = '']) => names.split(/\s+/)).filter((name) => /^[\w.-]+$/.test(name));
}

/** Throws the parser's error for a text that is none. */
export function parseSshConfig(text: string): SshConfigText {
  return SSHConfig.parse(text);
}

/**
 * What ssh_config(5) says of a host. `Match exec` is never run. Throws a {@link TransportError} for a ProxyCommand,
 * since going around it would go another way than the user set up.
 */
export function hostConfig(config: SshConfigText, names: ConfigNames): HostConfig {
  const computed: Computed = config.compute({ Host: names.host }, { ignoreCase: true, matchExec: false });
  refuseCommand(computed, names.host);
  const expand = (file: string): string => expandFileName(file, names);
  const hostName = one(computed, 'hostname');
  const knownHosts = all(computed, 'userknownhostsfile').flatMap((files) => files.split(/\s+/));
  const timeout = time(computed, 'connecttimeout');
  return {
    hostName: hostName === undefined ? undefined : expand(hostName),
    port: number(computed, 'port'),
    user: one(computed, 'user'),
    identityFiles: all(computed, 'identityfile').map(expand),
    identitiesOnly: one(computed, 'identitiesonly')?.toLowerCase() === 'yes',
    proxyJump: split(one(computed, 'proxyjump')),
    userKnownHostsFiles: knownHosts.length === 0 ? undefined : knownHosts.map(expand),
    strictHostKeyChecking: one(computed, 'stricthostkeychecking')?.toLowerCase(),
    hostKeyAlias: one(computed, 'hostkeyalias'),
    // 0 stands for the system's own limit, which is longer than any of ours.
    connectTimeout: timeout === 0 ? undefined : timeout,
    serverAliveInterval: time(computed, 'serveraliveinterval'),
    serverAliveCountMax: number(computed, 'serveralivecountmax'),
  };
}
