import { join } from 'node:path';
import { type Family } from './config/address';
import { type ConfigFiles, type ConfigLine, placeOf } from './config/files';
import { isNone, jumpList, withoutEquals } from './config/keywords';
import { type ConfigNames, type ConfigPlaces, HostSettings } from './config/read';
import {
  type Environment,
  fileTokens,
  type Tokens,
  withTilde,
  withTokensAndVariables,
} from './config/tokens';
import { configError } from './config/files';

export { type ConfigNames, type ConfigPlaces } from './config/read';

/** A file that the configuration names, and the line that does. */
export interface NamedFile {
  readonly file: string;
  /** `FILE, line N`. */
  readonly place: string;
}

/** What OpenSSH's configuration says of one host, of the settings that are followed. */
export interface HostConfig {
  /** Never a pattern: in lower case, `%h` replaced, an address in its usual form. */
  readonly hostName: string;
  readonly port?: number | undefined;
  readonly user?: string | undefined;
  /** Undefined where none is named: the usual ones are then tried. */
  readonly identityFiles?: readonly NamedFile[] | undefined;
  readonly identitiesOnly: boolean;
  /** Socket of the key agent; null for none, undefined for the environment's. */
  readonly identityAgent?: string | null | undefined;
  /** The machines to go through, `[user@]host[:port]`, the first one first. */
  readonly proxyJump: readonly string[];
  /** Undefined for the usual files; empty for none, and then nothing is written down either. */
  readonly userKnownHostsFiles?: readonly string[] | undefined;
  readonly globalKnownHostsFiles?: readonly string[] | undefined;
  readonly strictHostKeyChecking?: 'yes' | 'ask' | 'accept-new' | 'no' | undefined;
  /** New names are written as salted hashes. */
  readonly hashKnownHosts: boolean;
  /** In lower case. */
  readonly hostKeyAlias?: string | undefined;
  /** Bits of an RSA key, of a host or of a user, below which it is refused. */
  readonly requiredRsaBits: number;
  /** 4 or 6 where the family of addresses is said, else 0. */
  readonly addressFamily: Family;
  /** Ways to sign in that may be tried, in their order; undefined for the usual ones. */
  readonly authentications?: readonly string[] | undefined;
  /** Ways to sign in that are switched off. */
  readonly withoutAuthentications: readonly string[];
  /** Milliseconds. */
  readonly connectTimeout?: number | undefined;
  /** Milliseconds; 0 sends nothing on a quiet connection. */
  readonly serverAliveInterval?: number | undefined;
  /** After how many unanswered ones the connection counts as lost. */
  readonly serverAliveCountMax?: number | undefined;
  /** What is not followed and could be missed by a sign-in that fails: a sentence each. */
  readonly notFollowed: readonly string[];
}

const units: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** A time of ssh_config in milliseconds: seconds, or a row like `1m30s`. */
function milliseconds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const parts = text.toLowerCase().matchAll(/(\d+)([smhdw]?)/g);
  return [...parts].reduce((sum, [, count, unit = '']) => sum + Number(count) * (units[unit] ?? 1) * 1000, 0);
}

