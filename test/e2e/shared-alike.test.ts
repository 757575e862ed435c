import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bundles } from '../../src/cli/bundles';
import { hasPostgres, postgresNote, startPostgres, type Postgres } from '../fixtures/postgres';
import { InProcess, type Ran } from '../storm/in-process';
import { launcher } from './program';

(hasPostgres ? describe : describe.skip)(`a shared run is as one of one process${postgresNote}`, () => {
  const program = new InProcess(null);
  let postgres: Postgres;
  let worker: ChildProcess;
  let store: string;

  beforeAll(async () => {
    // They load once, and no line waits for it.
    for (const part of [bundles.runs, bundles.fleet, bundles.postgres, bundles.shared]) part();
    postgres = await startPostgres();
    store = postgres.url.replace('fleet@', `fleet:${postgres.password}@`);
    await program.ok('lab', 'init', '--now', '2026-01-05T08:00:00Z');
    await program.ok('lab', 'add', 'PC', '--product', 'Windows 10 Enterprise', '--count', '12');
    await program.ok('lab', 'stop', 'PC-003');
    const env = { ...process.env, SLMGR_HOME: join(program.folder, 'data'), HOME: program.folder };
    worker = spawn(process.execPath, [launcher, 'fleet', 'worker', '--store', store], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    await once(worker.stderr ?? worker, 'data');
  }, 180_000);

  afterAll(async () => {
    const ended = once(worker, 'close');
    worker.kill('SIGINT');
    await ended;
    program.remove();
    postgres.stop();
  }, 60_000);

  const shared = (...words: readonly string[]): Promise<Ran> =>
    program.run([...words, '--shared', '--store', store]);

  /** What no two runs have alike, taken out. */
  const alike = (text: string): string =>
    text
      .replaceAll(/\d{8}T\d{9}Z-[0-9a-f]{4}/g, 'RUN')
      .replaceAll(/"seconds":[\d.]+/g, '"seconds":0')
      .replaceAll(/\(\d+\.\d s, /g, '(0.0 s, ')
      .replaceAll(/"at":"[^"]+"/g, '"at":""')
      // Standard error is folded where words end.
      .replaceAll(/\s+/g, ' ');

  async function expectAlike(...words: readonly string[]): Promise<Ran> {
    const here = await program.run(words);
    const there = await shared(...words);
    expect([there.status, alike(there.out), alike(there.err)]).toEqual([
      here.status,
      alike(here.out),
      alike(here.err),
    ]);
    return there;
  }

  test.each([
    [['PC-*', '/dli'], 3],
    [['PC-*', '/dlv', '--json'], 3],
    [['PC-[004-007]', '/xpr', '--diff'], 0],
    [['PC-[002-005]', '/skms', 'kms.example', '--json'], 3],
    [['PC-[004-005]', '/skms', 'bad host name'], 4],
    [['PC-[004-006]', '/skms', 'other.example', '--dry-run'], 0],
    [['PC-[004-006]', '/ipk', 'NPPR9-FWDCX-D2C8J-H872K-2YT43', '--yes'], 0],
    [['PC-*', '/dli', '--batch', '1,2,50%', '--max-fail', '0'], 3],
    [['PC-*', '/dli', '--max-fail', '50%', '--json'], 3],
    [['fleet', 'scan', '--json'], 3],
    [['fleet', 'scan', 'PC-[004-005]'], 0],
  ])(
    '%j',
    async (words, status) => {
      expect((await expectAlike(...words)).status).toBe(status);
    },
    120_000,
  );

  test('a policy, and what a run left open is taken up by another one', async () => {
    const policy = (name: string, host: string): string => {
      const file = join(program.files, name);
      writeFileSync(file, `version: 1\npolicies:\n  - targets: PC-[008-010]\n    set: { kms: ${host} }\n`);
      return file;
    };
    const here = await program.run(['apply', policy('here.yaml', 'kms1.example'), '--yes', '--json']);
    const there = await shared('apply', policy('there.yaml', 'kms2.example'), '--yes', '--json');
    // In the order in which they ended.
    const same = (text: string): unknown => {
      const document = JSON.parse(hosts(alike(text))) as { data: { results: { machine: string }[] } };
      document.data.results.sort((one, other) => one.machine.localeCompare(other.machine));
      return document;
    };
    const hosts = (text: string): string => text.replaceAll(/auto|kms\d\.example:1688/g, 'HOST');
    expect([there.status, same(there.out)]).toEqual([0, same(here.out)]);
    const again = await shared('apply', join(program.files, 'there.yaml'), '--yes');
    expect([again.status, again.out]).toEqual([0, expect.stringContaining('as wanted')]);

    const cut = await shared('PC-[001-004]', '/xpr', '--batch', '1', '--max-fail', '0');
    expect(alike(cut.err)).toContain('2 ok, 1 unreachable, 1 not run');
    const rest = await shared('/xpr', '--rerun', 'not-run');
    expect(alike(rest.err)).toContain('1 machine: 1 ok');
  }, 180_000);

  test.each([
    [['PC-[004-005]', '/dli', '--concurrency', '4'], 'each worker has a way'],
    [['PC-[004-005]', '/dli', '--transport', 'ssh'], 'each worker has a way'],
    [['PC-[004-005]', 'admin', 'secret', '/dli'], 'no user and no password'],
    [['PC-[004-005]', '/ipk', 'AAAAA-BBBBB-CCCCC-DDDDD-EEEEE', '--yes'], 'published setup keys'],
    [['PC-[004-005]', '/ilc', 'license.xrm-ms'], 'reads a file of this computer'],
    [['PC-004', '/dli'], '--shared'],
  ])('%j is refused, and nothing is handed over', async (words, why) => {
    const { status, out, err } = await shared(...words);
    expect([status, out, alike(err)]).toEqual([1, '', expect.stringContaining(why)]);
  });
});
