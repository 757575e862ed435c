/** What the user asked of the laboratory cannot be done; the message says why and what to do. */
export class EstateError extends Error {
  readonly kind: EstateErrorKind;

  constructor(kind: EstateErrorKind, message: string) {
    super(message);
    this.name = 'EstateError';
    this.kind = kind;
  }
}

export type EstateErrorKind = 'not-found' | 'exists' | 'invalid' | 'not-possible';
