/** A mistake in an expression of targets: what is wrong, and where. The message is for people. */
export class ExpressionError extends Error {
  /** Offset of the mistake in the expression, from 0. */
  readonly at: number;

  constructor(message: string, expression: string, at: number) {
    super(`${message}\n  ${expression}\n  ${' '.repeat(at)}^`);
    this.name = 'ExpressionError';
    this.at = at;
  }
}
