import { hresult, type Hresult } from '../../licensing/hresult';
import { describeFault } from '../wire/constants';
import { systemErrorCode } from './system-error';

/** What came between a client and its answer. */
export type RpcFailure =
  /** The name has no address. */
  | 'name'
  /** Nobody listens at the port. */
  | 'closed'
  /** No way to the address, or nothing came in time. */
  | 'unreachable'
  | 'timeout'
  /** The peer took the connection and ended it without a word: what it speaks is not known. */
  | 'hung-up'
  /** The connection ended before the answer, after a word of the protocol. */
  | 'lost'
  /** What answers does not speak DCE/RPC. */
  | 'not-rpc'
  /** A DCE/RPC server that does not offer the emulator's interface, or not to us now. */
  | 'refused'
  /** The server could not execute the call. */
  | 'fault';

/** A failure of a call to a KMS host, with the step that failed in its message. */
export class RpcError extends Error {
  readonly failure: RpcFailure;
  /** Status of a fault, 0 for other failures. */
  readonly status: number;

  constructor(failure: RpcFailure, message: string, status = 0) {
    super(message);
    this.name = 'RpcError';
    this.failure = failure;
    this.status = status;
  }
}

/** True for an {@link RpcError} of any copy of this module. */
export function isRpcError(error: unknown): error is RpcError {
  return error instanceof Error && error.name === 'RpcError' && 'failure' in error;
}

/** The error of a fault PDU. */
export function faultError(status: number): RpcError {
  return new RpcError('fault', `the host could not execute the call: ${describeFault(status)}`, status);
}

const systemFailures: Readonly<Record<string, RpcFailure>> = {
  ENOTFOUND: 'name',
  EAI_AGAIN: 'name',
  ECONNREFUSED: 'closed',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  ETIMEDOUT: 'timeout',
};

/** The error of a socket: `where` is the address as typed. */
export function socketError(error: Error, where: string): RpcError {
  const code = systemErrorCode(error);
  const failure = systemFailures[code] ?? 'lost';
  const texts: Readonly<Partial<Record<RpcFailure, string>>> = {
    name: `the name of ${where} has no address`,
    closed: `nobody listens at ${where}`,
    unreachable: `${where} cannot be reached`,
    timeout: `${where} did not answer in time`,
  };
  return new RpcError(
    failure,
    texts[failure] ?? `the connection to ${where} broke (${code || error.message})`,
  );
}

const hresults: Readonly<Record<RpcFailure, Hresult>> = {
  // RPC_S_SERVER_UNAVAILABLE: what Windows shows for a host that is named but not reachable (K12.5).
  name: hresult(0x800706ba),
  closed: hresult(0x800706ba),
  unreachable: hresult(0x800706ba),
  timeout: hresult(0x800706ba),
  'hung-up': hresult(0x800706ba),
  // RPC_S_CALL_FAILED
  lost: hresult(0x800706be),
  // RPC_S_PROTOCOL_ERROR
  'not-rpc': hresult(0x800706c0),
  // RPC_S_UNKNOWN_IF
  refused: hresult(0x800706b5),
  // RPC_S_CALL_FAILED
  fault: hresult(0x800706be),
};

/** The HRESULT that a Windows client logs for such a failure (facility Win32, RPC_S codes). */
export function rpcErrorHresult(error: RpcError): Hresult {
  return hresults[error.failure];
}
