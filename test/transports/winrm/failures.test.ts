import { createServer as createHttpServer, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { isLicensingError } from '../../../src/licensing/provider';
import { createWinrmTarget } from '../../../src/serve/windows/winrm';
import { generateCertificate } from '../../../src/serve/windows/tls-certificate';
import { renderFault, renderAnswer, type ServerFault } from '../../../src/transports/winrm/soap/answer';
import { createWinrmServer } from '../../../src/transports/winrm/server/server';
import { ntHash } from '../../../src/transports/winrm/ntlm/keys';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';
import { canFilterPorts, filteredNote, filteredPort } from '../../fixtures/filtered-port';
import { randomUUID } from 'node:crypto';
import { WsmanService } from '../../../src/serve/windows/wsman/service';
import { printedFailure } from '../../../src/providers/windows/bridge/envelope';
import {
  oneMachine,
  ntlmListener,
  plainService,
  readOnlyProvider,
  runRemotely,
  secret,
  type Outcome,
} from '../../protocol/remote-client';

const open: { close: () => void }[] = [];
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'winrm-failures-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => {
  for (const item of open.splice(0)) item.close();
});

async function listening(server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  open.push({
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

type Handle = (envelope: string) => Promise<{ readonly status: number; readonly body: string }>;

/** A WinRM endpoint with real NTLM whose operations are what the test says. */
function endpoint(handle: Handle): Promise<string> {
  const account = {
    find: (user: string) => (user === 'admin' ? { account: user, ntHash: ntHash(secret) } : null),
  };
  return listening(
    createWinrmServer<string>({
      accounts: account,
      handle,
      ...ntlmListener,
    }),
  );
}

const dli = (address: string, options: Parameters<typeof runRemotely>[1] = {}): Promise<Outcome> =>
  runRemotely([`winrm://admin@${address}`, '/dli'], options);

function expectConnectError(outcome: Outcome, step: string, hresult: number): void {
  const shown = `0x${hresult.toString(16).toUpperCase().padStart(8, '0')}`;
  expect(outcome.stdout).toMatch(new RegExp(`^Error ${shown} occurred in connecting to server winrms?://`));
  expect(outcome.error).toMatchObject({ step, hresult });
  expect(outcome.error?.advice?.join(' ')).not.toBe('');
  expect(outcome.exitCode).toBe(hresult | 0);
}

const unreachable = 0x800706ba;
const denied = 0x80070005;

const onLinux = canFilterPorts ? test : test.skip;

describe('the way to the machine', () => {
  test('a name that does not resolve', async () => {
    expectConnectError(await dli('no-such-machine.invalid'), 'name', unreachable);
  });

  test('a port that nothing listens on', async () => {
    const server = createServer();
    const address = await listening(server);
    await new Promise((done) => server.close(done));
    expectConnectError(await dli(address), 'tcp', unreachable);
  });

  onLinux(`a filtered port: every packet is dropped${filteredNote}`, async () => {
    const filtered = await filteredPort();
    open.push(filtered);
    const outcome = await dli(filtered.address, { timeout: 700 });
    expectConnectError(outcome, 'tcp', unreachable);
    expect(outcome.error?.message).toContain('no answer from 127.0.0.1 port');
    expect(outcome.error?.message).toContain('within 0.7 s');
    expect(outcome.error?.advice?.join(' ')).toMatch(/filtered/);
  });

  test('an SSH server on the port', async () => {
    const outcome = await dli(
      await listening(createServer((socket) => void socket.write('SSH-2.0-OpenSSH_for_Windows_9.5\r\n'))),
    );
    expectConnectError(outcome, 'tcp', unreachable);
    expect(outcome.error?.advice?.join(' ')).toContain('ssh://HOST:PORT');
  });

  test.each([404, 503, 400, 500, 411, 413])('another web server on the port: status %d', async (status) => {
    const server = createHttpServer((_incoming, outgoing: ServerResponse) => {
      outgoing.writeHead(status, { 'Content-Type': 'text/html' }).end('<html>no such page</html>');
    });
    const outcome = await dli(await listening(server));
    expectConnectError(outcome, 'answer', 0x8007000d);
    expect(outcome.error?.message).toContain(`HTTP status ${String(status)}`);
  });

  test('a listener that lets NTLM in and answers in clear text, and one that answers 500 without a word', async () => {
    const mute = await dli(await endpoint(() => Promise.resolve({ status: 500, body: '' })));
    expectConnectError(mute, 'answer', 0x8007000d);
    expect(mute.error?.message).toContain('HTTP status 500');
  });

  test('a server that takes the connection and says nothing', async () => {
    const address = await listening(createServer());
    const outcome = await dli(address, { timeout: 1500 });
    expect(outcome.error).toMatchObject({ step: 'command', hresult: 0x800705b4 });
    const secure = await runRemotely([`winrms://admin@${address}`, '/dli'], { timeout: 1500 });
    expectConnectError(secure, 'tls', unreachable);
    expect(secure.error?.message).toContain('took too long');
  });

  test('a wrong password, an unknown user', async () => {
    const address = await listening(createWinrmTarget(oneMachine(), null));
    for (const [user, password] of [
      ['admin', 'a-wrong-guess'],
      ['nobody', secret],
    ] as const) {
      const outcome = await runRemotely([`winrm://${user}@${address}`, '/dli'], {}, password);
      expectConnectError(outcome, 'authentication', denied);
      expect(outcome.error?.advice?.join(' ')).toMatch(/LocalAccountTokenFilterPolicy.*channel binding/);
      expect(JSON.stringify([outcome.stdout, outcome.error?.message, outcome.error?.stack])).not.toContain(
        password,
      );
    }
  });

  test.each([
    ['basic', 'Negotiate', /Basic is switched off/],
    ['ntlm', 'Basic realm="WSMAN"', /does not offer Negotiate/],
    ['basic', 'Basic realm="WSMAN"', /user name .* and the password/],
  ])('a refusal of %s where %s is offered', async (auth, offered, advice) => {
    const certificate = await generateCertificate(['kms01'], Date.now());
    const server = createHttpsServer(certificate, (_incoming, outgoing) => {
      outgoing.writeHead(401, { 'WWW-Authenticate': offered, 'Content-Length': '0' }).end();
    });
    const address = await listening(server);
    const outcome = await runRemotely([`winrms://admin@${address}`, '/dli'], { insecure: true, auth });
    expectConnectError(outcome, 'authentication', denied);
    expect(outcome.error?.advice?.join(' ')).toMatch(advice);
  });

  test('a context that the target let expire: one new handshake mends it', async () => {
    const service = plainService();
    let requests = 0;
    const address = await endpoint((envelope) => {
      requests += 1;
      return requests === 1 ? Promise.resolve({ status: 400, body: '' }) : service.handle(envelope);
    });
    expect(await dli(address)).toMatchObject({ exitCode: 0, error: null });
  });

  test('a context that expires again and again is given up', async () => {
    const outcome = await dli(await endpoint(() => Promise.resolve({ status: 400, body: '' })));
    expectConnectError(outcome, 'answer', 0x8007000d);
    expect(outcome.error?.message).toContain('HTTP status 400');
  });

  test('rights: a standard account and a filtered token get fault 5', async () => {
    const filtered = { ...oneMachine(), filtersTokens: () => true };
    const outcome = await dli(await listening(createWinrmTarget(filtered, null)));
    expectConnectError(outcome, 'rights', 0x80041003);
    expect(outcome.error?.advice?.join(' ')).toContain('LocalAccountTokenFilterPolicy');
  });
});

describe('HTTPS', () => {
  async function secured(
    names: readonly string[],
    bornAt = Date.now(),
  ): Promise<{ address: string; ca: string }> {
    const certificate = await generateCertificate(names, bornAt);
    const ca = join(folder, `${Math.random().toString(36).slice(2)}.pem`);
    writeFileSync(ca, certificate.cert);
    return { address: await listening(createWinrmTarget(oneMachine(), certificate)), ca };
  }
  const over = (address: string, options: Parameters<typeof runRemotely>[1]): Promise<Outcome> =>
    runRemotely([`winrms://admin@${address}`, '/dli'], options);

  test('a self-signed certificate is refused, with its authority or --insecure it is taken', async () => {
    const { address, ca } = await secured(['kms01']);
    const outcome = await over(address, {});
    expectConnectError(outcome, 'tls', unreachable);
    expect(outcome.error?.message).toContain('SELF_SIGNED');
    expect(await over(address, { caFile: ca })).toMatchObject({ exitCode: 0, error: null });
    expect(await over(address, { insecure: true })).toMatchObject({ exitCode: 0, error: null });
    expect(await over(address, { caFile: ca, auth: 'basic' })).toMatchObject({ exitCode: 0, error: null });
  });

  test('an expired certificate, and another fingerprint than the pinned one', async () => {
    const { address, ca } = await secured(['kms01'], Date.now() - 20 * 365 * 24 * 3_600_000);
    const expired = await over(address, { caFile: ca });
    expectConnectError(expired, 'tls', unreachable);
    expect(expired.error?.message).toContain('CERT_HAS_EXPIRED');
    expectConnectError(await over(address, { fingerprint: 'ab'.repeat(32) }), 'tls', unreachable);
  });

  test('HTTPS to the HTTP port', async () => {
    const address = await listening(createWinrmTarget(oneMachine(), null));
    expectConnectError(await over(address, {}), 'tls', unreachable);
  });

  test('a certificate for another name, of a trusted authority; the pin takes it', async () => {
    const made = await generate([{ name: 'commonName', value: 'other.example' }], {
      keyType: 'ec',
      algorithm: 'sha256',
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'other.example' }] }],
    });
    const ca = join(folder, 'other.pem');
    writeFileSync(ca, made.cert);
    const address = await listening(createWinrmTarget(oneMachine(), { cert: made.cert, key: made.private }));
    const outcome = await over(address, { caFile: ca });
    expectConnectError(outcome, 'tls', unreachable);
    expect(outcome.error?.message).toMatch(
      /for another name: DNS:other\.example \(ERR_TLS_CERT_ALTNAME_INVALID\)/,
    );
    const pin = /SHA256:([0-9a-f]{64})/.exec(outcome.error?.advice?.join(' ') ?? '')?.[1];
    expect(await over(address, { fingerprint: pin })).toMatchObject({ exitCode: 0, error: null });
  });

  test('a certificate whose authority is not known', async () => {
    const authority = await generate([{ name: 'commonName', value: 'Corp CA' }], {
      keyType: 'ec',
      algorithm: 'sha256',
      extensions: [
        { name: 'basicConstraints', cA: true },
        { name: 'keyUsage', keyCertSign: true, cRLSign: true },
      ],
    });
    const made = await generate([{ name: 'commonName', value: 'kms01' }], {
      keyType: 'ec',
      algorithm: 'sha256',
      ca: { key: authority.private, cert: authority.cert },
      extensions: [{ name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] }],
    });
    const address = await listening(createWinrmTarget(oneMachine(), { cert: made.cert, key: made.private }));
    const outcome = await over(address, {});
    expectConnectError(outcome, 'tls', unreachable);
    expect(outcome.error?.message).toMatch(/UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT/);
    const caFile = join(folder, 'corp.pem');
    writeFileSync(caFile, authority.cert);
    expect(await over(address, { caFile })).toMatchObject({ exitCode: 0, error: null });
  });

  test('a server that hangs up in the handshake', async () => {
    const address = await listening(
      createServer((socket) => void socket.once('data', () => socket.destroy())),
    );
    const outcome = await over(address, {});
    expectConnectError(outcome, 'tls', unreachable);
    expect(outcome.error?.message).toContain('closed the connection during the TLS handshake');
  });
});

