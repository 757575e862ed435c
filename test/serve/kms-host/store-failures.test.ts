import { sqliteDriver } from '../../../src/lab/store/drivers';
import { StoreError } from '../../../src/lab/store/store-error';
import { type SqlDatabase, type SqlDriver } from '../../../src/lab/store/driver';
import { type GroupCommitStore, openGroupCommit } from '../../../src/lab/store/group-commit';
import { RpcConnection } from '../../../src/kms/net/rpc-client';
import { type HostDaemon } from '../../../src/serve/kms-host/host-daemon';
import { freePort } from '../../fixtures/ports';
import { clientRequest, DiskEstate, startDaemon } from './support';

let estate: DiskEstate;
let daemon: HostDaemon | null = null;

let port: number;

beforeEach(async () => {
  port = await freePort();
  estate = new DiskEstate();
  estate.addHost('KMS01', port);
});

afterEach(async () => {
  await daemon?.stop();
  daemon = null;
  estate.remove();
});

/** The driver of this process with its open database at hand, for making the disk fail under the daemon. */
function spiedDriver(): { readonly driver: SqlDriver; readonly database: () => SqlDatabase } {
  const real = sqliteDriver();
  let opened: SqlDatabase | null = null;
  return {
    driver: {
      ...real,
      version: () => real.version(),
      failureOf: (error) => real.failureOf(error),
      open: (path) => (opened = real.open(path)),
    },
    database: () => {
      if (opened === null) throw new Error('nothing was opened');
      return opened;
    },
  };
}

async function serveOn(
  batches: GroupCommitStore,
): Promise<{ readonly connection: RpcConnection; readonly log: () => readonly string[] }> {
  const started = await startDaemon(estate, {}, { batches });
  daemon = started.daemon;
  const connection = await RpcConnection.open({ host: '127.0.0.1', port });
  return {
    connection,
    log: () => started.told.log.map(({ event, fields }) => `${event} ${String(fields['message'])}`),
  };
}

test('a full disk: the request gets a fault and is nowhere; with room again the next is answered', async () => {
  const { driver, database } = spiedDriver();
  const { connection, log } = await serveOn(openGroupCommit(estate.home, driver));
  await expect(connection.call(clientRequest(1))).resolves.toMatchObject({ count: 1 });
  // SQLite's own limit answers SQLITE_FULL, as a full disk does.
  const pages = Number(database().prepare('PRAGMA page_count').get()?.['page_count']);
  database().exec(`PRAGMA max_page_count = ${pages}`);
  let number = 1;
  const failure = await (async () => {
    for (;;) {
      number += 1;
      try {
        await connection.call(clientRequest(number));
      } catch (error) {
        return error;
      }
    }
  })();
  expect(failure).toMatchObject({ failure: 'fault', status: 0x1c000012 });
  expect(log().join('\n')).toMatch(/requests-not-recorded .*the disk is full/);
  expect(estate.requests()).not.toContain(`PC-${number}`);
  database().exec('PRAGMA max_page_count = 1000000');
  await expect(connection.call(clientRequest(number))).resolves.toMatchObject({ kind: 'count' });
  connection.close();
  expect(estate.requests()).toHaveLength(number);
  expect(estate.total()).toBe(number);
});

test('a store that became read-only: faults, a clear line in the log, and the service stays up', async () => {
  const { driver, database } = spiedDriver();
  const { connection, log } = await serveOn(openGroupCommit(estate.home, driver));
  database().exec('PRAGMA query_only = ON');
  await expect(connection.call(clientRequest(1))).rejects.toMatchObject({ failure: 'fault' });
  expect(log().join('\n')).toMatch(/requests-not-recorded .*read-only/);
  database().exec('PRAGMA query_only = OFF');
  await expect(connection.call(clientRequest(1))).resolves.toMatchObject({ count: 1 });
  connection.close();
  expect(estate.total()).toBe(1);
});

test('a store that is damaged under it: faults, nothing is counted, and the service stays up', async () => {
  const real = openGroupCommit(estate.home);
  let isDamaged = false;
  const { connection, log } = await serveOn({
    ...real,
    write: (work) =>
      isDamaged ? Promise.reject(new StoreError('corrupt', 'The store is damaged.')) : real.write(work),
  });
  isDamaged = true;
  await expect(connection.call(clientRequest(1))).rejects.toMatchObject({ failure: 'fault' });
  expect(log()).toContain('requests-not-recorded The store is damaged.');
  isDamaged = false;
  await expect(connection.call(clientRequest(2))).resolves.toMatchObject({ count: 1 });
  connection.close();
});
