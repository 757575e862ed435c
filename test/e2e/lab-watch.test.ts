import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { Terminal, tmuxIsHere } from '../fixtures/terminal';
import { InProcess } from '../storm/in-process';

// Programs start at a terminal of their own, on a computer that has other work.
jest.setTimeout(120_000);

const launcher = resolve(__dirname, '../../bin/slmgr');
const server = 'Windows Server 2022 Standard';
let program: InProcess;
let env: NodeJS.ProcessEnv;

beforeEach(async () => {
  program = new InProcess();
  const { folder } = program;
  env = { PATH: process.env['PATH'], HOME: folder, SLMGR_HOME: join(folder, 'data'), TERM: 'xterm' };
  await program.ok('lab', 'init', '--now', '2026-01-05T08:00:00Z', '--domain', 'lab.example');
  await program.ok('lab', 'add', 'KMS01', '--product', server);
});

const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  program.remove();
});

async function activateHost(): Promise<void> {
  const key = await program.ok('lab', 'mint-key', '--type', 'csvlk', '--for', server);
  await program.ok('KMS01', '/ipk', key.trim());
  await program.ok('KMS01', '/ato');
}

/** `lab watch` in a pipe, once it is there to see what follows. */
async function watching(...options: readonly string[]): Promise<{
  readonly firstLine: Promise<string>;
  readonly ended: Promise<{ readonly lines: readonly string[]; readonly status: number | null }>;
  readonly says: (text: RegExp) => Promise<void>;
  readonly stop: () => void;
}> {
  const child = spawn(process.execPath, [launcher, 'lab', 'watch', ...options], { env });
  children.push(child);
  let out = '';
  let wake = (): void => undefined;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    wake();
  });
  const linesOf = (text: string): readonly string[] => text.trimEnd().split('\n');
  const says = async (text: RegExp): Promise<void> => {
    while (!text.test(out)) await new Promise<void>((done) => (wake = done));
  };
  const firstLine = says(/\n/).then(() => linesOf(out)[0] ?? '');
  const ended = once(child, 'close').then(([status]) => ({
    lines: linesOf(out),
    status: status as number | null,
  }));
  // What is done before the first look is not seen: a machine is stopped and started until it is.
  const poke = async (): Promise<void> => {
    for (let tries = 0; tries < 100 && out === ''; tries += 1) {
      await program.ok('lab', tries % 2 === 0 ? 'stop' : 'start', 'KMS01');
      await Promise.race([firstLine, new Promise((done) => setTimeout(done, 300))]);
    }
    await program.ok('lab', 'start', 'KMS01');
  };
  await poke();
  return { firstLine, ended, says, stop: () => void child.kill('SIGINT') };
}

test('in a pipe each event, licence and count is a line as it comes, until a signal', async () => {
  const watch = await watching();
  expect(await watch.firstLine).toMatch(/^2026-01-05T08:00:00.000Z {2}KMS01 {2}/);
  await activateHost();
  await program.ok('lab', 'add', 'SRV', '--product', server, '--count', '5');
  await program.ok('lab', 'clock', 'advance', '5h');
  // A look may come between the two commands, or see both together.
  await watch.says(/SRV-005 {2}.* \(gvlk\): (Notification -> )?Licensed/);
  watch.stop();
  const { lines, status } = await watch.ended;
  expect(status).toBe(0);
  const text = lines.join('\n');
  expect(text).toContain(`KMS01  ${server} (csvlk): `);
  expect(text).toMatch(/SRV-00[1-5] {2}12288: The client has sent/);
  expect(text).toMatch(/SRV-001 {2}added/);
  expect(text).toMatch(/KMS01 {2}count \(windows\): .*-> 5$/m);
  for (const line of lines)
    expect(line).toMatch(/^2026-01-05T\d\d:\d\d:\d\d.\d{3}Z {2}(KMS01|SRV-00\d) {2}\S/);
});

