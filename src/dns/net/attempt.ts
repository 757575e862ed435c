import { type DnsServerAddress } from '../server-address';

/** Why one attempt at one server brought no answer. `closed`: it refuses; asking again soon is useless. */
export type AttemptFailure = 'silent' | 'closed' | 'cut-off' | 'aborted';

/** An attempt's end without an answer. */
export class AttemptError extends Error {
  readonly failure: AttemptFailure;

  constructor(failure: AttemptFailure, detail: string) {
    super(detail);
    this.name = 'AttemptError';
    this.failure = failure;
  }
}

/** One request to one server over one protocol. */
export interface Attempt {
  readonly server: DnsServerAddress;
  readonly bytes: Buffer;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

/** The failure that a socket's error means. */
export function failureOfSocketError(error: Error): AttemptError {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.message;
  return new AttemptError(code === 'ETIMEDOUT' ? 'silent' : 'closed', code);
}
