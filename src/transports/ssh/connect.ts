import { type Socket, connect as connectSocket, isIP } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import type * as Ssh2Module from 'ssh2';
import type { Client, ClientChannel, ConnectConfig, ServerHostKeyAlgorithm } from 'ssh2';
import { errorLevel } from '../error-facts';
import { TransportError } from '../transport-error';
import { Authentication, type Credential } from './authentication';
import { type HostConfig } from './config';
import {
  connectTimeout,
  type Endpoint,
  handshakeError,
  handshakeTimeout,
  passwordExpired,
  socketError,
} from './errors';
import { checkHostKey, type HostKeyCheck, nameOnFile, type UnknownKeyPolicy } from './host-key';
import { badKey, type Identity, type readIdentity, usualIdentityFiles } from './identities';
import { knownKeyAlgorithms } from './known-hosts';
import { PhaseTimer } from './phase-timer';
import { type Hop, planRoute } from './route';
import { type SshPorts, type SshTarget, type SshTimeouts } from './settings';

type Ssh2 = Pick<typeof Ssh2Module, 'Client' | 'utils'>;

/** What a connection went through, a line for each step of `check-connection`. */
export interface SshProgress {
  readonly step: 'name' | 'tcp' | 'host-key' | 'authentication';
  readonly detail: string;
}

/** Everything that a connection is made from. */
export interface SshConnectOptions {
  readonly target: SshTarget;
  readonly ports: SshPorts;
  readonly timeouts: SshTimeouts;
  /** Told of each step that succeeded, on the target and on the machines before it. */
  readonly progress?: ((step: SshProgress) => void) | undefined;
}

/** An open connection to the target, through the machines before it. */
export interface SshConnection {
  readonly client: Client;
  readonly endpoint: Endpoint;
  readonly user: string;
  close(): void;
}

const hostKeyAlgorithms: readonly ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
  'ssh-rsa',
];

/** Where ~/.ssh/config says nothing: after a minute without a sign the connection counts as lost. */
const keepalive = { interval: 15_000, countMax: 3 };

/** Connects to a machine by SSH. Rejects with a {@link TransportError} that says which step failed and why. */
export async function connectSsh(options: SshConnectOptions): Promise<SshConnection> {
  const { target, ports } = options;
  const readConfig = (host: string): Promise<HostConfig> =>
    ports.userFiles.hostConfig({ host, home: ports.homeDirectory, user: ports.localUser });
  const route = await planRoute(target, ports, readConfig);
  const { default: ssh2 } = await import('ssh2');
  const clients: Client[] = [];
  const closeAll = (): void => clients.toReversed().forEach((client) => client.end());
  try {
    for (const hop of route) {
      const before = clients.at(-1);
      const socket =
        before === undefined ? await openSocket(hop, options) : await forward(before, hop, options);
      clients.push(await openSession(ssh2, hop, socket, options));
    }
  } catch (error) {
    closeAll();
    throw error;
  }
  const last = route.at(-1);
  const client = clients.at(-1);
  if (last === undefined || client === undefined) throw new Error('a route without a machine');
  return { client, endpoint: last, user: last.user, close: closeAll };
}

/** What was said for this run wins over ~/.ssh/config, which wins over what is usual. */
function connectLimit(hop: Hop, { connect, connectIsSaid = false }: SshTimeouts): number {
  return connectIsSaid ? connect : (hop.config.connectTimeout ?? connect);
}

async function openSocket(hop: Hop, { timeouts, progress }: SshConnectOptions): Promise<Socket> {
  const limit = connectLimit(hop, timeouts);
  if (isIP(hop.host) !== 0) progress?.({ step: 'name', detail: `${hop.host} is an address already` });
  const socket = connectSocket({ host: hop.host, port: hop.port });
  return new Promise<Socket>((resolve, reject) => {
    const fail = (error: TransportError): void => {
      clearTimeout(timer);
      socket.destroy();
      reject(error);
    };
    const timer = setTimeout(() => fail(connectTimeout(hop, limit)), limit);
    socket.once('lookup', (error: Error | null, address: string) => {
      if (error === null) progress?.({ step: 'name', detail: `${hop.host} is ${address}` });
    });
    socket.once('error', (error) => fail(socketError(error, hop)));
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.removeAllListeners('error');
      // Until ssh2 listens itself; a connection that broke before is found there.
      socket.on('error', () => undefined);
      socket.setNoDelay(true);
      progress?.({ step: 'tcp', detail: `${hop.host}:${String(hop.port)} answers` });
      resolve(socket);
    });
  });
}

