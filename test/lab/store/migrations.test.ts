import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SqlDatabase } from '../../../src/lab/store/driver';
import { sqliteDriver } from '../../../src/lab/store/drivers';
import { migrate } from '../../../src/lab/store/migrations';

const first = 'CREATE TABLE machine (name TEXT) STRICT';
const second = "UPDATE machine SET name = 'changed'";
const broken = 'DELETE FROM machine; UPDATE nothing SET a = 1';

describe('a store that is brought to a newer schema', () => {
  let folder = '';
  let path = '';
  let database: SqlDatabase;
  const names = (of: SqlDatabase): unknown => of.prepare('SELECT name FROM machine').all();
  const version = (of: SqlDatabase): unknown => of.prepare('PRAGMA user_version').all();

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'slmgr-migrations-'));
    path = join(folder, 'estate.db');
    database = sqliteDriver().open(path);
    migrate(database, path, [first]);
    database.exec("INSERT INTO machine VALUES ('kept')");
  });
  afterEach(() => {
    database.close();
    rmSync(folder, { recursive: true });
  });

  const backups = (): readonly string[] => readdirSync(folder).filter((name) => name.includes('.bak'));

  test('is copied before, for its owner alone; a new one and one that is up to date are not', () => {
    expect(backups()).toEqual([]);
    migrate(database, path, [first]);
    expect(backups()).toEqual([]);
    migrate(database, path, [first, second]);
    expect(backups()).toEqual(['estate.db.schema-1.bak']);
    const backup = `${path}.schema-1.bak`;
    expect(statSync(backup).mode & 0o777).toBe(0o600);
    const copy = sqliteDriver().open(backup);
    expect([names(copy), version(copy)]).toEqual([[{ name: 'kept' }], [{ user_version: 1 }]]);
    copy.close();
    expect(names(database)).toEqual([{ name: 'changed' }]);
  });

  test('a step that fails leaves the store as it was, and the copy beside it', () => {
    expect(() => migrate(database, path, [first, broken])).toThrow();
    expect([names(database), version(database)]).toEqual([[{ name: 'kept' }], [{ user_version: 1 }]]);
    expect(existsSync(`${path}.schema-1.bak`)).toBe(true);
  });

  test('where the copy cannot be made, nothing is changed and no half of it stays', () => {
    mkdirSync(join(`${path}.schema-1.bak`, 'in the way'), { recursive: true });
    expect(() => migrate(database, path, [first, second])).toThrow();
    expect([names(database), version(database)]).toEqual([[{ name: 'kept' }], [{ user_version: 1 }]]);
    expect(backups()).toEqual(['estate.db.schema-1.bak']);
  });
});
