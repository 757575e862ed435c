/** A PowerShell that cannot be given to served machines: what is missing, and what to do. */
export class EngineFailure extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EngineFailure';
  }
}
