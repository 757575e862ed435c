import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { createWinrmServer } from '../../src/transports/winrm/server/server';
import { ntHash } from '../../src/transports/winrm/ntlm/keys';
import { ntlmListener, plainService, readOnlyProvider, secret } from '../protocol/remote-client';
import { launcher, Program, type Document } from './program';
import { Running } from './served';

const password = 'Secret-Pa55!word';
const python = '/usr/bin/python3';

interface Counts {
  readonly ok: number;
  readonly changed: number;
  readonly failed: number;
  readonly unreachable: number;
  readonly notRun: number;
  readonly unknown: number;
}

interface Result {
  readonly machine: string;
  readonly outcome: string;
  readonly verification: string | null;
  readonly step: string | null;
  readonly text: string;
}

const countsOf = (document: Document): Counts => document.data['counts'] as Counts;
const resultsOf = (document: Document): readonly Result[] => document.data['results'] as readonly Result[];

describe('a verb on many machines over the network', () => {
  const far = new Program();
  const near = new Program();
  const targets = join(near.home, 'targets.yaml');
  let serving: Running;

  beforeAll(async () => {
    near.env['HOME'] = near.home;
    near.env['SSH_AUTH_SOCK'] = undefined;
    near.env['SLMGR_PASSWORD'] = password;
    far.ok('lab', 'init', '--now', '2026-01-05T08:00:00Z', '--seed', '1');
    far.ok('lab', 'add', 'PC', '--count', '4', '--product', 'Windows 11 Enterprise');
    far.runWith({ input: `${password}\n` }, 'lab', 'account', 'add', 'admin', '--password-stdin');
    serving = new Running(far, ...'lab serve --ssh 0 --winrm 0 --winrms 0 --targets-out'.split(' '), targets);
    await serving.until(({ stdout }) => stdout.split('\n').length > 12 && existsSync(targets));
  }, 60_000);

  afterAll(async () => {
    await serving.stop();
    far.remove();
    near.remove();
  });

  test('SSH, WinRM and WinRM over HTTPS in one run: the text is that of the machine itself', () => {
    const ended = near.run('@all', '/dli', '--targets', targets);
    expect(ended.stderr).toMatch(/^slmgr: 12 machines: 12 ok \(/);
    expect(ended.status).toBe(0);
    const [heading] = ended.stdout.split('\n');
    expect(heading).toContain('(12) ok ==');
    expect(ended.stdout).toContain(far.ok('PC-001', '/dli').trim());
  });

  test('check-connection and snapshot go the same ways', () => {
    const checked = near.run('check-connection', '@all', '--targets', targets);
    expect([checked.status, checked.stderr]).toEqual([0, expect.stringContaining('12 machines: 12 ok')]);
    expect(checked.stdout.match(/^== .* \(4\) ok ==$/gm)).toHaveLength(3);
    const folder = join(near.home, 'recorded');
    const words = ['PC-00[1-2],PC-001-winrm', '--targets', targets, '--out', folder];
    expect(near.run('snapshot', ...words).status).toBe(0);
    expect(readdirSync(folder).sort()).toEqual(['PC-001-winrm.json', 'PC-001.json', 'PC-002.json']);
    const own = far.ok('PC-001', '/dli');
    expect(near.ok('--snapshot', join(folder, 'PC-001.json'), '/dli')).toBe(own);
    expect(near.ok('--snapshot', join(folder, 'PC-001-winrm.json'), '/dli')).toBe(own);
  });

  test('changes over the network are read back; who is away or refuses the user is unreachable, with the step', () => {
    const closed = join(near.home, 'away.yaml');
    writeFileSync(closed, 'targets:\n  away: {host: 127.0.0.1, transport: winrm, port: 1, user: admin}\n', {
      mode: 0o600,
    });
    const document = near.json(
      'PC-001,PC-002-winrms,away',
      '/skms',
      'kms.example:1689',
      '--targets',
      targets,
      '--targets',
      closed,
      '--retries',
      '1',
    );
    expect(
      resultsOf(document).map(({ outcome, verification, step }) => [outcome, verification, step]),
    ).toEqual([
      ['changed', 'verified', null],
      ['changed', 'verified', null],
      ['unreachable', null, 'tcp'],
    ]);
    expect(document.exitCode).toBe(3);
    expect(far.json('PC-002', '/dlv').data['service']).toMatchObject({
      kmsMachine: 'kms.example',
      kmsPort: 1689,
    });
    const wrong = near.runWith(
      { env: { SLMGR_PASSWORD: 'wrong' } },
      'PC-001,PC-002-winrm',
      '/dli',
      '--targets',
      targets,
      '--retries',
      '3',
      '--json',
    );
    const refused = JSON.parse(wrong.stdout) as Document & {
      readonly data: { readonly results: readonly { readonly attempts: number }[] };
    };
    expect(resultsOf(refused).map(({ step }) => step)).toEqual(['authentication', 'authentication']);
    // A wrong password is not tried again: that locks accounts.
    expect(refused.data.results.map(({ attempts }) => attempts)).toEqual([1, 1]);
    expect(refused.exitCode).toBe(4);
  });

  (existsSync(python) ? test : test.skip)(
    `at a terminal WinRM's password is asked for once${existsSync(python) ? '' : ' (skipped: no python3)'}`,
    () => {
      const waits = [['Password for', `${password}\n`]];
      const line = [join(__dirname, 'at-terminal.py'), JSON.stringify(waits), process.execPath, launcher];
      const words = ['PC-00[1-2]-winrm,PC-001-winrms', '/xpr', '--targets', targets];
      const env = { ...near.env, SLMGR_PASSWORD: undefined };
      const { status, stdout } = spawnSync(python, [...line, ...words], {
        encoding: 'utf8',
        env,
        timeout: 60_000,
      });
      expect(stdout).toContain('Password for admin on 3 machines (PC-[001-002]-winrm,PC-001-winrms): ');
      expect(stdout.match(/Password for/g)).toHaveLength(1);
      expect([status, stdout]).toEqual([0, expect.stringContaining('3 machines: 3 ok')]);
    },
  );

  (existsSync(python) ? test : test.skip)(
    `at a terminal a verb that cannot be taken back asks first${existsSync(python) ? '' : ' (skipped: no python3)'}`,
    () => {
      const words = (answer: string): readonly string[] => [
        join(__dirname, 'at-terminal.py'),
        JSON.stringify([['(yes/no)?', `${answer}\n`]]),
        process.execPath,
        launcher,
        'PC-[003-004]',
        '/cpky',
        '--targets',
        targets,
      ];
      const at = (answer: string): { readonly status: number | null; readonly stdout: string } =>
        spawnSync(python, words(answer), { encoding: 'utf8', env: near.env, timeout: 60_000 });
      const no = at('no');
      expect(no.stdout).toContain('/cpky on 2 machines: PC-[003-004]');
      expect(no.stdout).toContain('Nothing was sent.');
      expect(no.status).toBe(1);
      const yes = at('yes');
      expect(yes.stdout).toContain('(2) changed, not-verifiable');
      expect(yes.status).toBe(0);
    },
  );
});

describe('a run that is interrupted', () => {
  const near = new Program();
  const sockets = new Set<Socket>();
  const names = [...Array(9).keys()].map((at) => `m${String(at + 1).padStart(2, '0')}`);
  const targets = join(near.home, 'targets.yaml');
  const service = plainService(() => {
    const machine = { ...readOnlyProvider(), invoke: () => Promise.resolve({}) };
    Reflect.deleteProperty(machine, 'refusesChanges');
    return machine;
  });
  let changes = 0;
  let delayMs = 0;
  let hangs = false;
  let cuts = false;
  const server = createWinrmServer<string>({
    accounts: { find: (user) => (user === 'admin' ? { account: user, ntHash: ntHash(secret) } : null) },
    handle: async (envelope) => {
      if (envelope.includes('ManagementServiceMachine_INPUT')) changes += 1;
      if (cuts && envelope.includes('ManagementServiceMachine_INPUT')) {
        sockets.forEach((socket) => socket.destroy());
        return new Promise(() => undefined);
      }
      if (hangs) return new Promise(() => undefined);
      await new Promise((done) => setTimeout(done, delayMs));
      return service.handle(envelope);
    },
    ...ntlmListener,
  });

  beforeAll(async () => {
    near.env['HOME'] = near.home;
    near.env['SLMGR_PASSWORD'] = secret;
    server.on('connection', (socket: Socket) => {
      sockets.add(socket.on('error', () => undefined));
      socket.once('close', () => sockets.delete(socket));
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    const entry = `{host: 127.0.0.1, transport: winrm, port: ${port}, user: admin}`;
    writeFileSync(targets, `targets:\n${names.map((name) => `  ${name}: ${entry}\n`).join('')}`, {
      mode: 0o600,
    });
  });

  afterAll(() => {
    sockets.forEach((socket) => socket.destroy());
    server.close();
    near.remove();
  });

  const start = (...words: readonly string[]): Running =>
    new Running(near, ...words, '--targets', targets, '--ndjson');

  const lines = (running: Running): number => running.stdout.split('\n').length - 1;

  beforeEach(() => {
    [changes, delayMs, hangs, cuts] = [0, 3, false, false];
  });

  test('once: no new machine is begun, what runs is finished, and the rest can be taken up', async () => {
    const running = start('@all', '/xpr', '--concurrency', '2');
    await running.until((one) => lines(one) >= 2);
    expect(await running.stop('SIGINT')).toBe(130);
    const summary = running.documents().at(-1)!;
    const counts = countsOf(summary);
    expect(summary.exitCode).toBe(130);
    expect(counts.notRun).toBeGreaterThan(0);
    expect(counts.ok + counts.notRun).toBe(names.length);
    const rest = await documentOf('/xpr', '--rerun', 'not-run');
    expect(countsOf(rest)).toMatchObject({ ok: counts.notRun });
  }, 60_000);

  test('twice: what is under way is broken off, and the document still comes', async () => {
    const running = start('@all', '/xpr', '--concurrency', '2');
    await running.until((one) => lines(one) >= 1);
    hangs = true;
    const end = running.stop('SIGINT');
    await running.until(({ stderr }) => stderr.includes('Ctrl+C again'));
    void running.stop('SIGINT');
    expect(await end).toBe(130);
    const counts = countsOf(running.documents().at(-1)!);
    expect(counts.unreachable).toBeGreaterThan(0);
    expect(counts.ok + counts.unreachable + counts.notRun).toBe(names.length);
  }, 60_000);

  /** Ends a run of changes in its middle as a power cut would, and tells for how many machines it was begun. */
  async function killed(): Promise<number> {
    const running = start('@all', '/skms', 'kms.lab.example', '--concurrency', '3');
    await running.until(() => changes >= 4);
    await running.stop('SIGKILL');
    const folder = join(near.home, 'data', 'runs');
    const last = readdirSync(folder).sort().at(-1)!;
    return readFileSync(join(folder, last), 'utf8').match(/\{"begun"/g)!.length;
  }

  test('kill -9 in the middle of changes: nothing is sent twice, and the rest can be taken up', async () => {
    const begun = await killed();
    expect(begun).toBeGreaterThanOrEqual(4);
    const rest = await documentOf('/skms', 'kms.lab.example', '--rerun', 'not-run');
    expect(countsOf(rest)).toMatchObject({ changed: names.length - begun });
    expect(changes).toBeLessThanOrEqual(names.length);
  }, 60_000);

  test('of what is unknown the state is read, and a change that is there is not sent again', async () => {
    await killed();
    const sent = changes;
    const unsure = await documentOf('/skms', 'kms.lab.example', '--rerun', 'unknown');
    expect(countsOf(unsure).changed).toBeGreaterThan(0);
    expect(resultsOf(unsure).every(({ verification }) => verification === 'verified')).toBe(true);
    expect(changes).toBe(sent);
  }, 60_000);

  test('a change whose connection is cut is looked for, and unknown where it is not found', async () => {
    cuts = true;
    const running = start('m0[1-1]', '/skms', 'kms.other.example');
    await running.until(({ stdout }) => stdout.includes('"counts"'));
    expect(await running.stop('SIGCONT')).toBe(4);
    expect(countsOf(running.documents().at(-1)!)).toMatchObject({ unknown: 1 });
    expect(changes).toBe(1);
  }, 60_000);

  /** The server is in this process: it must go on while the program runs. */
  async function documentOf(...words: readonly string[]): Promise<Document> {
    const running = new Running(near, ...words, '--targets', targets, '--json');
    await running.until(({ stdout }) => stdout.endsWith('}\n'));
    await running.stop('SIGCONT');
    return running.documents().at(-1)!;
  }
});
