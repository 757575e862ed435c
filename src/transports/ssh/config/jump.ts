/** The parts of `[user@]host[:port]`. */
export interface Address {
  readonly host: string;
  readonly port?: number;
  readonly user?: string;
}

/** No machine is called so, and a program that gets it as an argument would take it for something else. */
// eslint-disable-next-line no-control-regex -- control characters are what is refused
const noHost = /^-|[\u0000-\u0020\u007f"'`$\\;&<>|(){}]/;

/**
 * `[user@]host[:port]` as OpenSSH reads it, also as `ssh://…`: the last `@` ends the user, a `/` may stand for the
 * colon, brackets hold an IPv6 address. Null where it is none.
 */
export function splitAddress(text: string): Address | null {
  const isUri = text.startsWith('ssh://');
  const plain = isUri ? text.slice('ssh://'.length).replace(/\/$/, '') : text;
  const at = plain.lastIndexOf('@');
  const place = hostAndPort(plain.slice(at + 1));
  if (place === null || at === 0) return null;
  if (at < 0) return place;
  const user = plain.slice(0, at);
  return { ...place, user: isUri ? decoded(user) : user };
}

function hostAndPort(text: string): Omit<Address, 'user'> | null {
  const [, bracketed, bare, port = ''] = /^(?:\[([^\]]*)\]|([^:/[\]]+))(?:[:/](\d{0,5}))?$/.exec(text) ?? [];
  const host = bracketed ?? bare ?? '';
  if (host === '' || noHost.test(host)) return null;
  if (port === '') return { host };
  return Number(port) >= 1 && Number(port) <= 65535 ? { host, port: Number(port) } : null;
}

/** The user of a URI, without the connection parameters behind a semicolon. */
function decoded(user: string): string {
  const name = user.split(';', 1)[0] ?? user;
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