function number(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

function isYes(text: string | undefined): boolean {
  return text !== undefined && /^(?:yes|true)$/i.test(text);
}

function isNo(text: string | undefined): boolean {
  return text !== undefined && /^(?:no|false)$/i.test(text);
}

const strictness: Readonly<Record<string, HostConfig['strictHostKeyChecking']>> = {
  yes: 'yes',
  true: 'yes',
  ask: 'ask',
  'accept-new': 'accept-new',
  no: 'no',
  off: 'no',
  false: 'no',
};

/** OpenSSH's own bound, below which no setting goes. */
const leastRsaBits = 1024;

const methods = {
  pubkey: 'publickey',
  password: 'password',
  kbdinteractive: 'keyboard-interactive',
} as const;

/** The one line that says how the host is reached, a jump or a command: the first of both counts. */
function proxyJump(settings: HostSettings, host: string): readonly string[] {
  const line = settings.line('proxy');
  if (line === undefined) return [];
  if (line.keyword === 'proxyjump') return jumpList(line.rest);
  if (isNone(withoutEquals(line.rest))) return [];
  throw configError(
    placeOf(line),
    `a ProxyCommand for ${host} is not run here`,
    'Use ProxyJump, or a jump host in the targets file.',
  );
}

/** File names of the settings, with tilde, tokens and variables replaced. */
class FileNames {
  readonly #settings: HostSettings;
  readonly #names: ConfigNames;
  readonly #tokens: Tokens;
  readonly #env: Environment;

  constructor(settings: HostSettings, names: ConfigNames) {
    const { host, home, localUser, env } = names;
    this.#settings = settings;
    this.#names = names;
    this.#env = env['HOME'] === undefined ? { ...env, HOME: home } : env;
    this.#tokens = fileTokens({
      host: settings.hostName,
      named: host,
      alias: settings.word('hostkeyalias')?.toLowerCase() ?? host,
      port: names.saidPort ?? number(settings.word('port')) ?? 22,
      remoteUser: names.saidUser ?? settings.word('user') ?? localUser,
      localUser,
      home,
    });
  }

  of(line: ConfigLine, word: string): string {
    return this.#settings.expanded(line, () =>
      withTokensAndVariables(this.#tilde(word), this.#tokens, this.#env),
    );
  }

  identities(): HostConfig['identityFiles'] {
    const lines = this.#settings.identityLines;
    if (lines.length === 0) return undefined;
    const named = lines.filter(({ words }) => !isNone(words[0] ?? ''));
    return named.map((line) => ({ file: this.of(line, line.words[0] ?? ''), place: placeOf(line) }));
  }

  list(name: string): readonly string[] | undefined {
    const line = this.#settings.line(name);
    if (line === undefined) return undefined;
    if (line.words.some(isNone)) return [];
    // The files of the whole computer have a tilde at most.
    if (name === 'globalknownhostsfile')
      return line.words.map((word) => this.#settings.expanded(line, () => this.#tilde(word)));
    return line.words.map((word) => this.of(line, word));
  }

  agent(): HostConfig['identityAgent'] {
    const line = this.#settings.line('identityagent');
    const word = line?.words[0];
    if (line === undefined || word === undefined || word === 'SSH_AUTH_SOCK') return undefined;
    if (word === 'none') return null;
    if (word.startsWith('$') && !word.startsWith('${')) return this.#env[word.slice(1)] ?? null;
    return this.of(line, word);
  }

  #tilde(word: string): string {
    return withTilde(word, this.#names.home, this.#names.localUser);
  }
}

/**
 * What OpenSSH's configuration says of a host: the user's file first, then the computer's. The result is that of
 * `ssh -G` for everything that is followed. Throws a {@link TransportError} that names file and line for what OpenSSH
 * would refuse, and for what would have changed the way or the trust and is not followed (ProxyCommand, BindAddress,
 * a Match that hangs on a command, and others).
 */
export function hostConfig(files: ConfigFiles, places: ConfigPlaces, names: ConfigNames): HostConfig {
  const settings = new HostSettings(files, places, names);
  const file = new FileNames(settings, names);
  const word = (name: string): string | undefined => settings.word(name);
  const timeout = milliseconds(word('connecttimeout'));
  const off = Object.entries(methods).filter(([name]) => isNo(word(`${name}authentication`)));
  return {
    hostName: settings.hostName,
    port: number(word('port')),
    user: word('user'),
    identityFiles: file.identities(),
    identitiesOnly: isYes(word('identitiesonly')),
    identityAgent: file.agent(),
    proxyJump: proxyJump(settings, names.host),
    userKnownHostsFiles: file.list('userknownhostsfile'),
    globalKnownHostsFiles: file.list('globalknownhostsfile'),
    strictHostKeyChecking: strictness[word('stricthostkeychecking')?.toLowerCase() ?? ''],
    hashKnownHosts: isYes(word('hashknownhosts')),
    hostKeyAlias: word('hostkeyalias')?.toLowerCase(),
    addressFamily: settings.addressFamily,
    requiredRsaBits: Math.max(leastRsaBits, number(word('requiredrsasize')) ?? 0),
    authentications: word('preferredauthentications')?.split(','),
    withoutAuthentications: off.map(([, method]) => method),
    // 0 stands for the system's own limit, which is longer than any of ours.
    connectTimeout: timeout === 0 ? undefined : timeout,
    serverAliveInterval: milliseconds(word('serveraliveinterval')),
    serverAliveCountMax: number(word('serveralivecountmax')),
    notFollowed: settings.notedLines.map(
      (line) => `${line.keyword} is not followed here (${placeOf(line)}).`,
    ),
  };
}

/** The configuration files of a user. */
export function configPlaces(home: string, systemFolder: string): ConfigPlaces {
  return { userFile: join(home, '.ssh', 'config'), systemFolder };
}
