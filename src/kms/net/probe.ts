import { type KmsProbe, type ProbeFinding } from '../discovery/probe';
import { RpcConnection } from './rpc-client';
import { isRpcError, type RpcFailure } from './rpc-error';

const findings: Readonly<Record<RpcFailure, ProbeFinding>> = {
  name: 'closed',
  closed: 'closed',
  unreachable: 'silent',
  timeout: 'silent',
  'hung-up': 'hung-up',
  lost: 'hung-up',
  'not-rpc': 'not-rpc',
  refused: 'rpc-refuses-interface',
  fault: 'rpc-refuses-interface',
};

/**
 * A probe that connects, binds the emulator's own interface once, and goes: nothing more is ever sent.
 *
 * @param timeoutMs for the connection and again for the bind
 */
export function createKmsProbe(timeoutMs = 3000): KmsProbe {
  return async (address, port) => {
    const began = performance.now();
    const finding = await probe(address, port, timeoutMs);
    return { finding, latencyMs: Math.round((performance.now() - began) * 10) / 10 };
  };
}

async function probe(host: string, port: number, timeoutMs: number): Promise<ProbeFinding> {
  try {
    const connection = await RpcConnection.open({ host, port }, { timeoutMs });
    connection.close();
    return 'emulated-host';
  } catch (error) {
    if (isRpcError(error)) return findings[error.failure];
    throw error;
  }
}
