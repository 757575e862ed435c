/** The step of reaching a machine that failed; the words of `check-connection` and of every connection error. */
export type ConnectionStep =
  | 'name'
  | 'tcp'
  | 'host-key'
  | 'tls'
  | 'authentication'
  | 'rights'
  | 'elevation'
  | 'licensing-classes'
  | 'protocol'
  | 'timeout';

/** A machine could not be reached or stopped answering: which step, what was seen, what to do. Holds no secret. */
export class TransportError extends Error {
  readonly step: ConnectionStep;
  readonly advice: string;

  constructor(step: ConnectionStep, message: string, advice: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TransportError';
    this.step = step;
    this.advice = advice;
  }
}

/** True for a {@link TransportError} of any copy of this module (bundles carry their own). */
export function isTransportError(error: unknown): error is TransportError {
  return error instanceof Error && error.name === 'TransportError' && 'step' in error && 'advice' in error;
}
