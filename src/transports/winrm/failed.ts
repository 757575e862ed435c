import { TransportError, type ConnectionStep, type FailureCause } from '../transport-error';

/** A {@link TransportError} with one sentence of advice. */
export function failed(
  at: readonly [step: ConnectionStep, cause: FailureCause],
  message: string,
  advice: string,
  options?: ErrorOptions,
): TransportError {
  return new TransportError({ step: at[0], cause: at[1], message, advice: [advice] }, options);
}
