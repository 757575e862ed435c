import { type Socket, connect as connectSocket, isIP } from 'node:net';
import type { Client, ClientChannel } from 'ssh2';
import { Deadline } from '../deadline';
import { TransportError } from '../transport-error';
import { harmlessExcerpt } from '../harmless-text';
import { connectTimeout, type Endpoint, socketError } from './errors';
import { type Hop, planRoute } from './route';
import { openSession } from './session';
import { type RunningOptions, type SshConnectOptions, type SshTimeouts, verbMilliseconds } from './settings';

/** An open connection to the target, through the machines before it. */
export interface SshConnection {
  readonly client: Client;
  readonly endpoint: Endpoint;
  readonly user: string;
  close(): void;
}

/** How long a server has for its side of a goodbye, in milliseconds; then the connection is cut. */
const goodbye = 500;

/** Connects to a machine by SSH. Rejects with a {@link TransportError} that says which step failed and why. */
export async function connectSsh(options: SshConnectOptions): Promise<SshConnection> {
  const { target, ports, timeouts } = options;
  const running = { ...options, deadline: timeouts.deadline ?? new Deadline(verbMilliseconds) };
  const route = planRoute(target, ports);
  const { default: ssh2 } = await import('ssh2');
  const clients: Client[] = [];
  let first: Socket | null = null;
  const closeAll = (): void => {
    clients.toReversed().forEach((client) => client.end());
    // A server that never closes would keep this process waiting.
    setTimeout(() => first?.destroy(), goodbye).unref();
  };
  try {
    for (const hop of route) {
      const before = clients.at(-1);
      const socket =
        before === undefined ? (first = await openSocket(hop, running)) : await forward(before, hop, running);
      clients.push(await openSession(ssh2, hop, socket, running));
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

/** What was said for this run wins over the configuration, which wins over what is usual. */
function connectLimit(hop: Hop, { connect, connectIsSaid = false }: SshTimeouts): number {
  return connectIsSaid ? connect : (hop.config.connectTimeout ?? connect);
}

async function openSocket(
  hop: Hop,
  { timeouts, progress, deadline, signal }: RunningOptions,
): Promise<Socket> {
  const limit = connectLimit(hop, timeouts);
  if (isIP(hop.host) !== 0) progress?.({ step: 'name', detail: `${hop.host} is an address already` });
  const socket = connectSocket({
    host: hop.host,
    port: hop.port,
    family: hop.config.addressFamily,
    ...(signal === undefined ? {} : { signal }),
  });
  return new Promise<Socket>((resolve, reject) => {
    const fail = (error: TransportError): void => {
      clearTimeout(timer);
      socket.destroy();
      reject(error);
    };
    const timer = setTimeout(() => fail(connectTimeout(hop, limit)), deadline.within(limit));
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
  { timeouts, progress, deadline }: RunningOptions,
): Promise<ClientChannel> {
  const limit = connectLimit(hop, timeouts);
  const channel = await new Promise<ClientChannel>((resolve, reject) => {
    const timer = setTimeout(() => reject(connectTimeout(hop, limit)), deadline.within(limit));
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
      message: `the jump host does not reach ${hop.host}:${String(hop.port)}: ${harmlessExcerpt(error.message, 300)}`,
      advice: [
        prohibited
          ? 'Its SSH server forbids forwarding (AllowTcpForwarding).'
          : 'Check the name and the port as the jump host sees them.',
      ],
    },
    { cause: error },
  );
}
