import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { askControl, serveControl } from '../../../src/serve/kms-host/control-channel';
import {
  closeControlPath,
  controlPlace,
  openControlPath,
  readControlPath,
} from '../../../src/serve/kms-host/control-path';

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'slmgr-control-'));
});

afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

test('beside the other files, where a socket fits there', () => {
  const base = '/short/served/kms01';
  expect(controlPlace('/short', base, 'kms01')).toEqual({ kind: 'fixed', path: `${base}.sock` });
});

test('else in a folder of a new name that only this user can enter, and that goes at the end', async () => {
  const folder = join(home, 'deep'.repeat(25));
  mkdirSync(folder);
  const place = controlPlace(home, join(folder, 'kms01'), 'kms01');
  expect(readControlPath(place)).toBeNull();
  const killed = openControlPath(place);
  const path = openControlPath(place);
  expect(path).not.toBe(killed);
  expect(existsSync(dirname(killed))).toBe(false);
  expect(readControlPath(place)).toBe(path);
  expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
  const status = { machine: 'KMS01', pid: 1, address: null, port: null, startedAt: 0, uptimeSeconds: 0 };
  const counts = { priority: 0, connections: 0, accepted: 0, calls: 0, answered: 0, refused: 0, failed: 0 };
  const told = { ...status, ...counts, perSecond: 0, published: [] };
  const server = await serveControl(path, () => told);
  expect(await askControl(path)).toEqual(told);
  server.close();
  closeControlPath(place);
  expect(existsSync(dirname(path))).toBe(false);
});
