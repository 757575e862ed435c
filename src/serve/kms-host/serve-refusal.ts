/** `kms serve` cannot do what it was asked; the message says why and what to do. */
export class ServeRefusal extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    // The name by which every part of the program knows an error that is meant for the user.
    this.name = 'Refusal';
  }
}
