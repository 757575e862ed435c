import { type ContactAnswer, type ContactRequest } from '../../kms/engine/client-types';
import { type Hresult } from '../../licensing/hresult';
import { askHost } from '../../kms/net/rpc-client';
import { isRpcError, rpcErrorHresult, type RpcError, type RpcFailure } from '../../kms/net/rpc-error';
import { unreachableAnswer } from '../clockwork/network';

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

/**
 * Sends a request over TCP to the first address that takes it. What fails is an answer too: 0x800706BA where nobody
 * could be reached, else what Windows logs for the step that failed.
 */
export async function contactOverTcp(
  { addresses, port, request, sameMachine }: Contact,
  timeoutMs = contactTimeoutMs,
): Promise<ContactAnswer> {
  let failure: RpcError | null = null;
  for (const host of addresses) {
    try {
      const { answer, ipAddress } = await askHost({ host, port }, request, { timeoutMs });
      return { kind: 'contact', result: { ok: true, answer, ipAddress, sameMachine } };
    } catch (error) {
      if (!isRpcError(error)) throw error;
      failure = error;
      if (!unreached.has(error.failure)) break;
    }
  }
  return failure === null ? unreachableAnswer() : failedWith(rpcErrorHresult(failure));
}

function failedWith(hresult: Hresult): ContactAnswer {
  return { kind: 'contact', result: { ok: false, hresult } };
}
