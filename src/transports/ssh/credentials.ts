import type * as Ssh2Module from 'ssh2';
import { type Credential } from './authentication';
import { chosenAgent, publicKeyOf } from './agent-keys';
import { type NamedFile } from './config';
import { rsaBits } from './known-hosts';
import { badKey, type Identity, type readIdentity, usualIdentityFiles } from './identities';
import { type Hop } from './route';
import { type SshPorts, type SshTarget } from './settings';

type Ssh2 = Pick<typeof Ssh2Module, 'utils' | 'BaseAgent' | 'createAgent'>;

/** A key file that the user named has to be there; those that are usual need not. */
async function present(loading: Promise<Identity | null>, file: string): Promise<Identity> {
  const identity = await loading;
  if (identity === null) throw badKey(file, 'it is not there');
  return identity;
}

function passwordOf({ jump, user, host }: Hop, target: SshTarget): SshTarget['password'] {
  if (jump === null) return target.password;
  const { jumpPassword } = target;
  return jump.password ?? (jumpPassword === undefined ? undefined : () => jumpPassword(`${user}@${host}`));
}

/** The socket of the key agent, as the configuration or the environment says it. */
export function agentSocketOf({ config }: Hop, { agentSocket: usual }: SshPorts): string | null {
  const socket = config.identityAgent === undefined ? usual : config.identityAgent;
  return socket === undefined || socket === '' ? null : socket;
}

/** Says of a file of the configuration that it is not there, as ssh does, and goes on without it. */
function missing({ file, place }: NamedFile, note: (error: Error) => void, debug: SshPorts['debug']): null {
  const text = `The key file ${file} is not there (IdentityFile in ${place}).`;
  debug?.(text);
  note(new Error(text));
  return null;
}

interface Agent {
  readonly socket: string;
  readonly requiredRsaBits: number;
}

/** The keys of an agent that belong to the files named, and those that do not. */
function agentCredentials(
  ssh2: Ssh2,
  { socket, requiredRsaBits }: Agent,
  files: readonly string[],
): {
  readonly named: Credential;
  readonly others: Credential;
} {
  let known: readonly Buffer[] | null = null;
  const keys = (): readonly Buffer[] => (known ??= files.flatMap((file) => publicKeyOf(file) ?? []));
  const isNamed = (key: Buffer): boolean => keys().some((named) => named.equals(key));
  const isUsable = (key: Buffer): boolean => isLongEnough(key, requiredRsaBits);
  return {
    named: {
      kind: 'agent',
      agent: () =>
        keys().length === 0 ? null : chosenAgent(ssh2, socket, (key) => isUsable(key) && isNamed(key)),
    },
    others: {
      kind: 'agent',
      agent: () => chosenAgent(ssh2, socket, (key) => isUsable(key) && !isNamed(key)),
    },
  };
}

/** What signing in to a machine is tried with. */
export interface SignIn {
  readonly hop: Hop;
  readonly target: SshTarget;
  readonly ports: SshPorts;
  /** Hears of key files that are missing. */
  readonly note: (error: Error) => void;
}

/**
 * The ways to sign in to a machine, in their order: keys that somebody named first, by the agent where it holds them; then
 * the agent's other keys, which IdentitiesOnly leaves out; the password last.
 */
export function credentialsFor(ssh2: Ssh2, signIn: SignIn): readonly Credential[] {
  const ask = passwordOf(signIn.hop, signIn.target);
  const password: readonly Credential[] = ask === undefined ? [] : [{ kind: 'password', ask }];
  return [...withAgent(ssh2, signIn), ...password];
}

/** Key files that the line or the configuration names; null where the usual ones are tried. */
function namedKeys(ssh2: Ssh2, signIn: SignIn): readonly KeyFile[] | null {
  const { hop, target, ports, note } = signIn;
  const asked = (hop.jump ?? target).identityFiles ?? [];
  const configured = hop.config.identityFiles;
  if (asked.length === 0 && configured === undefined) return null;
  return [
    ...asked.map((file): KeyFile => ({
      kind: 'key',
      file,
      load: () => present(load(ssh2, signIn, file), file),
    })),
    ...(configured ?? []).map((named): KeyFile => {
      const found = async (): Promise<Identity | null> =>
        (await load(ssh2, signIn, named.file)) ?? missing(named, note, ports.debug);
      return { kind: 'key', file: named.file, load: found };
    }),
  ];
}

type KeyFile = Extract<Credential, { kind: 'key' }>;

async function load(ssh2: Ssh2, { hop, ports }: SignIn, file: string): Promise<Identity | null> {
  const parse = ssh2.utils.parseKey as Parameters<typeof readIdentity>[0];
  const identity = await ports.userFiles.identity(parse, file, ports.passphrase);
  const least = hop.config.requiredRsaBits;
  if (identity === null || isLongEnough(identity.key.getPublicSSH(), least)) return identity;
  throw badKey(file, `it is an RSA key of less than ${String(least)} bits (RequiredRSASize)`);
}

function isLongEnough(key: Buffer, requiredRsaBits: number): boolean {
  return (rsaBits(key) ?? requiredRsaBits) >= requiredRsaBits;
}

function withAgent(ssh2: Ssh2, signIn: SignIn): readonly Credential[] {
  const { hop, ports } = signIn;
  const named = namedKeys(ssh2, signIn);
  const keys =
    named ??
    usualIdentityFiles(ports.homeDirectory).map((file): KeyFile => ({
      kind: 'key',
      file,
      load: () => load(ssh2, signIn, file),
    }));
  const socket = agentSocketOf(hop, ports);
  if (socket === null) return keys;
  const { identitiesOnly, requiredRsaBits } = hop.config;
  const files = named === null && !identitiesOnly ? [] : keys.map(({ file }) => file);
  const agent = agentCredentials(ssh2, { socket, requiredRsaBits }, files);
  if (files.length === 0) return [...(identitiesOnly ? [] : [agent.others]), ...keys];
  return [agent.named, ...keys, ...(identitiesOnly ? [] : [agent.others])];
}
