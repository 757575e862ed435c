/** A store of the inventory that cannot be used. The message is for people: which store, why, and what to do. */
export class FleetStoreError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'FleetStoreError';
  }
}