/** A stream to the next machine through the one before it. */
async function forward(
  through: Client,
  hop: Hop,
  { timeouts, progress }: SshConnectOptions,
): Promise<Duplex> {
  const limit = connectLimit(hop, timeouts);
  const channel = await new Promise<ClientChannel>((resolve, reject) => {
    const timer = setTimeout(() => reject(connectTimeout(hop, limit)), limit);
    through.forwardOut('127.0.0.1', 0, hop.host, hop.port, (error, stream) => {
      clearTimeout(timer);
      if (error === undefined) resolve(stream);
      else reject(forwardError(error, hop));
    });
  });
  progress?.({ step: 'tcp', detail: `${hop.host}:${String(hop.port)} answers through the jump host` });
  return channel;
}

/** Why a channel was not opened, RFC 4254 section 5.1. */
const administrativelyProhibited = 1;

function forwardError(error: Error, hop: Hop): TransportError {
  const prohibited = 'reason' in error && error.reason === administrativelyProhibited;
  return new TransportError(
    {
      step: 'tcp',
      cause: prohibited ? 'denied' : 'refused',
      message: `the jump host does not reach ${hop.host}:${String(hop.port)}: ${error.message}`,
      advice: [
        prohibited
          ? 'Its SSH server forbids forwarding (AllowTcpForwarding).'
          : 'Check the name and the port as the jump host sees them.',
      ],
    },
    { cause: error },
  );
}

function lostBefore(): Error {
  return new Error('connection lost before handshake');
}

async function openSession(
  ssh2: Ssh2,
  hop: Hop,
  socket: Duplex,
  options: SshConnectOptions,
): Promise<Client> {
  const check = await hostKeyCheck(hop, options).catch((error: unknown) => {
    socket.destroy();
    throw error;
  });
  const authentication = new Authentication(hop.user, hop, credentials(ssh2, hop, options));
  // Broken while the files were read: ssh2 would wait for an end that has been.
  if (socket.destroyed) throw handshakeError(lostBefore(), hop, () => authentication.failure());
  const client = new ssh2.Client();
  const limit = options.timeouts.handshake;
  return new Promise<Client>((resolve, reject) => {
    let refusal: TransportError | null = null;
    let keyAccepted = false;
    const fail = (error: TransportError): void => {
      timer.pause();
      client.destroy();
      reject(error);
    };
    const timer = new PhaseTimer(limit, () => fail(handshakeTimeout(hop, limit, keyAccepted)));
    const verify = async (key: Buffer): Promise<boolean> => {
      refusal = await timer.outside(() => checkHostKey(check, key));
      if (refusal !== null) return false;
      keyAccepted = true;
      options.progress?.({ step: 'host-key', detail: `the host key of ${nameOnFile(check)} is known` });
      return true;
    };
    const failed = (error: unknown): void => {
      // An agent that does not answer is one way less to authenticate, not the end.
      if (errorLevel(error) === 'agent') authentication.note(error);
      else fail(refusal ?? handshakeError(error, hop, () => authentication.failure()));
    };
    client.once('ready', () => {
      timer.pause();
      client.removeListener('error', failed);
      client.on('error', () => undefined);
      options.progress?.({ step: 'authentication', detail: `${hop.host} took the user ${hop.user}` });
      resolve(client);
    });
    client.on('error', failed);
    client.once('change password', () => fail(passwordExpired(hop)));
    client.once('close', () => failed(lostBefore()));
    client.connect({
      ...sessionConfig(hop, check, options),
      sock: socket,
      authHandler: pausing(timer, authentication),
      hostVerifier: (key: Buffer, done: (good: boolean) => void) => {
        void verify(key).then(done, (error: unknown) => {
          refusal = handshakeError(error, hop, () => authentication.failure());
          done(false);
        });
      },
    });
  });
}

