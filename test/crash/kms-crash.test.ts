import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { isRpcError } from '../../src/kms/net/rpc-error';
import { RpcConnection } from '../../src/kms/net/rpc-client';
import { sqliteDriver } from '../../src/lab/store/drivers';
import { freePort } from '../fixtures/ports';
import { clientRequest, DiskEstate } from '../serve/kms-host/support';
import { bundle } from '../fixtures/bundle';

/** Dozens by default; SLMGR_CRASH_KILLS for hundreds. */
const rounds = Number(process.env['SLMGR_CRASH_KILLS'] ?? 24);
const connections = 12;
const longestLifeMs = 400;

const folder = join(__dirname, '..', '..', 'node_modules', '.cache', 'slmgr-crash');
const program = join(folder, 'kms-host-process.js');

beforeAll(() => {
  mkdirSync(folder, { recursive: true });
  bundle({
    entryPoints: [join(__dirname, 'kms-host-process.ts')],
    outfile: program,
    external: ['better-sqlite3', 'node:sqlite'],
  });
});

/** Starts the host and waits until it can be reached. */
async function startHost(home: string): Promise<ChildProcess> {
  const host = spawn(process.execPath, [program, home], { stdio: ['ignore', 'pipe', 'pipe'] });
  const errors: Buffer[] = [];
  host.stderr.on('data', (chunk: Buffer) => errors.push(chunk));
  await new Promise<void>((resolve, reject) => {
    host.stdout.once('data', () => resolve());
    host.once('exit', (code) => reject(new Error(`it ended (${code}): ${Buffer.concat(errors).toString()}`)));
  });
  return host;
}

/** Asks one new client after the other until the host is gone; the names of those that got their answer. */
async function askUntilGone(port: number, next: () => number, answered: string[]): Promise<void> {
  try {
    const connection = await RpcConnection.open({ host: '127.0.0.1', port }, { timeoutMs: 5000 });
    for (;;) {
      const request = clientRequest(next());
      const answer = await connection.call(request);
      if (answer.kind === 'count') answered.push(request.machineName);
    }
  } catch (error) {
    if (!isRpcError(error)) throw error;
  }
}

test(
  `kill -9 under load at ${rounds} random moments: every answered request is in the log and counted`,
  async () => {
    const port = await freePort();
    const estate = new DiskEstate();
    estate.addHost('KMS01', port);
    const answered: string[] = [];
    let asked = 0;
    const next = (): number => {
      asked += 1;
      return asked;
    };
    for (let round = 0; round < rounds; round += 1) {
      const host = await startHost(estate.home);
      const load = Array.from({ length: connections }, () => askUntilGone(port, next, answered));
      await new Promise((resolve) => setTimeout(resolve, Math.random() * longestLifeMs));
      const gone = once(host, 'exit');
      host.kill('SIGKILL');
      await gone;
      await Promise.all(load);
      const logged = estate.requests();
      const inLog = new Set(logged);
      expect(answered.filter((name) => !inLog.has(name))).toEqual([]);
      expect(inLog.size).toBe(logged.length);
      expect(estate.total()).toBe(logged.length);
    }
    const { id } = estate.host();
    const cached = estate.store.read((reader) =>
      reader.cacheRows(id).clients.map(({ clientMachineId }) => clientMachineId),
    );
    const newest = estate.store
      .read((reader) => reader.requests(id, { after: 0, since: null, limit: cached.length }))
      .map(({ row }) => row.clientMachineId);
    expect(cached).toEqual(newest);
    const database = sqliteDriver().open(join(estate.home, 'estate.db'));
    expect(database.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    database.close();
    estate.remove();
    expect(answered.length).toBeGreaterThan(rounds);
  },
  60_000 + rounds * 5000,
);
