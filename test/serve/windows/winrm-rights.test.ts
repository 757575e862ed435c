import { restartMachine } from '../../../src/lab/estate/power';
import { removeAccount } from '../../../src/lab/estate/accounts';
import { setMachine } from '../../../src/lab/estate/settings-of-machine';
import { listen, type Listening } from '../../../src/serve/windows/listen';
import { servedMachine } from '../../../src/serve/windows/served-machine';
import { createWinrmTarget } from '../../../src/serve/windows/winrm';
import { authenticatedChannel } from '../../../src/transports/winrm/http/authentication';
import { HttpChannel } from '../../../src/transports/winrm/http/channel';
import { isWsmanFault } from '../../../src/transports/winrm/wsman/error';
import { action, cmdShellUri } from '../../../src/transports/winrm/soap/names';
import { child } from '../../../src/transports/winrm/soap/xml';
import { WsmanClient } from '../../../src/transports/winrm/wsman/client';
import { closeLaboratories, type TestLaboratory } from '../../lab/estate/laboratories';
import { account, password, twoMachines } from './support';

let laboratory: TestLaboratory;
let winrm: Listening;
let connections: number;
const open: { close(): void }[] = [];

beforeEach(async () => {
  laboratory = twoMachines();
  connections = 0;
  const server = createWinrmTarget(servedMachine(laboratory, 'KMS01'), null);
  server.on('connection', () => (connections += 1));
  winrm = await listen(server, '127.0.0.1', 0);
});

afterEach(async () => {
  for (const each of open.splice(0)) each.close();
  await winrm.close();
  closeLaboratories();
});

function connection(): HttpChannel {
  const endpoint = { host: '127.0.0.1', port: winrm.port, tls: null };
  return new HttpChannel(endpoint, { connectMs: 60_000, answerMs: 60_000, maxAnswerBytes: 1_000_000 });
}

/** A client that signs in with NTLM, which belongs to its connection, and keeps to that. */
function clientOf(user: string, secret = password, http = connection()): WsmanClient {
  const credentials = { user, domain: '', password: secret };
  const channel = authenticatedChannel(http, { kind: 'ntlm', credentials });
  open.push(channel);
  let number = 0;
  return new WsmanClient(channel, {
    url: `http://127.0.0.1:${winrm.port}/wsman`,
    operationTimeoutSeconds: 60,
    maxEnvelopeSize: 153_600,
    newGuid: () => `00000000-0000-4000-8000-${String((number += 1)).padStart(12, '0')}`,
  });
}

const wql = 'SELECT Version FROM SoftwareLicensingService';

function outcomeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'done',
    (error: unknown) => (isWsmanFault(error) ? error.message : `no fault: ${String(error)}`),
  );
}

async function createShell(client: WsmanClient): Promise<Readonly<Record<string, string>>> {
  const created = await client.perform({
    resourceUri: cmdShellUri,
    action: action.create,
    body: '<rsp:Shell><rsp:OutputStreams>stdout</rsp:OutputStreams></rsp:Shell>',
  });
  return { ShellId: child(created, 'Shell', 'ShellId')?.text ?? '' };
}

const startIn = (client: WsmanClient, selectors: Readonly<Record<string, string>>): Promise<string> =>
  client
    .perform({
      ...{ resourceUri: cmdShellUri, action: action.command, selectors },
      body: '<rsp:CommandLine><rsp:Command>cscript //nologo slmgr.vbs /upk</rsp:Command></rsp:CommandLine>',
    })
    .then((body) => child(body, 'CommandResponse', 'CommandId')?.text ?? '');

const receive = (
  client: WsmanClient,
  selectors: Readonly<Record<string, string>>,
  command: string,
): Promise<unknown> =>
  client.perform({
    ...{ resourceUri: cmdShellUri, action: action.receive, selectors },
    body: `<rsp:Receive><rsp:DesiredStream CommandId="${command}">stdout</rsp:DesiredStream></rsp:Receive>`,
  });

const keysLeft = (): number =>
  laboratory.store.read(
    (reader) => reader.machine('KMS01')!.state.products.filter(({ key }) => key !== null).length,
  );

describe('rights are lost over WinRM at the next request of a connection that is open', () => {
  test.each([
    ['is made standard', () => account(laboratory, 'admin', { machine: 'KMS01', standard: true })],
    ['is removed', () => removeAccount(laboratory, 'admin', 'KMS01')],
    [
      'is given another password',
      () => account(laboratory, 'admin', { machine: 'KMS01', password: 'new-1!' }),
    ],
    ['has a token that is filtered', () => setMachine(laboratory, 'KMS01', { elevated: false })],
  ])('by an administrator who %s', async (_what, change) => {
    const client = clientOf('admin');
    expect(await client.query('root/cimv2', wql)).toHaveLength(1);
    const shell = await createShell(client);
    const command = await startIn(client, shell);
    const keys = keysLeft();
    change();
    expect(await outcomeOf(client.query('root/cimv2', wql))).toMatch(/Access is denied/);
    expect(await outcomeOf(createShell(client))).toMatch(/Access is denied/);
    expect(await outcomeOf(startIn(client, shell))).toMatch(/Access is denied/);
    // The command was taken before, and had not begun.
    expect(await outcomeOf(receive(client, shell, command))).toMatch(/Access is denied/);
    expect(keysLeft()).toBe(keys);
    expect(connections).toBe(1);
  });

  test('by the old password, which ends nothing that was opened with the new one', async () => {
    const old = clientOf('admin');
    await old.query('root/cimv2', wql);
    account(laboratory, 'admin', { machine: 'KMS01', password: 'new-1!' });
    const client = clientOf('admin', 'new-1!');
    const shell = await createShell(client);
    expect(await outcomeOf(old.query('root/cimv2', wql))).toMatch(/Access is denied/);
    expect(await startIn(client, shell)).not.toBe('');
  });

  test('and a standard user never had them', async () => {
    expect(await outcomeOf(clientOf('joe').query('root/cimv2', wql))).toMatch(/Access is denied/);
  });
});

describe('a machine that was restarted', () => {
  test('has ended connections, shells and their commands', async () => {
    const client = clientOf('admin');
    const shell = await createShell(client);
    const command = await startIn(client, shell);
    await restartMachine(laboratory, 'KMS01');
    expect(await outcomeOf(client.query('root/cimv2', wql))).toMatch(/^no fault/);
    const again = clientOf('admin');
    expect(await again.query('root/cimv2', wql)).toHaveLength(1);
    expect(await outcomeOf(receive(again, shell, command))).not.toBe('done');
    expect(await outcomeOf(startIn(again, shell))).not.toBe('done');
    expect(await startIn(again, await createShell(again))).not.toBe('');
  });
});

describe('a connection that has signed in', () => {
  test('is asked to do so anew where it says nothing, as clients that do it for each message need', async () => {
    const http = connection();
    const first = clientOf('admin', password, http);
    expect(await first.query('root/cimv2', wql)).toHaveLength(1);
    const asked = await http.post({}, Buffer.alloc(0));
    expect([asked.status, asked.headers['www-authenticate']]).toEqual([
      401,
      'Negotiate, Basic realm="WSMAN"',
    ]);
    // What is sealed goes on, and a second sign-in takes its place.
    expect(await first.query('root/cimv2', wql)).toHaveLength(1);
    expect(await clientOf('admin', password, http).query('root/cimv2', wql)).toHaveLength(1);
    expect(await outcomeOf(clientOf('admin', 'wrong', http).query('root/cimv2', wql))).toMatch(/^no fault/);
    expect(connections).toBe(1);
  });
});