test('--ndjson prints a document a line, of the machines that were named, and --max-events ends it', async () => {
  await program.ok('lab', 'add', 'PC', '--product', 'Windows 11 Enterprise');
  const watch = await watching('KMS0*', '--ndjson', '--max-events', '9');
  for (let tries = 0; tries < 3; tries += 1) {
    await program.ok('lab', 'restart', 'PC');
    await program.ok('lab', 'restart', 'KMS01');
  }
  const { lines, status } = await watch.ended;
  expect(status).toBe(0);
  expect(lines).toHaveLength(9);
  const documents = lines.map((line) => JSON.parse(line) as Record<string, Record<string, unknown>>);
  for (const { schema, verb, data } of documents) {
    expect([schema, verb]).toEqual(['slmgr.result/1', 'lab watch']);
    expect(data).toMatchObject({ machine: 'KMS01', at: '2026-01-05T08:00:00.000Z' });
  }
  expect(documents.map(({ data }) => data?.['kind'])).toContain('event');
});

test('--duration ends it, and wrong words are refused before anything is watched', async () => {
  expect(await program.run(['lab', 'watch', '--duration', '100ms'])).toMatchObject({ status: 0, out: '' });
  expect((await program.run(['lab', 'watch', 'NOBODY'])).status).toBe(1);
  expect((await program.run(['lab', 'watch', '--max-events', '0'])).status).toBe(1);
});

const terminal = tmuxIsHere ? test : test.skip;

terminal(
  `a terminal shows the machines, is drawn anew, and is given back${tmuxIsHere ? '' : ' (skipped: no tmux here)'}`,
  async () => {
    await program.ok('lab', 'add', 'SRV', '--product', server, '--count', '5');
    const command = `${process.execPath} ${launcher} lab watch`;
    const lines = ['trap : INT', 'echo BEFORE', command, 'echo "STATUS $?"', 'sleep 300'];
    const shown = new Terminal({ columns: 120, rows: 30 }, lines, env);
    try {
      const first = await shown.until((all) => all.some((line) => line.startsWith('SRV-005')));
      expect(first[0]).toMatch(
        /^2026-01-05T08:00:00.000Z held, next due 2026-01-05 10:00\. 6 machines, 0 licensed$/,
      );
      expect(first.join('\n')).not.toContain('BEFORE');
      expect(shown.fact('cursor_flag')).toBe('0');
      expect(shown.lines('-e').join('')).toContain('\u001b[');
      await activateHost();
      await program.ok('lab', 'clock', 'advance', '5h');
      const after = await shown.until((all) => all[0]?.includes('6 licensed') ?? false);
      expect(after.find((line) => line.startsWith('KMS01'))).toMatch(
        /KMS host +Licensed +- +5 +\d+ +running$/,
      );
      expect(after.at(-1)).toMatch(/^2026-01-05T13:00:00.000Z {2}SRV-00\d {2}/);
      shown.resize(60, 12);
      const small = await shown.until((all) => all.length <= 12 && all.some((line) => line.startsWith('…')));
      expect(small.some((line) => line.includes('more lines'))).toBe(true);
      expect(Math.max(...small.map((line) => line.length))).toBeLessThanOrEqual(60);
      shown.press('C-c');
      const end = await shown.until((all) => all.some((line) => line.startsWith('STATUS')));
      expect(end.slice(-2)).toEqual(['BEFORE', 'STATUS 0'].slice(-end.length));
      expect([shown.fact('cursor_flag'), shown.fact('alternate_on')]).toEqual(['1', '0']);
    } finally {
      shown.close();
    }
  },
);

terminal('NO_COLOR takes the colours, and a terminal that cannot be drawn on gets lines', async () => {
  const plain = { ...env, NO_COLOR: '1' };
  const command = `${process.execPath} ${launcher} lab watch`;
  const shown = new Terminal({ columns: 100, rows: 20 }, [command], plain);
  try {
    await shown.until((all) => all.some((line) => line.startsWith('KMS01')));
    expect(shown.lines('-e').join('')).not.toContain('\u001b[');
  } finally {
    shown.close();
  }
  const dumb = new Terminal(
    { columns: 100, rows: 20 },
    [`TERM=dumb ${command} --duration 1s`, 'echo END', 'sleep 300'],
    plain,
  );
  try {
    expect(await dumb.until((all) => all.includes('END'))).toEqual(['END']);
  } finally {
    dumb.close();
  }
});
