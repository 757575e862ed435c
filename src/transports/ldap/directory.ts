import { once } from 'node:events';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, rootCertificates, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { Client, type Entry, type Filter } from 'ldapts';
import { errorCode, errorMessage } from '../error-facts';
import type { Secret } from '../secret';
import { isTransportError, TransportError, type ConnectionStep, type FailureCause } from '../transport-error';
import { exchange, startTlsRequest } from './exchange';
import { kerberosBind } from './kerberos-bind';

/** How to sign in to a directory. */
export type DirectorySignIn =
  /** `user`: a DN, `user@domain` or `DOMAIN\\user`. */
  | { readonly kind: 'simple'; readonly user: string; readonly password: Secret }
  /** With a ticket of Kerberos; `principal` chooses one, null takes the usual one. */
  | { readonly kind: 'kerberos'; readonly principal: string | null };

/** A directory server, and who signs in there. */
export interface DirectoryServer {
  /** The name that its certificate and its service principal have. */
  readonly host: string;
  /** Where that name leads; null where the system is asked. */
  readonly address: string | null;
  readonly port: number;
  /** TLS from the first byte (LDAPS), or after a word in the clear (StartTLS); nothing else is spoken. */
  readonly security: 'ldaps' | 'starttls';
  /** Certificates of authorities in PEM that are trusted beside those that Node trusts. */
  readonly ca: readonly string[];
  readonly signIn: DirectorySignIn;
  /** How long each step may take, in ms. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** What is looked for in a directory. */
export interface DirectoryQuery {
  readonly base: string;
  readonly filter: Filter;
  readonly attributes: readonly string[];
  readonly pageSize: number;
}

/**
 * The entries of a directory that fit, page by page. The server's certificate is checked, name and chain, before the
 * password leaves; a connection that is lost is never made again in silence, which could be in the clear.
 * @throws TransportError with the step that failed
 */
export async function* searchDirectory(
  server: DirectoryServer,
  { base, filter, attributes, pageSize }: DirectoryQuery,
): AsyncGenerator<readonly Entry[]> {
  if (server.signIn.kind === 'simple') refuseUnauthenticated(server.signIn);
  const sockets: Socket[] = [];
  const end = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  server.signal.addEventListener('abort', end, { once: true });
  try {
    const client = await signedIn(server, sockets);
    const options = { scope: 'sub' as const, filter, attributes: [...attributes], paged: { pageSize } };
    const pages = client.searchPaginated(base, options);
    for (;;) {
      const page = await inStep(server, 'answer', () => pages.next());
      if (page.done === true) return;
      yield page.value.searchEntries;
    }
  } finally {
    server.signal.removeEventListener('abort', end);
    end();
  }
}

/** A server may call a bind without a name or a password a success and show little or nothing (RFC 4513, section 5.1.2). */
function refuseUnauthenticated({
  user,
  password,
}: Extract<DirectorySignIn, { readonly kind: 'simple' }>): void {
  if (user.trim() !== '' && !password.isEmpty) return;
  throw new TransportError({
    step: 'authentication',
    cause: 'configuration',
    message: `the ${user.trim() === '' ? 'user name' : 'password'} is empty: nobody signs in so`,
    advice: ['Give a user and the password, or sign in with --kerberos.'],
  });
}

async function signedIn(server: DirectoryServer, sockets: Socket[]): Promise<Client> {
  const { host, address, port, security, timeoutMs, signIn } = server;
  const tcp = await inStep(server, 'tcp', () =>
    opened(connectTcp({ host: address ?? host, port, noDelay: true }), 'connect'),
  );
  sockets.push(tcp);
  if (security === 'starttls') await inStep(server, 'tls', () => startTls(tcp));
  const tls: ConnectionOptions = {
    socket: tcp,
    // An address is no name for the server to choose a certificate by; it is checked all the same.
    ...(isIP(host) === 0 ? { servername: host } : { host }),
    ca: [...rootCertificates, ...server.ca],
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
  };
  const secure = await inStep(server, 'tls', () => opened(connectTls(tls), 'secureConnect'));
  if (signIn.kind === 'kerberos') {
    await inStep(server, 'authentication', () => kerberosBind(secure, host, signIn.principal));
  }
  const client = new Client({
    url: `ldaps://${isIP(host) === 6 ? `[${host}]` : host}:${port}`,
    timeout: timeoutMs,
    createSecureConnection: onlyOnce(secure),
  });
  if (signIn.kind === 'simple') {
    await inStep(server, 'authentication', () => client.bind(signIn.user, signIn.password.reveal()));
  }
  return client;
}

async function startTls(socket: Socket): Promise<void> {
  const { code, diagnostic } = await exchange(socket, 1, startTlsRequest);
  if (code !== 0) throw new Error(diagnostic === '' ? `it refuses StartTLS with code ${code}` : diagnostic);
}

/** Waits until the socket is open; a server that ends the connection without a word is an error as well. */
async function opened<T extends Socket>(socket: T, event: 'connect' | 'secureConnect'): Promise<T> {
  // An error may come between two steps, when nobody waits for one.
  socket.on('error', () => undefined);
  const settled = new AbortController();
  const { signal } = settled;
  const closed = once(socket, 'close', { signal }).then(() => {
    throw new Error('the connection ended');
  });
  try {
    await Promise.race([once(socket, event, { signal }), closed]);
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    closed.catch(() => undefined);
    settled.abort();
  }
  return socket;
}

/** The library would connect again by itself where a connection ended, to whomever answers then. */
function onlyOnce(socket: TLSSocket): typeof connectTls {
  let isGiven = false;
  return () => {
    if (isGiven || socket.destroyed) throw new Error('the connection ended');
    isGiven = true;
    return socket;
  };
}

/** Runs a step within its time; whatever goes wrong in it says which step it was. */
async function inStep<T>(server: DirectoryServer, step: ConnectionStep, work: () => Promise<T>): Promise<T> {
  const { timeoutMs, signal } = server;
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${timeoutMs} ms`)), timeoutMs);
    onAbort = () => reject(new Error('it was broken off'));
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
  try {
    return await Promise.race([work(), late]);
  } catch (error) {
    throw explained(server, step, error);
  } finally {
    clearTimeout(timer);
    if (onAbort !== undefined) signal.removeEventListener('abort', onAbort);
  }
}

function explained(
  { host, port, security }: DirectoryServer,
  step: ConnectionStep,
  error: unknown,
): TransportError {
  if (isTransportError(error)) return error;
  const where = `${host} port ${port}`;
  const code = errorCode(error) || (error instanceof Error ? error.name : '');
  const why = errorMessage(error).replace(/\s+/g, ' ').trim().slice(0, 200);
  const say = (cause: FailureCause, message: string, ...advice: readonly string[]): TransportError =>
    new TransportError(
      { step: code === 'ENOTFOUND' ? 'name' : step, cause, message, advice },
      { cause: error },
    );
  switch (step) {
    case 'tcp':
      return say(
        'unreachable',
        `the directory ${where} cannot be reached (${why})`,
        'Check the name, the port and the way there.',
      );
    case 'tls':
      return say(
        'untrusted-certificate',
        `the directory ${where} gives no TLS that can be trusted (${why}); no password was sent`,
        'Give the authority of its certificate with --ca-file, and the name that the certificate has.',
        ...(security === 'starttls' ? [] : ['A server without LDAPS may take --start-tls.']),
      );
    case 'authentication':
      return code === 'InvalidCredentialsError'
        ? say(
            'denied',
            `the directory ${where} does not take this user and password`,
            'The user is user@domain, DOMAIN\\user or a DN.',
          )
        : say('denied', `the directory ${where} did not sign in (${why})`);
    default:
      return say(
        'garbage',
        `the directory ${where} does not answer the search (${code}: ${why})`,
        'Check the domain, --ou and --filter.',
      );
  }
}
