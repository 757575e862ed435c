import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { generateCertificate } from '../../src/serve/windows/tls-certificate';
import { Kdc, kerberosPackage } from './kdc';
import { plainHandler } from './remote-client';
import { type Ended, python, run, testWith, works } from './served-lab';

const launcher = resolve(__dirname, '../../bin/slmgr');
const withKerberos = testWith(
  existsSync('/usr/sbin/krb5kdc') &&
    existsSync('/usr/sbin/kadmin.local') &&
    existsSync('/usr/bin/kinit') &&
    works(python, '-c', 'import gssapi') &&
    kerberosPackage !== null &&
    works(process.execPath, '-e', 'require(process.argv[1])', kerberosPackage),
  'krb5-kdc, krb5-admin-server, krb5-user, python3-gssapi or the npm package kerberos (SLMGR_TEST_KERBEROS=…/node_modules/kerberos)',
);

let kdc: Kdc;
let handler: Server;
let endpoint: ChildProcessWithoutNullStreams | null;
let endpointClosed: Promise<unknown>;
let said: string;

/** Starts the realm and a service of it; `proof` and `reason` as the endpoint takes them. Answers with the service's port. */
async function start({ proof = 'right', reason = 'yes' } = {}): Promise<string> {
  await kdc.start();
  const { cert, key } = await generateCertificate(['localhost'], Date.now());
  writeFileSync(join(kdc.folder, 'ca.pem'), cert);
  writeFileSync(join(kdc.folder, 'service.pem'), `${cert.trim()}\n${key.trim()}\n`, { mode: 0o600 });
  handler.on('request', plainHandler());
  handler.listen(0, '127.0.0.1');
  await once(handler, 'listening');
  endpoint = spawn(python, [join(__dirname, 'peers', 'kerberos-endpoint.py')], {
    env: {
      PATH: process.env['PATH'],
      PYTHONDONTWRITEBYTECODE: '1',
      ...kdc.env,
      HANDLER_URL: `http://127.0.0.1:${(handler.address() as AddressInfo).port}/`,
      CERTIFICATE: join(kdc.folder, 'service.pem'),
      PROOF: proof,
      REASON: reason,
    },
    stdio: 'pipe',
  });
  endpointClosed = once(endpoint, 'close');
  endpoint.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  for await (const port of createInterface({ input: endpoint.stdout })) return port;
  throw new Error(`the endpoint ended: ${said}`);
}

/** Ends the endpoint, and gives all that it said. */
async function heard(): Promise<string> {
  endpoint?.stdin.end();
  await endpointClosed;
  return said.trim();
}

/** The built program, as somebody runs it whose packages are in NODE_PATH. */
async function slmgr(target: string, env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return await run(
    process.execPath,
    [launcher, target, '/dli', '--auth', 'kerberos', '--ca-file', join(kdc.folder, 'ca.pem')],
    {
      env: {
        ...kdc.env,
        NODE_PATH: dirname(kerberosPackage ?? ''),
        HOME: kdc.folder,
        SLMGR_HOME: join(kdc.folder, 'data'),
        ...env,
      },
    },
  );
}

function expectRefusal(ended: Ended, reason: RegExp, advice: RegExp): void {
  expect(ended.stderr).toMatch(reason);
  expect(ended.stderr).toMatch(advice);
  expect(ended.stdout).toContain('Error 0x80070005 occurred in connecting to server');
  expect(ended.status).toBe(5);
}

beforeEach(() => {
  kdc = new Kdc();
  handler = createServer();
  endpoint = null;
  endpointClosed = Promise.resolve();
  said = '';
});

afterEach(async () => {
  endpoint?.kill('SIGKILL');
  await endpointClosed;
  handler.closeAllConnections();
  handler.close();
  await kdc.stop();
});

withKerberos('our client signs in with a ticket of MIT’s KDC, and both sides are proved', async () => {
  const port = await start();
  kdc.signIn();
  const ended = await slmgr(`winrms://localhost:${port}`);
  expect([ended.stderr, await heard()]).toEqual(['', 'accepted admin@LAB.EXAMPLE']);
  expect(ended.stdout).toContain('Partial Product Key: 6VM33');
  expect(ended.status).toBe(0);
});

withKerberos('the user of the target chooses the ticket, and another user has none', async () => {
  const port = await start();
  kdc.signIn();
  const own = await slmgr(`winrms://admin%40LAB.EXAMPLE@localhost:${port}`);
  expect([own.stderr, own.status]).toEqual(['', 0]);
  const other = await slmgr(`winrms://joe@localhost:${port}`);
  expectRefusal(other, /Kerberos gives no ticket for HTTP\/localhost/, /kinit/);
});

withKerberos('without a ticket nothing is sent, and kinit is advised', async () => {
  const port = await start();
  const ended = await slmgr(`winrms://localhost:${port}`);
  expectRefusal(ended, /authentication failed: Kerberos gives no ticket for HTTP\/localhost/, /kinit/);
  expect(await heard()).toBe('');
});

withKerberos('another mechanism of SPNEGO does not stand in for a ticket', async () => {
  const port = await start();
  writeFileSync(join(kdc.folder, 'ntlm'), 'LAB:admin:secret\n', { mode: 0o600 });
  const ended = await slmgr(`winrms://localhost:${port}`, { NTLM_USER_FILE: join(kdc.folder, 'ntlm') });
  expectRefusal(ended, /Kerberos gives no ticket for HTTP\/localhost/, /kinit/);
  expect(await heard()).toBe('');
});

withKerberos('a name that no service principal has is named', async () => {
  const port = await start();
  kdc.signIn();
  const ended = await slmgr(`winrms://127.0.0.1:${port}`);
  expectRefusal(
    ended,
    /no ticket for HTTP\/127\.0\.0\.1: .*not found/,
    /the name that the service principal has/,
  );
});

for (const [reason, refusal] of [
  ['yes', /localhost refused the sign-in: Key version is not available\n/],
  ['no', /localhost refused the sign-in \(it offers Negotiate\)\n/],
] as const) {
  withKerberos(
    `a service without the key of its principal refuses, and the advice is about tickets (reason told: ${reason})`,
    async () => {
      const port = await start({ reason });
      kdc.rekeyService();
      kdc.signIn();
      const ended = await slmgr(`winrms://localhost:${port}`);
      expectRefusal(ended, refusal, /klist/);
      expect(await heard()).toMatch(/^gss: .*keytab/);
    },
  );
}

/** NegTokenResp of RFC 4178 4.2.2 without a mechanism's token: accept-completed and accept-incomplete. */
const empty = { completed: 'oQcwBaADCgEA', incomplete: 'oQcwBaADCgEB' };

for (const [what, proof] of [
  ['no token', 'none'],
  ['"completed" without a proof', empty.completed],
  ['"incomplete" for ever', empty.incomplete],
  ['bytes that are no token', 'AAAA'],
] as const) {
  withKerberos(`a server that takes the ticket and answers ${what} is refused`, async () => {
    const port = await start({ proof });
    kdc.signIn();
    const ended = await slmgr(`winrms://localhost:${port}`);
    expectRefusal(ended, /localhost did not prove who it is/, /service principal/);
    expect(await heard()).toBe('accepted admin@LAB.EXAMPLE');
  });
}
