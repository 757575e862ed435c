import { type ContactAnswer, type ContactRequest } from '../../kms/engine/client-types';
import { type Hresult } from '../../licensing/hresult';
import { RpcConnection } from '../../kms/net/rpc-client';
import { isRpcError, rpcErrorHresult, type RpcError, type RpcFailure } from '../../kms/net/rpc-error';
import { unreachableAnswer } from '../../lab/clockwork/network';
import { type HostConnections, noneKept } from './kept-connections';

/** How long connecting, binding and the call may take each. Milliseconds. */
const contactTimeoutMs = 5000;

/** Failures after which the next address of the same host is tried: no request has reached anybody. */
const unreached: ReadonlySet<RpcFailure> = new Set<RpcFailure>([
  'name',
  'closed',
  'unreachable',
  'timeout',
  'hung-up',
]);

export interface Contact {
  /** Addresses of the host in the order of trial. */
  readonly addresses: readonly string[];
  readonly port: number;
  readonly request: ContactRequest['request'];
  /** True where the client is its own host. */
  readonly sameMachine: boolean;
}

export interface ContactOptions {
  readonly timeoutMs?: number;
  /** Where a connection goes that has answered; without, each request has one of its own. */
  readonly connections?: HostConnections;
}

/**
 * Sends a request over TCP to the first address that takes it. What fails is an answer too: 0x800706BA where nobody
 * could be reached, else what Windows logs for the step that failed.
 */
export async function contactOverTcp(
  { addresses, port, request, sameMachine }: Contact,
  { timeoutMs = contactTimeoutMs, connections = noneKept }: ContactOptions = {},
): Promise<ContactAnswer> {
  let failure: RpcError | null = null;
  for (const host of addresses) {
    try {
      const connection = await RpcConnection.open({ host, port }, { timeoutMs });
      return await askOver(connection, { request, sameMachine }, connections);
    } catch (error) {
      if (!isRpcError(error)) throw error;
      failure = error;
      if (!unreached.has(error.failure)) break;
    }
  }
  return failure === null ? unreachableAnswer() : failedWith(rpcErrorHresult(failure));
}

/**
 * Sends a request over a connection that answered before. Null where it ended before an answer, as one does whose host
 * has restarted: the request is to be sent anew.
 */
export async function contactAgain(
  connection: RpcConnection,
  contact: Pick<Contact, 'request' | 'sameMachine'>,
  connections: HostConnections,
): Promise<ContactAnswer | null> {
  try {
    return await askOver(connection, contact, connections);
  } catch (error) {
    if (!isRpcError(error)) throw error;
    return error.failure === 'lost' ? null : failedWith(rpcErrorHresult(error));
  }
}

async function askOver(
  connection: RpcConnection,
  { request, sameMachine }: Pick<Contact, 'request' | 'sameMachine'>,
  connections: HostConnections,
): Promise<ContactAnswer> {
  try {
    const ipAddress = connection.remoteAddress;
    const answer = await connection.call(request);
    connections.give(connection);
    return { kind: 'contact', result: { ok: true, answer, ipAddress, sameMachine } };
  } catch (error) {
    connection.close();
    throw error;
  }
}

function failedWith(hresult: Hresult): ContactAnswer {
  return { kind: 'contact', result: { ok: false, hresult } };
}
