/** How a machine is reached. */
export const transports = ['ssh', 'winrm', 'winrms'] as const;
export type TransportName = (typeof transports)[number];

/** The usual port of each transport. */
export const usualPort: Readonly<Record<TransportName, number>> = { ssh: 22, winrm: 5985, winrms: 5986 };

/** What a word of the command line says of a machine; what it does not say is absent. */
export interface Address {
  readonly host: string;
  readonly transport?: TransportName;
  readonly port?: number;
  readonly user?: string;
}

/** A word that looks like an address and is none. The message is for people. */
export class AddressError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'AddressError';
  }
}

/** True for a transport's name. */
export function isTransportName(text: string): text is TransportName {
  return (transports as readonly string[]).includes(text);
}

function decoded(text: string, word: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AddressError(
      `${word}: "${text}" holds a percent sign that encodes nothing (write %25 for one)`,
    );
  }
}

function portOf(text: string, word: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65535) {
    throw new AddressError(`${word}: "${text}" is no port; ports are 1 to 65535`);
  }
  return port;
}

const hostName = /^[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?\.?$/;
const ip6 = /^\[([0-9A-Fa-f:.]+(?:%[A-Za-z0-9._-]+)?)\]$/;

const bareIp6 = /^(?=(?:[^:]*:){2})[0-9A-Fa-f:.]+(?:%[A-Za-z0-9._-]+)?$/;
const withPort = /^(?:\[[^\]]+\]|[^:@]+):\d{1,5}$/;

function hostOf(text: string, word: string): string {
  const literal = ip6.exec(text)?.[1];
  if (literal !== undefined) return literal;
  if (!hostName.test(text)) throw new AddressError(`${word}: "${text}" is no host name`);
  return text;
}

/**
 * Reads `ssh://user@host:port`, `winrm://…` and `winrms://…`, or a bare host name. The user may be percent-encoded
 * (`CORP%5Cadmin`), and `CORP\admin` and `admin@corp.example` are taken as they are. Throws an {@link AddressError};
 * a password in the address is refused, since it would stand in history and process lists.
 */
export function parseAddress(word: string): Address {
  const [, scheme, rest] = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/(.*)$/.exec(word) ?? [];
  if (scheme === undefined || rest === undefined) return bareHost(word);
  const transport = scheme.toLowerCase();
  if (!isTransportName(transport)) {
    throw new AddressError(`${word}: ${scheme}:// is not known; ssh://, winrm:// and winrms:// are`);
  }
  return { transport, ...parseAuthority(rest.replace(/\/$/, ''), word) };
}

function bareHost(word: string): Address {
  if (bareIp6.test(word)) return { host: word };
  if (withPort.test(word)) {
    throw new AddressError(
      `${word}: with a port, say how the machine is reached: ssh://${word}, winrm://${word} or winrms://${word}`,
    );
  }
  return { host: hostOf(word, word) };
}

function parseAuthority(text: string, word: string): Omit<Address, 'transport'> {
  const at = text.lastIndexOf('@');
  const [, host = '', port] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(text.slice(at + 1)) ?? [];
  const user = at < 0 ? undefined : text.slice(0, at);
  if (user?.includes(':') === true) {
    throw new AddressError('a password does not belong into an address; use SLMGR_PASSWORD or the prompt');
  }
  if (user === '') throw new AddressError(`${word}: there is no user before the @`);
  return {
    host: hostOf(host, word),
    ...(port === undefined ? {} : { port: portOf(port, word) }),
    ...(user === undefined ? {} : { user: decoded(user, word) }),
  };
}