/** Asking for a password or a passphrase takes a person's time, not the server's. */
function pausing(
  timer: PhaseTimer,
  authentication: Authentication,
): NonNullable<ConnectConfig['authHandler']> {
  return (offered, partial, next) => {
    timer.pause();
    authentication.handler(offered, partial, (method) => {
      timer.resume();
      next(method);
    });
  };
}

function sessionConfig(hop: Hop, check: HostKeyCheck, { ports }: SshConnectOptions): ConnectConfig {
  const known = knownKeyAlgorithms(check.entries);
  const first = hostKeyAlgorithms.filter((algorithm) => known.includes(algorithm));
  const rest = hostKeyAlgorithms.filter((algorithm) => !known.includes(algorithm));
  const debug = ports.debug;
  return {
    username: hop.user,
    readyTimeout: 0,
    keepaliveInterval: hop.config.serverAliveInterval ?? keepalive.interval,
    keepaliveCountMax: hop.config.serverAliveCountMax ?? keepalive.countMax,
    algorithms: { serverHostKey: [...first, ...rest] },
    ...(debug === undefined ? {} : { debug: (line: string) => debug(`ssh ${hop.host}: ${line}`) }),
  };
}

async function hostKeyCheck(hop: Hop, { target, ports }: SshConnectOptions): Promise<HostKeyCheck> {
  const own = target.knownHostsFile;
  const ssh = join(ports.homeDirectory, '.ssh');
  const files =
    own === undefined
      ? [
          ...(hop.config.userKnownHostsFiles ?? [join(ssh, 'known_hosts'), join(ssh, 'known_hosts2')]),
          '/etc/ssh/ssh_known_hosts',
        ]
      : [own];
  const named = { endpoint: hop, alias: hop.config.hostKeyAlias };
  const writeTo = files[0] ?? join(ssh, 'known_hosts');
  return {
    ...named,
    entries: await ports.userFiles.knownHosts(files, nameOnFile(named)),
    policy: policyOf(target, hop),
    writeTo,
    writeDown: (name, key) => ports.userFiles.addKnownHost(writeTo, name, key),
    ask: ports.confirmHostKey,
  };
}

/** `StrictHostKeyChecking no` is taken as accept-new: a changed key is never accepted here. */
function policyOf(target: SshTarget, hop: Hop): UnknownKeyPolicy {
  if (target.acceptNew === true) return 'accept-new';
  switch (hop.config.strictHostKeyChecking) {
    case 'accept-new':
    case 'no':
    case 'off':
      return 'accept-new';
    case 'yes':
      return 'refuse';
    default:
      return 'ask';
  }
}

/** A key file that the user named has to be there; those that are usual need not. */
async function present(loading: ReturnType<typeof readIdentity>, file: string): Promise<Identity> {
  const identity = await loading;
  if (identity === null) throw badKey(file, 'it is not there');
  return identity;
}

function passwordOf({ jump, user, host }: Hop, target: SshTarget): SshTarget['password'] {
  if (jump === null) return target.password;
  const { jumpPassword } = target;
  return jump.password ?? (jumpPassword === undefined ? undefined : () => jumpPassword(`${user}@${host}`));
}

function credentials(ssh2: Ssh2, hop: Hop, { target, ports }: SshConnectOptions): readonly Credential[] {
  const asked = (hop.jump ?? target).identityFiles ?? [];
  const named = [...asked, ...hop.config.identityFiles];
  const files = named.length > 0 ? named : usualIdentityFiles(ports.homeDirectory);
  const parse = ssh2.utils.parseKey as Parameters<typeof readIdentity>[0];
  const keys = files.map((file): Credential => {
    const load = (): ReturnType<typeof readIdentity> =>
      ports.userFiles.identity(parse, file, ports.passphrase);
    return { kind: 'key', file, load: asked.includes(file) ? () => present(load(), file) : load };
  });
  const agent: readonly Credential[] =
    ports.agentSocket === undefined || ports.agentSocket === '' || hop.config.identitiesOnly
      ? []
      : [{ kind: 'agent', socket: ports.agentSocket }];
  const ask = passwordOf(hop, target);
  const password: readonly Credential[] = ask === undefined ? [] : [{ kind: 'password', ask }];
  return named.length > 0 ? [...keys, ...agent, ...password] : [...agent, ...keys, ...password];
}