const relatesTo = {
  action: 'http://schemas.dmtf.org/wbem/wsman/1/wsman/fault',
  messageId: '1',
  relatesTo: '2',
};
const faulty = (fault: ServerFault): Handle => {
  const body = renderAnswer(relatesTo, renderFault(fault, 'KMS01'));
  return () => Promise.resolve({ status: 500, body });
};
const wmi = (hresult: number): Handle => faulty({ kind: 'wmi', hresult, text: 'as WMI says it' });
const wsman = (code: number): Handle =>
  faulty({ kind: 'wsman', code, subcode: 'InternalError', text: 'as WinRM says it' });

describe('faults of the first question', () => {
  test.each([
    ['no such class', 0x80041010, 'licensing-classes'],
    ['no such namespace', 0x8004100e, 'licensing-classes'],
    ['WMI access denied', 0x80041003, 'rights'],
    ['access denied in the provider', denied, 'rights'],
    ['provider failed to load', 0x80041013, 'licensing-classes'],
    ['the service is disabled', 0x80070422, 'licensing-classes'],
    ['RPC server unavailable inside WMI', unreachable, 'licensing-classes'],
    ['not found', 0x80041002, 'licensing-classes'],
    ['a query that stays invalid', 0x80041017, 'licensing-classes'],
    ['licensing itself denies it', 0xc004f025, 'rights'],
    ['the service is ending', 0xc004f075, 'licensing-classes'],
  ])('%s', async (_name, hresult, step) => {
    expectConnectError(await dli(await endpoint(wmi(hresult))), step, hresult);
  });

  test.each([
    [0x80070422, /sppsvc/],
    [0xc004f075, /sppsvc/],
    [0x80041010, /licensable Windows/],
    [unreachable, /winmgmt/],
  ])('what to do about %d', async (hresult, advice) => {
    const { error } = await dli(await endpoint(wmi(hresult)));
    expect(error?.advice?.join(' ')).toMatch(advice);
  });

  test.each([
    [0x803381a5, /used up its share/],
    [0x803381a6, /used up its share/],
    [0x803381ab, /used up its share/],
    [0x80338169, /Public/],
    [0x80338118, /report it/],
    [0x8033805a, /report it/],
    [0x8033805b, /report it/],
    [0x80338060, /report it/],
    [0x803380fa, /report it/],
  ])("what to do about WinRM's own %d", async (code, advice) => {
    const outcome = await dli(await endpoint(wsman(code)));
    expectConnectError(outcome, 'licensing-classes', code);
    expect(outcome.error?.advice?.join(' ')).toMatch(advice);
  });

  test('a bare Win32 code of WinRM becomes its HRESULT', async () => {
    const { error, stdout } = await dli(await endpoint(wsman(87)));
    expect(error).toMatchObject({ hresult: 0x80070057 });
    expect(stdout).toMatch(/^Error 0x80070057/);
  });

  test('an operation that timed out on the target says that the state is unknown', async () => {
    const { error } = await dli(await endpoint(wsman(0x80338029)));
    expect(error).toMatchObject({ step: 'command', hresult: 0x800705b4 });
    expect(error?.advice?.join(' ')).toContain('/dlv');
  });
});

