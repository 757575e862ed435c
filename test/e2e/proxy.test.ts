import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { confirmationId } from '../../src/lab/model/phone';
import { python } from '../protocol/served-lab';
import { launcher, Program } from './program';

jest.setTimeout(240_000);

interface Entry {
  readonly id: string;
  readonly installationId: string;
  readonly confirmationId: string | null;
}

function entriesOf(file: string): readonly Entry[] {
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly entries: readonly Entry[] }).entries;
}

const windows = 'Windows 10 Enterprise';

/** A line that takes long where there are many machines; what it printed. */
function long(program: Program, ...words: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [launcher, ...words], {
    env: program.env,
    encoding: 'utf8',
    timeout: 1_200_000,
    maxBuffer: 256 * 1024 * 1024,
  });
  if (status !== 0) throw new Error(`slmgr ${words.join(' ')} ended with ${String(status)}:\n${stderr}`);
  return stdout;
}

/** The data of its JSON document. */
function longData(program: Program, ...words: readonly string[]): Readonly<Record<string, unknown>> {
  const document = JSON.parse(long(program, ...words, '--json')) as {
    readonly data: Readonly<Record<string, unknown>>;
  };
  return document.data;
}

/** Machines with one MAK, whose pool is their number: not one activation may be lost. */
function addMachines(program: Program, count: number): void {
  program.ok('lab', 'init', '--now', '2026-01-05T08:00:00Z');
  long(program, 'lab', 'add', 'PC', '--product', windows, '--count', String(count));
  const mint = ['lab', 'mint-key', '--type', 'mak', '--for', windows, '--pool', String(count)];
  long(program, 'PC-*', '/ipk', program.ok(...mint).trim(), '--yes');
}

