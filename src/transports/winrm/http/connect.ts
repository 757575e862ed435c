import { type Buffer } from 'node:buffer';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { failed } from '../failed';
import { errorCode } from '../../error-facts';
import { harmlessExcerpt } from '../../harmless-text';
import { TransportError } from '../../transport-error';
import { normalizeFingerprint, type TlsTrust, type WinrmEndpoint, type WinrmLimits } from './endpoint';

/** A connected socket and, over TLS, the server's certificate in DER. */
export interface Connected {
  readonly socket: Socket | TLSSocket;
  readonly certificate: Buffer | null;
}

const enableAdvice =
  'Enable WinRM on the target (winrm quickconfig, or Enable-PSRemoting) and open its port in the firewall.';

/** Resolves, connects and, for winrms, does the TLS handshake; each step fails as its own {@link TransportError}. */
export async function connect(
  endpoint: WinrmEndpoint,
  { connectMs, progress, signal }: Pick<WinrmLimits, 'connectMs' | 'progress' | 'signal'>,
): Promise<Connected> {
  const deadline = AbortSignal.timeout(connectMs);
  const socket = await tcp(endpoint, { deadline, connectMs, progress, signal });
  socket.setNoDelay(true);
  progress?.({ step: 'tcp', detail: `${endpoint.host} port ${endpoint.port} answers` });
  if (endpoint.tls === null) {
    return { socket, certificate: null };
  }
  const connected = await tls(endpoint, endpoint.tls, socket, deadline);
  progress?.({ step: 'tls', detail: trustDetail[endpoint.tls.trust.kind] });
  return connected;
}

const trustDetail = {
  verify: 'the certificate is trusted',
  pin: 'the certificate is the pinned one',
  insecure: 'encrypted, but the certificate is not checked (--insecure)',
} as const satisfies Record<TlsTrust['kind'], string>;

/** Every address of the name is tried, as the system orders them; the time limit holds for the name as well. */
async function tcp(
  endpoint: WinrmEndpoint,
  {
    deadline,
    connectMs,
    progress,
    signal,
  }: Pick<WinrmLimits, 'connectMs' | 'progress' | 'signal'> & { readonly deadline: AbortSignal },
): Promise<Socket> {
  const { host, port } = endpoint;
  if (isIP(host) !== 0) progress?.({ step: 'name', detail: `${host} is an address already` });
  let isNamed = isIP(host) !== 0;
  const socket = connectTcp({ host, port, ...(signal === undefined ? {} : { signal }) });
  socket.on('lookup', (error: Error | null, address: string) => {
    if (error !== null) return;
    isNamed = true;
    progress?.({ step: 'name', detail: `${host} is ${address}` });
  });
  return await settle<Socket>(socket, deadline, {
    event: 'connect',
    value: () => socket,
    failed: (error) => (error === null ? late(endpoint, connectMs, isNamed) : tcpFailure(endpoint, error)),
  });
}

/** The time ran out before anything came back: of the name, or of the port. */
function late({ host, port }: WinrmEndpoint, connectMs: number, isNamed: boolean): TransportError {
  const seconds = `within ${String(connectMs / 1000)} s`;
  return isNamed
    ? failed(
        ['tcp', 'timeout'],
        `no answer from ${host} port ${port} ${seconds}`,
        'The port may be filtered: a firewall drops the packets. Check it, the VPN, and the network profile (Public closes WinRM).',
      )
    : failed(['name', 'timeout'], `the name ${host} was not answered ${seconds}`, 'Check the DNS servers.');
}

const nameErrors: ReadonlySet<string> = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_NONAME', 'EAI_FAIL']);
const networkErrors: ReadonlySet<string> = new Set(['ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH']);

function tcpFailure({ host, port }: WinrmEndpoint, cause: Error): TransportError {
  const code = codeOf(cause);
  if (nameErrors.has(code)) {
    return failed(
      ['name', 'not-found'],
      `the name ${host} does not resolve`,
      'Check the spelling and the DNS suffix, or give an address.',
      { cause },
    );
  }
  if (networkErrors.has(code)) {
    return failed(
      ['tcp', 'unreachable'],
      `${host} port ${port} cannot be reached (${code})`,
      'Check the network, the VPN and the firewall in between.',
      { cause },
    );
  }
  return failed(['tcp', 'refused'], `${host} port ${port} refused the connection (${code})`, enableAdvice, {
    cause,
  });
}

async function tls(
  endpoint: WinrmEndpoint,
  settings: NonNullable<WinrmEndpoint['tls']>,
  socket: Socket,
  deadline: AbortSignal,
): Promise<Connected> {
  const options: ConnectionOptions = {
    socket,
    // What is found wrong is looked at in judge(), where the certificate can still be shown.
    rejectUnauthorized: false,
    ...(isIP(endpoint.host) === 0 ? { servername: endpoint.host } : { host: endpoint.host }),
    ...(settings.trust.kind === 'verify' && settings.trust.ca.length > 0
      ? { ca: [...settings.trust.ca] }
      : {}),
    ...(settings.clientCertificate === null
      ? {}
      : {
          cert: settings.clientCertificate.cert,
          key: settings.clientCertificate.key,
          ...(settings.clientCertificate.passphrase === undefined
            ? {}
            : { passphrase: settings.clientCertificate.passphrase }),
        }),
  };
  const secured = connectTls(options);
  await settle<TLSSocket>(secured, deadline, {
    event: 'secureConnect',
    value: () => secured,
    failed: (error) => handshakeFailure(endpoint, error),
  });
  const refusal = judge(settings.trust, endpoint, secured);
  if (refusal === null) {
    return { socket: secured, certificate: secured.getPeerCertificate().raw };
  }
  secured.destroy();
  throw refusal;
}

