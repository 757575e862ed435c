import { createServer, type Server } from 'node:net';
import { checkHosts, type CheckHostsOptions } from '../../../src/serve/kms-host/check-hosts';
import { isLockHeld, takeServedLock } from '../../../src/serve/kms-host/served-lock';
import { makeServedFolder, servedFiles } from '../../../src/serve/kms-host/served-files';
import { sqliteDriver } from '../../../src/lab/store/drivers';
import { freePort } from '../../fixtures/ports';
import { DiskEstate } from './support';

const driver = sqliteDriver();
const servers: Server[] = [];
let estate: DiskEstate;

beforeEach(() => {
  estate = new DiskEstate();
});

afterEach(async () => {
  for (const server of servers.splice(0)) await new Promise((resolve) => server.close(resolve));
  estate.remove();
});

function check(machines: readonly string[], options: Partial<CheckHostsOptions> = {}): Promise<void> {
  return checkHosts(
    machines,
    { home: estate.home, listen: '127.0.0.1', metricsPort: null, ...options },
    { store: estate.store, driver, realNow: Date.now },
  );
}

async function occupy(port: number): Promise<void> {
  const server = createServer();
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
}

test('machines that can be served together hold nothing afterwards', async () => {
  const port = await freePort();
  estate.addHost('KMS01', port);
  estate.addHost('KMS02', await freePort());
  await check(['KMS01', 'kms02']);
  await check(['KMS01', 'KMS02']);
  expect(isLockHeld(driver, servedFiles(estate.home, 'KMS01').lock)).toBe(false);
  await occupy(port);
});

test('each that cannot be served is told of, and nothing is held', async () => {
  const [port, taken, shared] = [await freePort(), await freePort(), await freePort()];
  estate.addHost('KMS01', port);
  estate.addHost('KMS02', taken);
  estate.addHost('KMS03', shared);
  estate.addHost('KMS04', shared);
  estate.addHost('KMS05', await freePort());
  estate.addHost('KMS06', await freePort());
  await occupy(taken);
  estate.stop('KMS05');
  makeServedFolder(estate.home);
  const lock = takeServedLock(driver, servedFiles(estate.home, 'KMS06').lock);
  const machines = ['KMS01', 'KMS02', 'KMS03', 'KMS04', 'KMS05', 'KMS06', 'NIX'];
  const error: unknown = await check(machines).catch((reason: unknown) => reason);
  lock?.release();
  expect(String(error).split('\n')).toEqual([
    'Refusal: Nothing is served:',
    expect.stringContaining(`KMS02: cannot listen on 127.0.0.1:${taken}: the address and port are taken`),
    expect.stringContaining(`KMS04: cannot listen on 127.0.0.1:${shared}: the address and port are taken`),
    expect.stringContaining('KMS05: KMS05 is stopped'),
    expect.stringContaining('KMS06: KMS06 is served already'),
    expect.stringContaining('NIX: There is no machine NIX'),
  ]);
  await occupy(port);
});

test('the ports of the metrics count up, and one that is taken is a refusal', async () => {
  estate.addHost('KMS01', await freePort());
  estate.addHost('KMS02', await freePort());
  // One in between, so that the port before it is nobody's.
  await freePort();
  const second = await freePort();
  await occupy(second);
  await expect(check(['KMS01', 'KMS02'], { metricsPort: second - 1 })).rejects.toThrow(
    `KMS02: The metrics cannot be served on 127.0.0.1:${second}`,
  );
});