/** Characters that a terminal would obey, line ends aside. */
function controlsOf(text: string): readonly string[] {
  return Array.from(text).filter((character) => {
    const code = character.codePointAt(0) ?? 0;
    return (code < 0x20 && character !== '\n') || (code >= 0x7f && code <= 0x9f);
  });
}

/** An answer in which the service's version is text of the test's choice. */
const withVersion = (version: string): Handle => {
  const body =
    '<n:EnumerateResponse><n:EnumerationContext/><w:Items><w:XmlFragment><Version>' +
    `${version}</Version></w:XmlFragment></w:Items><w:EndOfSequence/></n:EnumerateResponse>`;
  return () => Promise.resolve({ status: 200, body: renderAnswer(relatesTo, body) });
};

describe('hostile answers', () => {
  test.each<[string, Handle]>([
    ['no XML', () => Promise.resolve({ status: 200, body: 'hello' })],
    ['XML that never ends', () => Promise.resolve({ status: 200, body: '<a><b>' })],
    [
      'entities that grow',
      () => Promise.resolve({ status: 200, body: '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>' }),
    ],
    ['another envelope', () => Promise.resolve({ status: 200, body: '<Envelope/>' })],
    ['nothing', () => Promise.resolve({ status: 200, body: '' })],
    ['very deep XML', () => Promise.resolve({ status: 200, body: '<a>'.repeat(100_000) })],
  ])('%s is refused as no WS-Management', async (_name, handle) => {
    const outcome = await dli(await endpoint(handle));
    expect(isLicensingError(outcome.error)).toBe(true);
    expect(outcome.error).toMatchObject({ step: 'answer' });
    expect(outcome.stdout).toMatch(/^Error 0x8007000D occurred in connecting/);
  });

  test('an enumeration that never ends is given up', async () => {
    const body =
      '<n:PullResponse><n:EnumerationContext>again</n:EnumerationContext><n:Items>' +
      `${'<w:XmlFragment><Version>1</Version></w:XmlFragment>'.repeat(2000)}</n:Items></n:PullResponse>`;
    const first = body.replaceAll('PullResponse', 'EnumerateResponse').replaceAll('n:Items', 'w:Items');
    const outcome = await dli(
      await endpoint((text) =>
        Promise.resolve({
          status: 200,
          body: renderAnswer(relatesTo, text.includes(':Pull>') ? body : first),
        }),
      ),
    );
    expect(outcome.error).toMatchObject({ step: 'answer' });
  });

  test('more than 50 MB are not read', async () => {
    const server = createHttpServer((_incoming, outgoing: ServerResponse) => {
      outgoing.writeHead(200, { 'Content-Type': 'application/soap+xml' });
      const chunk = Buffer.alloc(1024 * 1024, 0x20);
      const more = (left: number): void => {
        if (left === 0) outgoing.end();
        else outgoing.write(chunk, () => more(left - 1));
      };
      more(60);
    });
    const outcome = await dli(await listening(server));
    expect(outcome.error).toMatchObject({ step: 'answer' });
    expect(outcome.error?.message).toContain('larger than 52428800 bytes');
  });

  test('control characters of an answer do not reach the terminal', async () => {
    const loud = await dli(
      await endpoint(faulty({ kind: 'wmi', hresult: 0x80041010, text: 'red \u009b31m and bell\u0085' })),
    );
    expect(controlsOf(`${loud.stdout}${loud.error?.message ?? ''}`)).toEqual([]);
    const version = await dli(await endpoint(withVersion('10.0\u009b2J')));
    expect(controlsOf(version.stdout)).toEqual([]);
  });
});

