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
  const user = at < 0 ? undefined : plain.slice(0, at);
  const match = /^(?:\[([^\]]*)\]|([^:/[\]]+))(?:[:/](\d{0,5}))?$/.exec(plain.slice(at + 1));
  if (match === null || user === '') return null;
  const [, bracketed, bare, port = ''] = match;
  const host = bracketed ?? bare ?? '';
  if (host === '' || noHost.test(host)) return null;
  if (port !== '' && (Number(port) < 1 || Number(port) > 65535)) return null;
  return {
    host,
    ...(user === undefined ? {} : { user: isUri ? decoded(user) : user }),
    ...(port === '' ? {} : { port: Number(port) }),
  };
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
