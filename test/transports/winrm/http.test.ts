import { execFileSync } from 'node:child_process';
import { randomBytes, X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import {
  authenticatedChannel,
  type WinrmAuthentication,
} from '../../../src/transports/winrm/http/authentication';
import { HttpChannel } from '../../../src/transports/winrm/http/channel';
import { type TlsTrust, type WinrmEndpoint } from '../../../src/transports/winrm/http/endpoint';
import { channelBindings, ntHash } from '../../../src/transports/winrm/ntlm/keys';
import { createWinrmServer, type WinrmServerOptions } from '../../../src/transports/winrm/server/server';

const limits = { connectMs: 3000, answerMs: 3000, maxAnswerBytes: 1_000_000 };
const envelope =
  '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>Grüße</s:Body></s:Envelope>';
const password = 'Pässwörd-1';

let folder: string;
let cert: string;
let key: string;
const running: { close: () => void }[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'winrm-'));
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'],
      ...['-addext', 'subjectAltName=DNS:localhost'],
      ...['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')],
    ],
    { stdio: 'ignore' },
  );
  cert = readFileSync(join(folder, 'cert.pem'), 'utf8');
  key = readFileSync(join(folder, 'key.pem'), 'utf8');
});

afterAll(() => rmSync(folder, { recursive: true }));

afterEach(() => {
  for (const item of running.splice(0)) {
    item.close();
  }
});

async function listening(server: Server): Promise<number> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  running.push({ close: () => server.close() });
  return (server.address() as AddressInfo).port;
}

function target(secure: boolean, overrides: Partial<WinrmServerOptions<string>> = {}): Server {
  return createWinrmServer<string>({
    accounts: {
      find: (user, domain) =>
        user === 'admin' && ['', 'LAB'].includes(domain)
          ? { account: 'admin', ntHash: ntHash(password) }
          : null,
    },
    handle: (text, account) => Promise.resolve({ status: 200, body: `${account}: ${text}` }),
    acceptor: () => ({
      computer: 'KMS01',
      domain: 'LAB',
      dnsComputer: 'kms01.lab.example',
      dnsDomain: 'lab.example',
      filetime: Buffer.from('0090d336b734c301', 'hex'),
      serverChallenge: randomBytes(8),
      channelBindings: secure ? channelBindings(new X509Certificate(cert).raw, 'sha256') : null,
    }),
    tls: secure ? { cert, key } : null,
    allowBasicOverHttp: false,
    maxRequestBytes: 1_000_000,
    ...overrides,
  });
}

function endpoint(port: number, trust: TlsTrust | null, host = 'localhost'): WinrmEndpoint {
  return { host, port, tls: trust === null ? null : { trust, clientCertificate: null } };
}

const ntlm = (secret = password): WinrmAuthentication => ({
  kind: 'ntlm',
  credentials: { user: 'admin', domain: 'LAB', password: secret },
});
const basic = (secret = password): WinrmAuthentication => ({
  kind: 'basic',
  user: 'LAB\\admin',
  password: secret,
});
const own = (): TlsTrust => ({ kind: 'verify', ca: [Buffer.from(cert)] });

async function ask(where: WinrmEndpoint, how: WinrmAuthentication): Promise<string> {
  const channel = authenticatedChannel(new HttpChannel(where, limits), how);
  running.push(channel);
  return (await channel.post(envelope)).body;
}

describe('signing in', () => {
  test('NTLM over HTTP seals every message, several on one connection', async () => {
    const seen: string[] = [];
    const server = target(false);
    server.on('connection', (socket: Socket) =>
      socket.on('data', (data) => seen.push(data.toString('latin1'))),
    );
    const port = await listening(server);
    const channel = authenticatedChannel(new HttpChannel(endpoint(port, null), limits), ntlm());
    running.push(channel);
    for (let round = 0; round < 3; round += 1) {
      expect(await channel.post(envelope)).toEqual({ status: 200, body: `admin: ${envelope}` });
    }
    const wire = seen.join('');
    expect(wire).toContain('multipart/encrypted');
    expect(wire).not.toContain('Envelope');
    expect(wire.match(/Authorization:/g)).toHaveLength(2);
  });

  test('NTLM over HTTPS binds to the certificate', async () => {
    expect(await ask(endpoint(await listening(target(true)), own()), ntlm())).toBe(`admin: ${envelope}`);
  });

  test('Basic over HTTPS', async () => {
    expect(await ask(endpoint(await listening(target(true)), own()), basic())).toBe(`admin: ${envelope}`);
  });

  test('Basic over HTTP is refused before anything is sent', async () => {
    let connected = 0;
    const server = target(false);
    server.on('connection', () => (connected += 1));
    const port = await listening(server);
    await expect(ask(endpoint(port, null), basic())).rejects.toMatchObject({
      step: 'authentication',
      failure: 'configuration',
    });
    expect(connected).toBe(0);
  });

  test.each([
    ['NTLM over HTTP', false, ntlm('guess')],
    ['NTLM over HTTPS', true, ntlm('guess')],
    ['Basic over HTTPS', true, basic('guess')],
  ])('a wrong password is a failed sign-in: %s', async (_name, secure, how) => {
    const port = await listening(target(secure));
    const refused = ask(endpoint(port, secure ? own() : null), how);
    await expect(refused).rejects.toMatchObject({ step: 'authentication', failure: 'denied' });
    await expect(refused).rejects.not.toThrow(/guess/);
  });

  test('a clear-text body over HTTP after NTLM is not answered', async () => {
    const channel = new HttpChannel(endpoint(await listening(target(false)), null), limits);
    running.push(channel);
    const answer = await channel.post({ 'Content-Type': 'application/soap+xml' }, Buffer.from(envelope));
    expect(answer.status).toBe(401);
  });
});

