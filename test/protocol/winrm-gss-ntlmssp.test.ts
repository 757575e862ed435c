import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { plainHandler, runRemotely, secret } from './remote-client';
import { python, testWith, works } from './served-lab';

const withGssNtlmssp = testWith(
  existsSync('/etc/gss/mech.d/mech.ntlmssp.conf') && works(python, '-c', 'import gssapi'),
  "Debian's gss-ntlmssp or python3-gssapi",
);

let folder: string;
let handler: Server;
let endpoint: ChildProcess | null = null;

/** gss-ntlmssp reads one account and its names from the environment of the process. */
async function start(): Promise<{ readonly address: string; readonly complaints: () => string }> {
  let said = '';
  folder = mkdtempSync(join(tmpdir(), 'gss-ntlm-'));
  writeFileSync(join(folder, 'users'), `LAB:admin:${secret}\n`, { mode: 0o600 });
  handler = createServer(plainHandler());
  handler.listen(0, '127.0.0.1');
  await once(handler, 'listening');
  endpoint = spawn(python, [join(__dirname, 'peers', 'gss-ntlm-endpoint.py')], {
    env: {
      PATH: process.env['PATH'],
      PYTHONDONTWRITEBYTECODE: '1',
      HANDLER_URL: `http://127.0.0.1:${(handler.address() as AddressInfo).port}/`,
      NTLM_USER_FILE: join(folder, 'users'),
      ...{ NETBIOS_COMPUTER_NAME: 'KMS01', NETBIOS_DOMAIN_NAME: 'LAB' },
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  endpoint.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [port] = (await once(endpoint.stdout!, 'data')) as [Buffer];
  return { address: `127.0.0.1:${port.toString().trim()}`, complaints: () => said };
}

afterEach(async () => {
  if (endpoint?.kill('SIGKILL') === true) await once(endpoint, 'close');
  endpoint = null;
  handler.closeAllConnections();
  handler.close();
  rmSync(folder, { recursive: true, force: true });
});

withGssNtlmssp('our client signs in to gss-ntlmssp and exchanges sealed messages with it', async () => {
  const { address, complaints } = await start();
  const { stdout, exitCode, error } = await runRemotely([`winrm://LAB%5Cadmin@${address}`, '/dli']);
  expect({ error, complaints: complaints() }).toEqual({ error: null, complaints: '' });
  expect(exitCode).toBe(0);
  expect(stdout).toContain('Partial Product Key: 6VM33');
});

withGssNtlmssp('gss-ntlmssp refuses a wrong password, and the error says so without it', async () => {
  const { address } = await start();
  const refused = await runRemotely([`winrm://LAB%5Cadmin@${address}`, '/dli'], {}, 'a-wrong-guess');
  expect(refused.error).toMatchObject({ step: 'authentication', hresult: 0x80070005 });
  expect(refused.stdout).toContain('Error 0x80070005 occurred in connecting to server');
  expect(JSON.stringify([refused.stdout, refused.error?.message, refused.error?.advice])).not.toContain(
    'guess',
  );
});
