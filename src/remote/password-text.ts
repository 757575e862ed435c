/** A password that cannot be had: a file that others can read, a command that fails. The message is for people. */
export class CredentialError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CredentialError';
  }
}

/**
 * The text of a password's source, which is not to be empty. A wrong password counts against the account: what cannot be
 * one is tried nowhere. Throws a {@link CredentialError} that names the source and not its text.
 */
export function usablePassword(text: string, source: string): string {
  if (text === '') throw new CredentialError(`${source} is empty: no password is tried`);
  return wholePassword(text, source);
}

/** Text whose bytes were no text arrives with replacement characters from the environment and the command line. */
export function wholePassword(text: string, source: string): string {
  if (!/[\uFFFD\0\p{Cs}]/u.test(text)) return text;
  throw new CredentialError(
    `${source} is cut inside a character or is not written in UTF-8: no password is tried`,
  );
}
