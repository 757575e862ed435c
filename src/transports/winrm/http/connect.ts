import { type Buffer } from 'node:buffer';
import { lookup } from 'node:dns/promises';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { failed } from '../failed';
import { type TransportError } from '../../transport-error';
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
  { connectMs, progress }: Pick<WinrmLimits, 'connectMs' | 'progress'>,
): Promise<Connected> {
  const deadline = AbortSignal.timeout(connectMs);
  const address = await resolve(endpoint.host);
  progress?.({ step: 'name', detail: `${endpoint.host} is ${address}` });
  const socket = await tcp(endpoint, address, deadline);
  socket.setNoDelay(true);
  progress?.({ step: 'tcp', detail: `port ${endpoint.port} answers` });
  if (endpoint.tls === null) {
    return { socket, certificate: null };
  }
  const connected = await tls(endpoint, endpoint.tls, socket, deadline);
  progress?.({ step: 'tls', detail: 'the certificate is trusted' });
  return connected;
}

async function resolve(host: string): Promise<string> {
  if (isIP(host) !== 0) {
    return host;
  }
  try {
    return (await lookup(host)).address;
  } catch (cause) {
    throw failed(
      ['name', 'not-found'],
      `the name ${host} does not resolve`,
      'Check the spelling and the DNS suffix, or give an address.',
      { cause },
    );
  }
}

async function tcp(endpoint: WinrmEndpoint, address: string, deadline: AbortSignal): Promise<Socket> {
  const where = `${endpoint.host} port ${endpoint.port}`;
  const socket = connectTcp({ host: address, port: endpoint.port });
  return await settle<Socket>(socket, deadline, {
    event: 'connect',
    value: () => socket,
    failed: (error) =>
      error === null || ['ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'].includes(codeOf(error))
        ? failed(
            ['tcp', 'unreachable'],
            `no answer from ${where}`,
            'Check the network path and the firewall.',
            {
              cause: error,
            },
          )
        : failed(['tcp', 'refused'], `${where} refused the connection (${codeOf(error)})`, enableAdvice, {
            cause: error,
          }),
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
    rejectUnauthorized: settings.trust.kind === 'verify',
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
  const connected = await settle<Connected>(secured, deadline, {
    event: 'secureConnect',
    value: () => ({ socket: secured, certificate: secured.getPeerCertificate().raw }),
    failed: (error) => tlsFailure(endpoint, error),
  });
  checkPin(settings.trust, endpoint, secured);
  return connected;
}

function checkPin(trust: TlsTrust, endpoint: WinrmEndpoint, socket: TLSSocket): void {
  if (trust.kind !== 'pin') {
    return;
  }
  const shown = normalizeFingerprint(socket.getPeerCertificate().fingerprint256);
  if (shown !== normalizeFingerprint(trust.sha256)) {
    socket.destroy();
    throw failed(
      ['tls', 'untrusted-certificate'],
      `the certificate of ${endpoint.host} has the fingerprint SHA256:${shown ?? '?'}, not the pinned one`,
      'The certificate was renewed, or somebody stands in between: compare the fingerprint on the target.',
    );
  }
}

function tlsFailure(endpoint: WinrmEndpoint, error: Error | null): TransportError {
  const options = { cause: error };
  if (error === null) {
    return failed(
      ['tls', 'timeout'],
      `the TLS handshake with ${endpoint.host} took too long`,
      'Check the network path.',
      options,
    );
  }
  const code = codeOf(error);
  if (code === 'EPROTO' || code.startsWith('ERR_SSL')) {
    return failed(
      ['tls', 'not-this-protocol'],
      `${endpoint.host} port ${endpoint.port} does not speak TLS as expected (${code})`,
      'HTTPS may have been sent to the HTTP port: winrm:// is port 5985, winrms:// port 5986.',
      options,
    );
  }
  return failed(
    ['tls', 'untrusted-certificate'],
    `the certificate of ${endpoint.host} is not trusted (${code})`,
    'Give its authority with --ca-file, or pin it with --fingerprint.',
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
    const connected = (): void => done(() => fulfil(outcome.value()));
    deadline.addEventListener('abort', expired);
    socket.once('error', failed);
    socket.once(outcome.event, connected);
    if (deadline.aborted) {
      expired();
    }
  });
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}