/** Decides about the certificate before anything is sent: null to go on. Node itself has checked chain, dates and names. */
function judge(trust: TlsTrust, endpoint: WinrmEndpoint, socket: TLSSocket): TransportError | null {
  const shown = normalizeFingerprint(socket.getPeerCertificate().fingerprint256);
  switch (trust.kind) {
    case 'insecure':
      return null;
    case 'verify':
      return socket.authorized ? null : untrusted(endpoint, socket, shown ?? '?');
    case 'pin':
      return shown !== null && shown === normalizeFingerprint(trust.sha256)
        ? null
        : failed(
            ['tls', 'untrusted-certificate'],
            `the certificate of ${endpoint.host} has the fingerprint SHA256:${shown ?? '?'}, not the pinned one`,
            'The certificate was renewed, or somebody stands in between: compare the fingerprint on the target.',
          );
  }
}

function untrusted({ host }: WinrmEndpoint, socket: TLSSocket, fingerprint: string): TransportError {
  const reason: unknown = socket.authorizationError;
  const code = harmlessExcerpt(reason instanceof Error ? codeOf(reason) : String(reason), 100);
  const { valid_from: from, valid_to: to, subjectaltname: names } = socket.getPeerCertificate();
  const pin = `Or compare its fingerprint with the one on the target and pin it: --fingerprint SHA256:${fingerprint}`;
  const say = (message: string, ...advice: readonly string[]): TransportError =>
    new TransportError({
      step: 'tls',
      cause: 'untrusted-certificate',
      message: `the certificate of ${host} ${message} (${code})`,
      advice,
    });
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return say(
        `has expired on ${harmlessExcerpt(to, 60)}`,
        'Renew it on the target, and look at the clocks.',
      );
    case 'CERT_NOT_YET_VALID':
      return say(`is not valid before ${harmlessExcerpt(from, 60)}`, 'Look at the clocks of both computers.');
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return say(
        `is for another name: ${harmlessExcerpt(names ?? 'it says none', 300)}`,
        'Use a name that the certificate has (the full one, with the DNS suffix).',
        pin,
      );
    default:
      return say('is not trusted', 'Give its authority with --ca-file.', pin);
  }
}

/** Codes of a connection that ended during the handshake, which says nothing of the certificate. */
const cutOff: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED']);

function handshakeFailure(endpoint: WinrmEndpoint, error: Error | null): TransportError {
  const options = { cause: error };
  const where = `${endpoint.host} port ${endpoint.port}`;
  if (error === null) {
    return failed(
      ['tls', 'timeout'],
      `the TLS handshake with ${endpoint.host} took too long`,
      'Check the network path. Is that port WinRM with HTTPS (5986)?',
      options,
    );
  }
  const code = codeOf(error);
  return cutOff.has(code)
    ? failed(
        ['tls', 'closed'],
        `${where} closed the connection during the TLS handshake (${code})`,
        'Does the listener have a certificate (winrm enumerate winrm/config/listener)? A proxy may cut it as well.',
        options,
      )
    : failed(
        ['tls', 'not-this-protocol'],
        `${where} does not speak TLS as expected (${code})`,
        'HTTPS may have been sent to the HTTP port (winrm:// is port 5985, winrms:// port 5986), or another service may listen there.',
        options,
      );
}

interface Outcome<T> {
  readonly event: 'connect' | 'secureConnect';
  readonly value: () => T;
  /** Null where the time ran out. */
  readonly failed: (error: Error | null) => TransportError;
}

async function settle<T>(socket: Socket, deadline: AbortSignal, outcome: Outcome<T>): Promise<T> {
  return await new Promise<T>((fulfil, reject) => {
    const done = (act: () => void): void => {
      deadline.removeEventListener('abort', expired);
      socket.removeListener('error', failed);
      socket.removeListener(outcome.event, connected);
      act();
    };
    const fail = (error: Error | null): void => {
      done(() => {
        socket.on('error', () => undefined);
        socket.destroy();
        reject(outcome.failed(error));
      });
    };
    const failed = (error: Error): void => fail(error);
    const expired = (): void => fail(null);
    const connected = (): void =>
      done(() => {
        // While nothing is asked, nobody else listens: the next request finds a broken connection by itself.
        socket.on('error', () => undefined);
        fulfil(outcome.value());
      });
    deadline.addEventListener('abort', expired);
    socket.once('error', failed);
    socket.once(outcome.event, connected);
    if (deadline.aborted) {
      expired();
    }
  });
}

function codeOf(error: Error): string {
  const code = errorCode(error);
  return code === '' ? harmlessExcerpt(error.message, 200) : code;
}
