import fs from 'node:fs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SqlDatabase, type SqlDriver } from '../../../src/lab/store/driver';
import { sqliteDriver } from '../../../src/lab/store/drivers';
import { type GroupCommitStore, openGroupCommit } from '../../../src/lab/store/group-commit';
import { openStore } from '../../../src/lab/store/open-store';

type Flushed = (error: NodeJS.ErrnoException | null) => void;

let folder: string;
let store: GroupCommitStore;
let database: SqlDatabase;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slmgr-group-'));
  const real = sqliteDriver();
  const driver: SqlDriver = {
    ...real,
    version: () => real.version(),
    failureOf: (error) => real.failureOf(error),
    open: (path) => (database = real.open(path)),
  };
  store = openGroupCommit(folder, driver);
});

afterEach(async () => {
  jest.restoreAllMocks();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Holds flushes back: what they were asked to flush, and the functions that end them. */
function heldFlushes(): { readonly inodes: number[]; readonly ends: Flushed[] } {
  const inodes: number[] = [];
  const ends: Flushed[] = [];
  jest.spyOn(fs, 'fdatasync').mockImplementation((descriptor: number, callback: Flushed) => {
    inodes.push(fs.fstatSync(descriptor).ino);
    ends.push(callback);
  });
  return { inodes, ends };
}

function writeClock(at: number): Promise<void> {
  return store.write((writer) => {
    writer.putClock({ mode: 'held', at });
  });
}

function clockOfAnother(): unknown {
  const other = openStore(folder);
  const clock = other.read((reader) => reader.clock());
  other.close();
  return clock;
}

test('a write is over when the log of the store is flushed, not before', async () => {
  const { inodes, ends } = heldFlushes();
  let isOver = false;
  const written = writeClock(7).then(() => {
    isOver = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(isOver).toBe(false);
  expect(inodes).toEqual([fs.statSync(join(folder, 'estate.db-wal')).ino]);
  ends[0]?.(null);
  await written;
  expect(clockOfAnother()).toEqual({ mode: 'held', at: 7 });
});

test('writes whose flushes overlap are over each with its own, over a descriptor of its own', async () => {
  const descriptors: number[] = [];
  const ends: Flushed[] = [];
  jest.spyOn(fs, 'fdatasync').mockImplementation((descriptor: number, callback: Flushed) => {
    descriptors.push(descriptor);
    ends.push(callback);
  });
  const over: number[] = [];
  const failed: number[] = [];
  const writes = [1, 2].map((at) =>
    writeClock(at).then(
      () => over.push(at),
      () => failed.push(at),
    ),
  );
  expect(new Set(descriptors).size).toBe(2);
  ends[1]?.(null);
  await writes[1];
  expect([over, failed]).toEqual([[2], []]);
  ends[0]?.(Object.assign(new Error('it failed'), { code: 'EIO' }));
  await writes[0];
  expect([over, failed]).toEqual([[2], [1]]);
  const third = writeClock(3);
  expect(descriptors.slice(0, 2)).toContain(descriptors[2]);
  ends[2]?.(null);
  await third;
});

test.each([
  ['ENOSPC', 'full'],
  ['EIO', 'input-output'],
])('a flush that fails with %s is a refusal (%s); the next write goes on', async (code, kind) => {
  const { ends } = heldFlushes();
  const written = writeClock(1);
  ends[0]?.(Object.assign(new Error('it failed'), { code }));
  await expect(written).rejects.toMatchObject({ name: 'StoreError', kind });
  jest.restoreAllMocks();
  await expect(writeClock(2)).resolves.toBeUndefined();
  expect(clockOfAnother()).toEqual({ mode: 'held', at: 2 });
});

test('after a failed flush the log is moved into the database before anything is added to it', async () => {
  const { ends } = heldFlushes();
  const written = writeClock(1);
  ends[0]?.(Object.assign(new Error('it failed'), { code: 'EIO' }));
  await expect(written).rejects.toMatchObject({ kind: 'input-output' });
  jest.restoreAllMocks();
  await writeClock(2);
  const elsewhere = join(folder, 'elsewhere');
  fs.mkdirSync(elsewhere);
  fs.copyFileSync(join(folder, 'estate.db'), join(elsewhere, 'estate.db'));
  const withoutLog = openStore(elsewhere);
  expect(withoutLog.read((reader) => reader.clock())).toEqual({ mode: 'held', at: 1 });
  withoutLog.close();
  expect(clockOfAnother()).toEqual({ mode: 'held', at: 2 });
});

test('after a failed flush a write is refused where the log cannot be moved, and made when it can', async () => {
  const { ends } = heldFlushes();
  const written = writeClock(1);
  ends[0]?.(Object.assign(new Error('it failed'), { code: 'EIO' }));
  await expect(written).rejects.toMatchObject({ kind: 'input-output' });
  jest.restoreAllMocks();
  database.exec('PRAGMA busy_timeout = 50');
  const reading = sqliteDriver().open(join(folder, 'estate.db'));
  reading.exec('BEGIN');
  reading.prepare('SELECT count(*) FROM sqlite_schema').get();
  await expect(writeClock(2)).rejects.toMatchObject({ name: 'StoreError', kind: 'busy' });
  reading.exec('ROLLBACK');
  reading.close();
  await writeClock(3);
  expect(clockOfAnother()).toEqual({ mode: 'held', at: 3 });
});

test('work that throws changes nothing and is not flushed', async () => {
  await writeClock(1);
  const { ends } = heldFlushes();
  const failed = store.write((writer) => {
    writer.putClock({ mode: 'held', at: 2 });
    throw new Error('no');
  });
  await expect(failed).rejects.toThrow('no');
  expect(ends).toHaveLength(0);
  expect(clockOfAnother()).toEqual({ mode: 'held', at: 1 });
});

test('closing waits for what is being flushed', async () => {
  const { ends } = heldFlushes();
  const written = writeClock(1);
  let isClosed = false;
  const closed = store.close().then(() => {
    isClosed = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(isClosed).toBe(false);
  ends[0]?.(null);
  await Promise.all([written, closed]);
  jest.restoreAllMocks();
  store = openGroupCommit(folder);
});

test('SQLite itself flushes the log before a checkpoint: synchronous is NORMAL, the journal a WAL', () => {
  expect(database.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 1 });
  expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
});
