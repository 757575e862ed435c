/**
 * What a TCP connection and one RPC bind of the emulator's own interface tell of an address, nothing more:
 * `emulated-host` takes the bind; `rpc-refuses-interface` is an RPC server that refuses it, as a genuine KMS host does;
 * `not-rpc` answers something else; `hung-up` takes the connection and ends it without an answer, which proves neither;
 * `closed` refuses the connection; `silent` does not answer in time.
 */
export type ProbeFinding =
  'emulated-host' | 'rpc-refuses-interface' | 'not-rpc' | 'hung-up' | 'closed' | 'silent';

/** One probe's end. */
export interface ProbeResult {
  readonly finding: ProbeFinding;
  /** Milliseconds from the start of the connection to the finding. */
  readonly latencyMs: number;
}

/** Port: probes an IP address and port. Takes bounded time and never rejects for what the other side does. */
export type KmsProbe = (address: string, port: number) => Promise<ProbeResult>;

/** True where a KMS client would reach a host: an emulated one, or what may be a genuine one. */
export function isReachable(finding: ProbeFinding): boolean {
  return finding === 'emulated-host' || finding === 'rpc-refuses-interface';
}

/** What to make of a finding, in the words of the table. */
export const findingWords: Readonly<Record<ProbeFinding, string>> = {
  'emulated-host': 'emulated KMS host',
  'rpc-refuses-interface': 'RPC server that refuses our interface (a genuine KMS host answers so)',
  'not-rpc': 'not an RPC server',
  'hung-up': 'hung up without an answer: an RPC server or not, that does not show',
  closed: 'closed: nothing listens there',
  silent: 'silent: no answer in time (firewall, or no route)',
};
