import { type Endpoint } from './endpoint';
import { RpcConnection } from './rpc-client';
import { isRpcError, type RpcFailure } from './rpc-error';

/**
 * What is at an address: an emulated KMS host; a DCE/RPC server that refuses the emulator's interface (a genuine KMS
 * host answers so); something that is not RPC; nobody; or something that does not say a word.
 */
export type ProbeVerdict = 'emulated-host' | 'rpc-refused' | 'not-rpc' | 'closed' | 'silent';

export interface ProbeResult {
  readonly verdict: ProbeVerdict;
  /** One sentence on what happened. */
  readonly detail: string;
  /** IP address that answered; null where none did. */
  readonly ipAddress: string | null;
  /** From the first packet to the verdict, in ms. */
  readonly milliseconds: number;
}

const verdicts: Readonly<Record<RpcFailure, ProbeVerdict>> = {
  name: 'closed',
  closed: 'closed',
  unreachable: 'silent',
  timeout: 'silent',
  lost: 'not-rpc',
  'not-rpc': 'not-rpc',
  refused: 'rpc-refused',
  fault: 'rpc-refused',
};

/** Connects, binds the emulator's own interface once, and goes: nothing more is ever sent. Never throws. */
export async function probeHost(endpoint: Endpoint, timeoutMs = 3000): Promise<ProbeResult> {
  const began = performance.now();
  const elapsed = (): number => Math.round((performance.now() - began) * 10) / 10;
  try {
    const connection = await RpcConnection.open(endpoint, { timeoutMs });
    const ipAddress = connection.remoteAddress;
    connection.close();
    const detail = 'an emulated KMS host answers';
    return { verdict: 'emulated-host', detail, ipAddress, milliseconds: elapsed() };
  } catch (error) {
    if (!isRpcError(error)) throw error;
    const verdict = verdicts[error.failure];
    return { verdict, detail: error.message, ipAddress: null, milliseconds: elapsed() };
  }
}
