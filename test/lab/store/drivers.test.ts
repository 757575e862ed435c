import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { betterSqlite3PackageDriver } from '../../../src/lab/store/better-sqlite3';
import { availableDrivers, sqliteDriver } from '../../../src/lab/store/drivers';
import { driverContract } from './driver-contract';

const drivers = availableDrivers();
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'slmgr-driver-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('a driver is there, and the first one is used', () => {
  expect(drivers.map((driver) => driver.name)).toContain(sqliteDriver().name);
  expect(sqliteDriver().name).toBe(drivers[0]?.name);
});

/** better-sqlite3 is reached in two ways: by its native part alone, and through the package. */
const throughPackage = betterSqlite3PackageDriver();
const ways = [
  ...drivers.map((driver) => ({ name: driver.name, driver })),
  ...(throughPackage === null
    ? []
    : [{ name: 'better-sqlite3 through its package', driver: throughPackage }]),
];

describe.each(ways)('$name', ({ driver }) => {
  test.each(driverContract.map((one) => ({ name: one.name, one })))('$name', ({ one }) => {
    expect(() => one.run(driver, folder)).not.toThrow();
  });
});
