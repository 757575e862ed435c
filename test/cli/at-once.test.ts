import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { hasPostgres, postgresNote, startPostgres, type Postgres } from '../fixtures/postgres';
import { InProcess, type Ran } from '../storm/in-process';

/** A machine that takes connections and says nothing while it is to be silent, and sends everybody away at other times. */
class SilentMachine {
  readonly #sockets: Socket[] = [];
  #isSilent = false;
  readonly #server: Server = createServer((socket) => {
    socket.on('error', () => undefined);
    if (this.#isSilent) this.#sockets.push(socket);
    else socket.destroy();
  });

  async start(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  /** Settles when somebody came, who waits from then on. */
  async keepOne(): Promise<void> {
    this.#isSilent = true;
    await once(this.#server, 'connection');
  }

  sendAway(): void {
    this.#isSilent = false;
    for (const socket of this.#sockets.splice(0)) socket.destroy();
  }

  stop(): void {
    this.sendAway();
    this.#server.close();
  }
}

const here = new InProcess(null);
const there = new InProcess(null);
const silent = new SilentMachine();
const targets = join(here.files, 'targets.yaml');
const policy = join(here.files, 'policy.yaml');
const way = ['--targets', targets, '--retries', '0', '--accept-new'];
const env = { THE_PASSWORD: 'x' };

beforeAll(async () => {
  const port = await silent.start();
  const machine = `{ host: 127.0.0.1, port: ${port}, transport: ssh, user: admin, password: { env: THE_PASSWORD } }`;
  writeFileSync(targets, `targets:\n  AWAY-1: ${machine}\n  AWAY-2: ${machine}\n`);
  writeFileSync(policy, "version: 1\npolicies:\n  - { targets: 'AWAY-[1-2]', set: { kms: kms01 } }\n");
});
afterAll(() => {
  silent.stop();
  here.remove();
  there.remove();
});

/** Runs a line; while it waits for its machine, does something else. */
async function during(line: readonly string[], meanwhile: () => Promise<void>): Promise<Ran> {
  const visited = silent.keepOne();
  const running = here.run(line, '', env);
  await Promise.race([visited, running]);
  await meanwhile().finally(() => {
    silent.sendAway();
  });
  return running;
}

async function expectRefused(program: InProcess, line: readonly string[]): Promise<void> {
  const { status, out, err } = await program.run(line, '', env);
  expect([status, out]).toEqual([1, '']);
  expect(err).toContain('Another process is applying');
}

test('two that apply one policy, its copy or its plan at once: the second says so and sends nothing', async () => {
  const line = ['apply', policy, '--yes', ...way];
  const plan = join(here.files, 'away.plan');
  await here.run(['plan', policy, '--out', plan, ...way], '', env);
  const copy = join(here.files, 'copy.yaml');
  writeFileSync(copy, readFileSync(policy, 'utf8'));
  const first = await during(line, async () => {
    for (const file of [policy, copy, plan]) await expectRefused(here, ['apply', file, '--yes', ...way]);
    await expectRefused(here, ['apply', policy, '--yes', '--no-record', ...way]);
  });
  expect(first.status).toBe(4);
  // It is free again.
  expect((await here.run(line, '', env)).status).toBe(4);
});

(hasPostgres ? describe : describe.skip)(`computers that share an inventory${postgresNote}`, () => {
  let postgres: Postgres;
  let store: readonly string[];
  beforeAll(async () => {
    postgres = await startPostgres();
    store = ['--store', postgres.url.replace('fleet@', `fleet:${postgres.password}@`)];
  }, 120_000);
  afterAll(() => {
    postgres.stop();
  });

  test('a policy is applied by one of them at a time, and by nobody who is no longer sure of it', async () => {
    const line = ['apply', policy, '--yes', ...way, ...store];
    const first = await during([...line, '--concurrency', '1', '--json'], async () => {
      await expectRefused(there, line);
      postgres.cut();
      await setTimeout(100);
    });
    const { data } = JSON.parse(first.out) as {
      readonly data: { readonly results: readonly { readonly outcome: string; readonly step: string }[] };
    };
    expect(data.results).toMatchObject([
      { outcome: 'unreachable' },
      { outcome: 'failed', step: 'lock', changed: false },
    ]);
    postgres.resume();
    expect((await here.run(line, '', env)).status).toBe(4);
  });

  test('a file of confirmation IDs is applied by one of them at a time', async () => {
    const key = ['lab', 'mint-key', '--type', 'mak', '--for', 'Windows 10 Enterprise', '--pool', '1'];
    await here.ok('lab', 'init', '--now', '2026-01-05T08:00:00Z');
    const mak = (await here.ok(...key)).trim();
    await here.ok('lab', 'add', 'AWAY-1', '--product', 'Windows 10 Enterprise');
    await here.ok('AWAY-1', '/ipk', mak);
    const file = join(here.files, 'away.proxy');
    await here.ok('fleet', 'proxy', 'collect', 'AWAY-1', '--out', file, '--grade', 'minimal', ...store);
    await here.ok('fleet', 'proxy', 'fill', file, '--telephone', 'lab');
    await here.ok('lab', 'remove', 'AWAY-1');
    const line = ['fleet', 'proxy', 'apply', file, '--yes', ...way, ...store];
    const first = await during(line, () => expectRefused(there, line));
    expect(first.status).toBe(4);
  });
});