describe('the remote shell, for what needs the script', () => {
  test.each([
    ['no PowerShell', { exitCode: 9009, stdout: '' }, 'command', 0x80070002],
    ['no answer', { exitCode: 1, stdout: 'what?' }, 'answer', 0x8007000d],
    ['constrained', { exitCode: 0, stdout: '#slmgr-mode:ConstrainedLanguage#' }, 'rights', 0x800704ec],
    ['a script that fails', { exitCode: 0, stdout: printedFailure('broken') }, 'answer', 0x8007000d],
  ])('%s', async (_name, { exitCode, stdout }, step, hresult) => {
    const service = new WsmanService({
      machine: 'KMS01',
      provider: () => Promise.resolve(readOnlyProvider()),
      run: () =>
        Promise.resolve({ exitCode, stdout: Buffer.from(stdout), stderr: Buffer.from('said \u001b[31mred') }),
      denied: () => null,
      newGuid: randomUUID,
      receiveWait: () => Promise.resolve(),
    });
    const address = await endpoint((envelope) => service.handle(envelope));
    const outcome = await runRemotely([`winrm://admin@${address}`, '/rilc']);
    expect(outcome.error).toMatchObject({ step, hresult });
    expect(outcome.exitCode).not.toBe(0);
    expect(controlsOf(`${outcome.stdout}${outcome.error?.message ?? ''}`)).toEqual([]);
  });
});

