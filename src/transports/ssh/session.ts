import type { Duplex } from 'node:stream';
import type * as Ssh2Module from 'ssh2';
import type { Client, ConnectConfig, ServerHostKeyAlgorithm } from 'ssh2';
import { errorLevel } from '../error-facts';
import { type TransportError } from '../transport-error';
import { Authentication } from './authentication';
import { credentialsFor } from './credentials';
import { type HandshakeStage, handshakeError, handshakeTimeout, passwordExpired } from './errors';
import { checkHostKey, type HostKeyCheck, nameOnFile } from './host-key';
import { hostKeyCheck } from './host-key-files';
import { knownKeyAlgorithms } from './known-hosts';
import { PhaseTimer } from './phase-timer';
import { type Hop } from './route';
import { type RunningOptions, type SshPorts } from './settings';

type Ssh2 = Pick<typeof Ssh2Module, 'Client' | 'utils' | 'BaseAgent' | 'createAgent'>;

const hostKeyAlgorithms: readonly ServerHostKeyAlgorithm[] = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
  'ssh-rsa',
];

/** Where the configuration says nothing: after a minute without a sign the connection counts as lost. */
const keepalive = { interval: 15_000, countMax: 3 };

function lostBefore(): Error {
  return new Error('connection lost before handshake');
}

/**
 * Speaks SSH over a stream until the server has let the user in: host key first, then the ways to sign in. Rejects with a
 * {@link TransportError} that names the step.
 */
export async function openSession(
  ssh2: Ssh2,
  hop: Hop,
  socket: Duplex,
  options: RunningOptions,
): Promise<Client> {
  const { authentication, check } = prepared(ssh2, hop, socket, options);
  const client = new ssh2.Client();
  const limit = options.timeouts.handshake;
  return new Promise<Client>((resolve, reject) => {
    let refusal: TransportError | null = null;
    let keyAccepted = false;
    const stage = (): HandshakeStage =>
      authentication.isUnderWay ? 'authentication' : keyAccepted ? 'host-key' : 'key-exchange';
    const failureOf = (error: unknown): TransportError =>
      handshakeError(error, hop, () => authentication.failure(), stage());
    const fail = (error: TransportError): void => {
      timer.stop();
      client.destroy();
      socket.destroy();
      reject(error);
    };
    const timer = new PhaseTimer(limit, options.deadline, () =>
      fail(handshakeTimeout(hop, limit, keyAccepted)),
    );
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
      else fail(refusal ?? failureOf(error));
    };
    client.once('ready', () => {
      timer.stop();
      client.removeListener('error', failed);
      client.on('error', () => undefined);
      options.progress?.({ step: 'authentication', detail: `${hop.host} took the user ${hop.user}` });
      resolve(client);
    });
    client.on('error', failed);
    client.once('change password', () => fail(passwordExpired(hop)));
    client.once('close', () => failed(lostBefore()));
    client.connect({
      ...sessionConfig(hop, check, options.ports),
      sock: socket,
      authHandler: pausing(timer, authentication),
      hostVerifier: (key: Buffer, done: (good: boolean) => void) => {
        void verify(key).then(done, (error: unknown) => {
          refusal = failureOf(error);
          done(false);
        });
      },
    });
  });
}

function prepared(
  ssh2: Ssh2,
  hop: Hop,
  socket: Duplex,
  { target, ports }: RunningOptions,
): { readonly authentication: Authentication; readonly check: HostKeyCheck } {
  try {
    const { config } = hop;
    const methods = { order: config.authentications, without: config.withoutAuthentications };
    const authentication = new Authentication(hop.user, hop, methods);
    authentication.use(
      credentialsFor(ssh2, { hop, target, ports, note: (error) => authentication.note(error) }),
    );
    config.notFollowed.forEach((note) => authentication.hint(note));
    const check = hostKeyCheck(hop, target, ports);
    // Broken while the files were read: ssh2 would wait for an end that has been.
    if (socket.destroyed)
      throw handshakeError(lostBefore(), hop, () => authentication.failure(), 'key-exchange');
    return { authentication, check };
  } catch (error) {
    socket.destroy();
    throw error;
  }
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

function sessionConfig(hop: Hop, check: HostKeyCheck, { debug }: SshPorts): ConnectConfig {
  const known = knownKeyAlgorithms(check.entries);
  const first = hostKeyAlgorithms.filter((algorithm) => known.includes(algorithm));
  const rest = hostKeyAlgorithms.filter((algorithm) => !known.includes(algorithm));
  return {
    username: hop.user,
    readyTimeout: 0,
    keepaliveInterval: hop.config.serverAliveInterval ?? keepalive.interval,
    keepaliveCountMax: hop.config.serverAliveCountMax ?? keepalive.countMax,
    algorithms: { serverHostKey: [...first, ...rest] },
    ...(debug === undefined ? {} : { debug: (line: string) => debug(`ssh ${hop.host}: ${line}`) }),
  };
}
