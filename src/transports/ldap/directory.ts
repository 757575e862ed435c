import { once } from 'node:events';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, rootCertificates, type ConnectionOptions } from 'node:tls';
import { Client, type Entry, type Filter } from 'ldapts';
import { errorCode, errorMessage } from '../error-facts';
import type { Secret } from '../secret';
import { TransportError, type ConnectionStep, type FailureCause } from '../transport-error';

/** A directory server, and who signs in there. */
export interface DirectoryServer {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte (LDAPS), or after a word in the clear (StartTLS); nothing else is spoken. */
  readonly security: 'ldaps' | 'starttls';
  /** Certificates of authorities in PEM that are trusted beside those that Node trusts. */
  readonly ca: readonly string[];
  /** A DN, `user@domain` or `DOMAIN\user`. */
  readonly user: string;
  readonly password: Secret;
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

async function signedIn(server: DirectoryServer, sockets: Socket[]): Promise<Client> {
  const { host, port, security, timeoutMs, user, password } = server;
  const tcp = await inStep(server, 'tcp', () => opened(connectTcp({ host, port, noDelay: true }), 'connect'));
  sockets.push(tcp);
  const tls: ConnectionOptions = {
    // An address is no name for the server to choose a certificate by; it is checked all the same.
    ...(isIP(host) === 0 ? { servername: host } : { host }),
    ca: [...rootCertificates, ...server.ca],
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
  };
  const ready =
    security === 'ldaps'
      ? await inStep(server, 'tls', () => opened(connectTls({ ...tls, socket: tcp }), 'secureConnect'))
      : tcp;
  const give = onlyOnce(ready);
  const client = new Client({
    url: `${security === 'ldaps' ? 'ldaps' : 'ldap'}://${isIP(host) === 6 ? `[${host}]` : host}:${port}`,
    timeout: timeoutMs,
    ...(security === 'ldaps'
      ? { createSecureConnection: give as typeof connectTls }
      : { createConnection: give }),
  });
  if (security === 'starttls') await inStep(server, 'tls', () => client.startTLS(tls));
  await inStep(server, 'authentication', () => client.bind(user, password.reveal()));
  return client;
}

async function opened<T extends Socket>(socket: T, event: 'connect' | 'secureConnect'): Promise<T> {
  try {
    await once(socket, event);
  } catch (error) {
    socket.destroy();
    throw error;
  }
  return socket;
}

/** The library would connect again by itself where a connection ended, with StartTLS in the clear. */
function onlyOnce(socket: Socket): typeof connectTcp {
  let isGiven = false;
  return () => {
    if (isGiven) throw new Error('the connection ended');
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
