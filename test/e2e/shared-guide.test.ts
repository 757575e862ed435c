import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Pool } from 'pg';
import { hasPostgres, postgresNote, startPostgres, type Postgres } from '../fixtures/postgres';
import { Processes, type Going } from './processes';
import { launcher, Program } from './program';

const guide = readFileSync(resolve(__dirname, '../../docs/shared-runs.md'), 'utf8');
const lines = [...guide.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, block = '']) =>
  block.trim().split('\n'),
);
const store = 'postgres://fleet@db.example/fleet';
const policy = `version: 1
policies:
  - targets: 'PC-[001-005]'
    set: { kms: other.example }
`;

(hasPostgres ? describe : describe.skip)(`the guide to shared runs${postgresNote}`, () => {
  const program = new Program();
  const processes = new Processes();
  const workers: Going[] = [];
  let postgres: Postgres;
  let pool: Pool;
  let env: NodeJS.ProcessEnv;

  beforeAll(async () => {
    postgres = await startPostgres();
    pool = new Pool({
      connectionString: postgres.url.replace('fleet@', `fleet:${postgres.password}@`),
      max: 1,
    });
    pool.on('error', () => undefined);
    const bin = join(program.home, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'slmgr'), `#!/bin/sh\nexec '${process.execPath}' '${launcher}' "$@"\n`);
    chmodSync(join(bin, 'slmgr'), 0o755);
    writeFileSync(join(program.home, 'policy.yaml'), policy);
    const path = `${bin}:${program.env['PATH'] ?? ''}`;
    env = { ...program.env, PATH: path, PGPASSWORD: postgres.password };
  }, 180_000);

  afterAll(async () => {
    processes.end();
    await pool.end();
    program.remove();
    postgres.stop();
  });

  function ran(line: string): {
    readonly line: string;
    readonly status: number | null;
    readonly out: string;
  } {
    const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', line], {
      ...{ cwd: program.home, env, encoding: 'utf8', timeout: 120_000 },
    });
    // Where a run is followed, its recap is on standard error.
    return { line, status, out: stdout + stderr };
  }

  test('every command of it works as it stands there, with workers of their own processes', async () => {
    const said = new Map<string, string>();
    for (const line of lines) {
      const [, name, value = ''] = /^export (\w+)=(\S+)$/.exec(line) ?? [];
      if (name !== undefined) {
        expect(value).toBe(store);
        env = { ...env, [name]: postgres.url };
      } else if (line.startsWith('slmgr fleet worker ') || line === 'slmgr fleet worker') {
        const worker = processes.start('/bin/sh', ['-c', `exec ${line}`], env, program.home);
        workers.push(worker);
        await processes.takesPart(worker, pool);
      } else {
        const { status, out } = ran(line);
        expect([line, status, out]).toEqual([line, 0, out]);
        said.set(line, out.replace(/\s+/g, ' '));
      }
    }
    expect(workers.length).toBe(3);
    expect(said.size).toBeGreaterThan(8);
    const text = (part: string): string => [...said].find(([line]) => line.includes(part))?.[1] ?? '';
    expect(text('fleet workers').match(/ s ago/g)).toHaveLength(2);
    expect(text('/skms')).toContain('30 machines: 30 changed');
    expect(text('fleet list').match(/PC-\d{3}/g)).toHaveLength(30);
    expect(text('runs last')).toContain('PC-[001-030]');
    expect(text('apply')).toContain('5 machines: 5 changed');
    expect(text('--sites')).toContain('30 machines: 30 ok');
    // As a service ends them.
    for (const { child } of workers) child.kill('SIGTERM');
    for (const { ended } of workers) expect((await ended).status).toBe(143);
  }, 240_000);
});
