/** A mistake in an expression of targets: where, and in the last line what is wrong. The message is for people. */
export class ExpressionError extends Error {
  /** Offset of the mistake in the expression, from 0. */
  readonly at: number;

  constructor(message: string, expression: string, at: number) {
    super(`In the expression\n  ${expression}\n  ${' '.repeat(at)}^\n${message}`);
    this.name = 'ExpressionError';
    this.at = at;
  }
}
