import { connect, type Socket } from 'node:net';
import { type ActivationAnswer, type ActivationRequest } from '../../../src/kms/engine/messages';
import { type Endpoint } from '../../../src/kms/net/endpoint';
import { RpcConnection, type RpcClientOptions } from '../../../src/kms/net/rpc-client';
import { type ListeningAddress, RpcServer, type RpcServerOptions } from '../../../src/kms/net/rpc-server';

/** A request that differs by its number. */
export function requestNumber(number: number): ActivationRequest {
  return {
    clientMachineId: `00000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`,
    previousClientMachineId: null,
    machineName: `PC-${number}`,
    licenseStatus: 2,
    minutesRemaining: 43200,
    activationId: 'ae2ee509-1b34-41c0-acb7-6d4650168915',
    applicationId: '55c92734-d682-4d71-983e-d6ec3f16059f',
    requiredClientCount: 25,
    isVirtualMachine: false,
    clientTime: Date.UTC(2026, 0, 5, 8),
  };
}

/** The answer that the echo handler gives: its count is the number of the request. */
export function answerTo(request: ActivationRequest): ActivationAnswer {
  return {
    kind: 'count',
    count: Number(request.machineName.slice(3)),
    activationIntervalMinutes: 120,
    renewalIntervalMinutes: 10080,
    hostExtendedPid: '11111-00999-008-800002-03-1033-7601.0000-0052026',
    hostTime: request.clientTime,
  };
}

/** One request over a connection of its own: the answer, and the address at which the host was found. */
export async function askHost(
  endpoint: Endpoint,
  request: ActivationRequest,
  options: RpcClientOptions = {},
): Promise<{ readonly answer: ActivationAnswer; readonly ipAddress: string | null }> {
  const connection = await RpcConnection.open(endpoint, options);
  try {
    const ipAddress = connection.remoteAddress;
    return { answer: await connection.call(request), ipAddress };
  } finally {
    connection.close();
  }
}

const open: (() => Promise<unknown>)[] = [];

/** A server on a free port that is stopped when the test is over. */
export async function startServer(
  options: Partial<RpcServerOptions> = {},
  address = '127.0.0.1',
): Promise<{
  readonly server: RpcServer;
  readonly at: ListeningAddress;
  readonly endpoint: { host: string; port: number };
}> {
  const server = new RpcServer({
    handle: (requests) => Promise.resolve(requests.map(answerTo)),
    ...options,
  });
  const at = await server.listen({ address, port: 0 });
  open.push(() => server.stop(0));
  return { server, at, endpoint: { host: address, port: at.port } };
}

/** A raw connection that collects what comes. */
export async function rawConnection(port: number): Promise<RawConnection> {
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  const raw = new RawConnection(socket);
  open.push(() => Promise.resolve(socket.destroy()));
  return raw;
}

export class RawConnection {
  readonly socket: Socket;
  received = Buffer.alloc(0);
  /** When the server has ended or reset the connection. */
  readonly ended: Promise<void>;
  #notify: () => void = () => undefined;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.received = Buffer.concat([this.received, chunk]);
      this.#notify();
    });
    this.ended = new Promise((resolve) => {
      socket.once('end', resolve);
      socket.once('close', () => resolve());
      socket.on('error', () => resolve());
    });
  }

  /** Waits until so many bytes have come. */
  async bytes(count: number): Promise<Buffer> {
    while (this.received.length < count) {
      await new Promise<void>((resolve) => {
        this.#notify = resolve;
      });
    }
    return this.received;
  }
}

/** Stops everything that the test started; for afterEach. */
export async function stopAll(): Promise<void> {
  for (const stop of open.splice(0)) await stop();
}