test('docs/proxy-activation.md from its first command to its last', () => {
  const program = new Program();
  try {
    const folder = join(program.home, 'work');
    const bin = join(program.home, 'bin');
    mkdirSync(folder);
    mkdirSync(bin);
    const script = `#!/bin/sh\nexec '${process.execPath}' '${launcher}' "$@"\n`;
    writeFileSync(join(bin, 'slmgr'), script, { mode: 0o755 });
    const guide = readFileSync(resolve(__dirname, '../../docs/proxy-activation.md'), 'utf8');
    const commands = [...guide.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block).join('');
    const { status, stdout, stderr } = spawnSync('sh', ['-ec', commands], {
      cwd: folder,
      env: { ...program.env, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` },
      encoding: 'utf8',
    });
    expect([status, stderr.replace(/.* machines?: .*\n/g, '')]).toEqual([0, '']);
    expect(stdout).toContain('20 installation IDs in site.proxy.');
    expect(stdout).toContain('== PC-[001-020] (20) changed, verified ==');
    expect(stdout).toContain('1 of them with the confirmation ID of an activation before.');
    expect(stdout).toContain('== LAP-[001-002] (2) changed, verified ==');
  } finally {
    program.remove();
  }
});

const atTerminal = existsSync(python) ? test : test.skip;
atTerminal(
  'typed at a terminal, group by group: a wrong one is asked for again, what is whole is kept',
  () => {
    const program = new Program();
    try {
      addMachines(program, 3);
      const file = join(program.home, 'typed.proxy');
      expect(program.run('fleet', 'proxy', 'collect', '--out', file, '--grade', 'full').status).toBe(0);
      const groups = entriesOf(file).map(
        ({ installationId }) => confirmationId(installationId).match(/\d{6}/g) ?? [],
      );
      const first = groups[0] ?? [];
      const wrong = (first[2] ?? '').replace(/.$/, (digit) => String((Number(digit) + 1) % 10));
      const waits = [
        ['Group A: ', `${first.slice(0, 2).join(' ')}\n`],
        ['Group C: ', `${wrong}\n`],
        ['check digit does not fit', `${first[2]}-${first[3]}\n`],
        ['Group E: ', '12345\n'],
        ['has 5 digits', `${first.slice(4).join('')}\n`],
        ['(2 of 3)', '\n'],
        ['(3 of 3)', `${groups[2]?.slice(0, 5).join(' ') ?? ''}\n`],
        ['Group F: ', '\u0004'],
      ];
      const words = ['fleet', 'proxy', 'fill', file];
      const { status, stdout } = spawnSync(
        python,
        [join(__dirname, 'at-terminal.py'), JSON.stringify(waits), process.execPath, launcher, ...words],
        { env: program.env, encoding: 'utf8', timeout: 60_000 },
      );
      expect(stdout).toContain('1 confirmation ID filled into');
      expect(status).toBe(3);
      expect(entriesOf(file).map((entry) => entry.confirmationId)).toEqual([first.join(''), null, null]);
    } finally {
      program.remove();
    }
  },
);

describe('killed at random moments', () => {
  const program = new Program();
  afterAll(() => program.remove());
  const count = Number(process.env['SLMGR_PROXY_MACHINES'] ?? 40);
  const kills = count > 40 ? 8 : 2;

  /** Runs a line, which is killed the first times, until it comes to its end; told of each end. */
  const toTheEnd = async (words: readonly string[], looked: () => void): Promise<void> => {
    for (let round = 0; ; round += 1) {
      const child = spawn(process.execPath, [launcher, ...words], { env: program.env, stdio: 'ignore' });
      const ended = new Promise<number | null>((done) => child.once('exit', done));
      const moment = Math.random() * (800 + 4 * count);
      const kill = round < kills ? setTimeout(() => child.kill('SIGKILL'), moment) : undefined;
      const status = await ended;
      clearTimeout(kill);
      looked();
      if (status === 0) return;
      // Killed; whatever else it ends with is a fault.
      expect(status).toBeNull();
    }
  };

  /** When each machine was activated; the laboratory's time goes on between two rounds. */
  const activations = (): ReadonlyMap<string, number> => {
    const file = join(program.home, 'estate.json');
    long(program, 'lab', 'export', file);
    const { machines } = JSON.parse(readFileSync(file, 'utf8')) as {
      readonly machines: readonly {
        readonly state: {
          readonly name: string;
          readonly products: readonly {
            readonly license: { readonly status: string; readonly by?: string; readonly since: number };
          }[];
        };
      }[];
    };
    return new Map(
      machines.flatMap(({ state: { name, products } }) =>
        products.flatMap(({ license }) => (license.by === 'phone' ? [[name, license.since] as const] : [])),
      ),
    );
  };

  test(`${count} machines: nothing is applied twice, nothing is lost, every machine is activated`, async () => {
    addMachines(program, count);
    const file = join(program.home, 'all.proxy');
    const proxy = ['fleet', 'proxy'];
    await toTheEnd([...proxy, 'collect', '--out', file, '--grade', 'minimal'], () => {
      // There is no half of a file.
      if (existsSync(file)) expect(entriesOf(file)).toHaveLength(count);
    });
    const ids = entriesOf(file).map(({ id }) => id);
    let filled = 0;
    await toTheEnd([...proxy, 'fill', file, '--telephone', 'lab'], () => {
      const entries = entriesOf(file);
      expect(entries.map(({ id }) => id)).toEqual(ids);
      const now = entries.filter((entry) => entry.confirmationId !== null).length;
      expect(now).toBeGreaterThanOrEqual(filled);
      filled = now;
    });
    expect(filled).toBe(count);
    const first = new Map<string, number>();
    await toTheEnd([...proxy, 'apply', file, '--yes'], () => {
      for (const [machine, since] of activations()) {
        // Applied a second time, it would be activated since later.
        expect([machine, since]).toEqual([machine, first.get(machine) ?? since]);
        first.set(machine, since);
      }
      long(program, 'lab', 'clock', 'advance', '1m');
    });
    expect(first.size).toBe(count);
    const again = longData(program, ...proxy, 'apply', file, '--yes');
    expect(again['counts']).toMatchObject({ ok: count, changed: 0 });
    expect(activations()).toEqual(first);
    const rest = longData(program, ...proxy, 'collect', '--out', file, '--grade', 'minimal');
    expect(rest['entries']).toBe(0);
  }, 3_600_000);
});
