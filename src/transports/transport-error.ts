/** The steps on the way to a machine's licensing, in their order. */
export const connectionSteps = [
  'name',
  'tcp',
  'host-key',
  'tls',
  'authentication',
  'rights',
  'elevation',
  'licensing-classes',
  'command',
  'answer',
] as const;
export type ConnectionStep = (typeof connectionSteps)[number];

/** A step that succeeded, and what it found. */
export interface StepDone {
  readonly step: ConnectionStep;
  readonly detail: string;
}

/** What went wrong in a step. */
export type FailureCause =
  | 'not-found'
  | 'refused'
  | 'unreachable'
  | 'timeout'
  | 'closed'
  | 'not-this-protocol'
  | 'no-common-algorithm'
  | 'unknown-key'
  | 'changed-key'
  | 'revoked-key'
  | 'untrusted-certificate'
  | 'denied'
  | 'bad-key-file'
  | 'configuration'
  | 'no-shell'
  | 'constrained'
  | 'script'
  | 'garbage'
  | 'too-big';

/** What a transport says of its failure: where, why, and the facts that a message shows. */
export interface TransportFailure {
  readonly step: ConnectionStep;
  readonly cause: FailureCause;
  /** One sentence for people, without a secret. */
  readonly message: string;
  /** What to do about it, a sentence each. */
  readonly advice?: readonly string[];
}

/** A failure on the way to a machine. It knows nothing of licensing; src/remote gives it its HRESULT. */
export class TransportError extends Error {
  readonly step: ConnectionStep;
  readonly failure: FailureCause;
  readonly advice: readonly string[];

  constructor(failure: TransportFailure, options?: ErrorOptions) {
    super(failure.message, options);
    this.name = 'TransportError';
    this.step = failure.step;
    this.failure = failure.cause;
    this.advice = failure.advice ?? [];
  }
}

/** True for a {@link TransportError} of any copy of this module. */
export function isTransportError(error: unknown): error is TransportError {
  return error instanceof Error && error.name === 'TransportError' && 'step' in error;
}
