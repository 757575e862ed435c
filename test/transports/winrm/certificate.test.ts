import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { authenticatedChannel, type SoapChannel } from '../../../src/transports/winrm/http/authentication';
import { HttpChannel } from '../../../src/transports/winrm/http/channel';
import { type ClientCertificate } from '../../../src/transports/winrm/http/endpoint';

const mutual = 'http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual';
const limits = { connectMs: 5000, answerMs: 5000, maxAnswerBytes: 100_000 };

let folder: string;
let server: Server;
const channels: SoapChannel[] = [];

function makeCertificate(name: string): { readonly cert: Buffer; readonly key: Buffer } {
  const [key, cert] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
      ...['-subj', `/CN=${name}`, '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', cert],
    ],
    { stdio: 'ignore' },
  );
  return { cert: readFileSync(cert), key: readFileSync(key) };
}

/** Answers who the client's certificate names, as WinRM maps one to an account; 401 without one that it trusts. */
function mappingServer(own: { cert: Buffer; key: Buffer }, trusted: Buffer): Server {
  return createServer(
    { ...own, ca: [trusted], requestCert: true, rejectUnauthorized: false },
    (request, answer) => {
      const { socket } = request;
      request.resume().on('end', () => {
        if (
          !(socket instanceof TLSSocket) ||
          !socket.authorized ||
          request.headers.authorization !== mutual
        ) {
          answer.writeHead(401, { 'WWW-Authenticate': mutual }).end();
          return;
        }
        answer.writeHead(200, { 'Content-Type': 'application/soap+xml;charset=UTF-8' });
        answer.end(`mapped to ${String(socket.getPeerCertificate().subject.CN)}`);
      });
    },
  );
}

let serverCertificate: { readonly cert: Buffer; readonly key: Buffer };
let known: { readonly cert: Buffer; readonly key: Buffer };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'winrm-certificate-'));
  serverCertificate = makeCertificate('target');
  known = makeCertificate('admin');
  server = mappingServer(serverCertificate, known.cert);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});

afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true });
});

afterEach(() => {
  for (const channel of channels.splice(0)) channel.close();
});

function channelWith(clientCertificate: ClientCertificate | null): SoapChannel {
  const tls = { trust: { kind: 'verify', ca: [serverCertificate.cert] } as const, clientCertificate };
  const { port } = server.address() as AddressInfo;
  const channel = authenticatedChannel(new HttpChannel({ host: 'localhost', port, tls }, limits), {
    kind: 'certificate',
  });
  channels.push(channel);
  return channel;
}

describe('certificate authentication', () => {
  test('the certificate signs in, without a user name or a password', async () => {
    const channel = channelWith({ ...known, passphrase: undefined });
    expect(await channel.post('<x/>')).toEqual({ status: 200, body: 'mapped to admin' });
  });

  test('a certificate that the target does not trust is refused', async () => {
    const channel = channelWith({ ...makeCertificate('stranger'), passphrase: undefined });
    await expect(channel.post('<x/>')).rejects.toMatchObject({ step: 'authentication', failure: 'denied' });
  });

  test('no certificate is refused', async () => {
    await expect(channelWith(null).post('<x/>')).rejects.toMatchObject({ step: 'authentication' });
  });
});
