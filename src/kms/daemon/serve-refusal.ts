/** `kms serve` cannot do what it was asked; the message says why and what to do. */
export class ServeRefusal extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ServeRefusal';
  }
}