describe('a connection that is cut', () => {
  test('before the answer to a change: the state is read again and the truth is told', async () => {
    const service = plainService();
    let cut = 0;
    const server = await endpoint(async (envelope) => {
      if (envelope.includes('ManagementServiceMachine_INPUT')) {
        cut += 1;
        await new Promise(() => undefined);
      }
      return await service.handle(envelope);
    });
    // Between both ends stands one who breaks the line at the change.
    const [, port = ''] = server.split(':');
    let requests = 0;
    const between = createServer((socket) => {
      const upstream = connect(Number(port), '127.0.0.1');
      upstream.on('error', () => socket.destroy());
      socket.pipe(upstream);
      upstream.pipe(socket);
      const watch = setInterval(() => {
        if (cut > requests) {
          requests = cut;
          socket.destroy();
          upstream.destroy();
          clearInterval(watch);
        }
      }, 10);
      socket.on('close', () => {
        clearInterval(watch);
        upstream.destroy();
      });
    });
    const address = await listening(between);
    const outcome = await runRemotely([`winrm://admin@${address}`, '/skms', 'kms.other.example']);
    expect(cut).toBe(1);
    expect(outcome.stdout).toMatch(/^Error: 0x800706BE /);
    expect(outcome.exitCode).toBe(0x800706be | 0);
    expect(outcome.error).toMatchObject({ step: 'command', hresult: 0x800706be });
    // The machine was asked again, over a new connection: the change had not arrived.
    expect(outcome.error?.advice?.join(' ')).toMatch(
      /lost while SetKeyManagementServiceMachine.* was under way; the machine was asked again\. After SetKeyManagementServiceMachine: KeyManagementServiceMachine is kms\.lab\.example\./,
    );
  });

  test('before the answer to a change, and for good: nobody knows', async () => {
    const service = plainService();
    let isOver = false;
    const sockets = new Set<Socket>();
    const [, port = ''] = (
      await endpoint(async (envelope) => {
        if (!envelope.includes('ManagementServiceMachine_INPUT')) return await service.handle(envelope);
        isOver = true;
        sockets.forEach((socket) => socket.destroy());
        return await new Promise(() => undefined);
      })
    ).split(':');
    const address = await listening(
      createServer((socket) => {
        if (isOver) {
          socket.destroy();
          return;
        }
        sockets.add(socket);
        const upstream = connect(Number(port), '127.0.0.1');
        upstream.on('error', () => socket.destroy());
        socket.on('error', () => undefined).on('close', () => upstream.destroy());
        socket.pipe(upstream).pipe(socket);
      }),
    );
    const outcome = await runRemotely([`winrm://admin@${address}`, '/skms', 'kms.other.example']);
    expect(outcome.error).toMatchObject({ step: 'command', hresult: 0x800706be });
    expect(outcome.error?.advice?.join(' ')).toMatch(
      /cannot be asked again: whether .* took place is unknown/,
    );
  });
});