describe('TLS', () => {
  test('an unknown certificate is refused, a pinned one is taken, another pin is not', async () => {
    const port = await listening(target(true));
    await expect(ask(endpoint(port, { kind: 'verify', ca: [] }), basic())).rejects.toMatchObject({
      step: 'tls',
      failure: 'untrusted-certificate',
    });
    const sha256 = new X509Certificate(cert).fingerprint256;
    expect(await ask(endpoint(port, { kind: 'pin', sha256 }), basic())).toContain('admin');
    await expect(
      ask(endpoint(port, { kind: 'pin', sha256: '00'.repeat(32) }), basic()),
    ).rejects.toMatchObject({ step: 'tls' });
    expect(await ask(endpoint(port, { kind: 'insecure' }), basic())).toContain('admin');
  });

  test('a certificate for another name is refused', async () => {
    const port = await listening(target(true));
    await expect(ask(endpoint(port, own(), '127.0.0.1'), basic())).rejects.toThrow(
      /ERR_TLS_CERT_ALTNAME_INVALID/,
    );
  });

  test('HTTPS to the HTTP port says so', async () => {
    const port = await listening(target(false));
    await expect(ask(endpoint(port, own()), basic())).rejects.toMatchObject({
      step: 'tls',
      failure: 'not-this-protocol',
    });
  });

  test('HTTP to the HTTPS port says so', async () => {
    const port = await listening(target(true));
    await expect(ask(endpoint(port, null), ntlm())).rejects.toMatchObject({ step: 'tcp', failure: 'closed' });
  });
});

describe('failures on the way', () => {
  test('a connection that is cut after the TLS handshake is not taken for the wrong port', async () => {
    const server = createTlsServer({ cert, key }, (socket) => socket.once('data', () => socket.destroy()));
    const cut = ask(endpoint(await listening(server), own()), basic());
    await expect(cut).rejects.toMatchObject({ step: 'tls', failure: 'closed' });
    await expect(cut).rejects.not.toMatchObject({ advice: [expect.stringContaining('5985')] });
  });

  test('a name that does not resolve', async () => {
    await expect(ask(endpoint(5985, null, 'no-such-machine.invalid'), ntlm())).rejects.toMatchObject({
      step: 'name',
    });
  });

  test('nothing listens', async () => {
    const server = createServer();
    const port = await listening(server);
    await new Promise((done) => server.close(done));
    await expect(ask(endpoint(port, null), ntlm())).rejects.toMatchObject({
      step: 'tcp',
      failure: 'refused',
    });
  });

  test.each([
    ['silence', () => undefined, { step: 'command', failure: 'timeout' }],
    ['a cut connection', (socket: Socket) => socket.destroy(), { step: 'tcp', failure: 'closed' }],
    [
      'no HTTP',
      (socket: Socket) => socket.write('SSH-2.0-OpenSSH_9.2\r\n'),
      { failure: 'not-this-protocol' },
    ],
    [
      'a web page',
      (socket: Socket) =>
        socket.end('HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nhi'),
      { failure: 'not-this-protocol' },
    ],
    ['an answer without end', (socket: Socket) => flood(socket), { failure: 'too-big' }],
  ])('%s', async (_name, behave, expected) => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => behave(socket));
      running.push({ close: () => socket.destroy() });
    });
    const port = await listening(server);
    const channel = authenticatedChannel(
      new HttpChannel(endpoint(port, null), { ...limits, answerMs: 400 }),
      ntlm(),
    );
    running.push(channel);
    await expect(channel.post(envelope)).rejects.toMatchObject(expected);
  });
});

function flood(socket: Socket): void {
  socket.write('HTTP/1.1 200 OK\r\nContent-Type: application/soap+xml\r\nContent-Length: 52428800\r\n\r\n');
  const chunk = Buffer.alloc(64 * 1024, 0x20);
  const more = (): void => {
    while (!socket.destroyed && socket.write(chunk)) {
      // as fast as the other end reads
    }
  };
  socket.on('drain', more);
  more();
}
