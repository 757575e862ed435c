/** Octets or text that are no valid DNS message, name, address, or key. */
export class DnsFormatError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DnsFormatError';
  }
}
