import { randomInt } from 'node:crypto';
import { cpSync, mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { exportEstate } from '../../src/lab/estate/archive';
import { showClock } from '../../src/lab/estate/clock';
import { initEstate } from '../../src/lab/estate/init';
import { mintLabKey } from '../../src/lab/estate/keys';
import type { Laboratory } from '../../src/lab/estate/laboratory';
import { addMachines } from '../../src/lab/estate/machines';
import { perform } from '../../src/lab/estate/perform';
import { invokeMethod } from '../../src/lab/model/methods';
import { openStore } from '../../src/lab/store/open-store';
import { catalogue } from '../../src/licensing/catalogue/catalogue';
import type { MethodCall } from '../../src/licensing/provider';
import { day, start } from '../lab/estate/laboratories';
import { buildWorker, outcomeOf, runWorker, startWorker, type Worker } from './worker-process';

let worker: Worker;
beforeAll(() => {
  worker = buildWorker('estate-worker');
});
afterAll(() => {
  worker.remove();
});

function openAt(folder: string): Laboratory {
  return { store: openStore(folder), realNow: () => start, freshSeed: () => 1, catalogue: catalogue() };
}

async function call(laboratory: Laboratory, name: string, method: MethodCall): Promise<void> {
  const { result } = await perform(laboratory, name, (state, context) =>
    invokeMethod(state, method, context),
  );
  expect(result.ok).toBe(true);
}

/** A folder with an estate: an activated KMS host, and clients that have contacted nobody. */
async function estateWith(clients: number): Promise<string> {
  const folder = mkdtempSync(join(worker.home, 'estate-'));
  const laboratory = openAt(folder);
  initEstate(laboratory, { now: start, seed: 5 });
  addMachines(laboratory, { name: 'KMS01', product: 'Windows Server 2008 R2 Standard' });
  addMachines(laboratory, { name: 'PC', product: 'Windows 7 Enterprise', count: clients });
  const { text } = mintLabKey(laboratory, { kind: 'csvlk', edition: 'Windows Server 2008 R2 Standard' });
  await call(laboratory, 'KMS01', {
    class: 'SoftwareLicensingService',
    key: '',
    method: 'InstallProductKey',
    args: { ProductKey: text },
  });
  const host = laboratory.store.read((reader) => reader.machine('KMS01'))?.state;
  const key = host?.products.find(({ kmsHost }) => kmsHost !== null)?.activationId ?? '';
  await call(laboratory, 'KMS01', { class: 'SoftwareLicensingProduct', key, method: 'Activate', args: {} });
  laboratory.store.close();
  return folder;
}

test('many processes activate at one host at once: each is counted once', async () => {
  const processes = 5;
  const each = 6;
  const folder = await estateWith(processes * each);
  const names = (process: number): readonly string[] =>
    Array.from({ length: each }, (_, index) => `PC-${String(process * each + index + 1).padStart(3, '0')}`);
  const outcomes = await Promise.all(
    Array.from({ length: processes }, (_, process) =>
      outcomeOf(startWorker(worker, ['activate', folder, ...names(process)])),
    ),
  );
  for (const outcome of outcomes) expect(outcome).toMatchObject({ status: 0, stderr: '' });
  const answers = outcomes.flatMap(({ stdout }) =>
    stdout
      .trim()
      .split('\n')
      .map((line) => line.split(' ')[1]),
  );
  // K1.8: whoever was among the first 24 got a count that is too low, the others activated.
  expect(answers.filter((answer) => answer === 'c004f038')).toHaveLength(24);
  expect(answers.filter((answer) => answer === 'ok')).toHaveLength(processes * each - 24);
  const laboratory = openAt(folder);
  laboratory.store.read((reader) => {
    const host = reader.machine('KMS01')!;
    expect(host.state.products.find(({ kmsHost }) => kmsHost !== null)?.kmsHost?.requests.total).toBe(30);
    expect(reader.requests(host.id, { after: 0, since: null, limit: 100 })).toHaveLength(30);
    expect(reader.cacheRows(host.id).clients).toHaveLength(30);
  });
  laboratory.store.close();
}, 120_000);

test('an advance that was killed goes on from where it was, to the very same estate', async () => {
  const target = new Date(start + 8 * day).toISOString();
  const folder = await estateWith(24);
  const undisturbed = join(worker.home, 'undisturbed');
  cpSync(folder, undisturbed, { recursive: true });
  expect(runWorker(worker, ['advance', undisturbed, target])).toMatchObject({ status: 0, stderr: '' });
  for (let kill = 0; kill < 3; kill += 1) {
    const child = startWorker(worker, ['advance', folder, target]);
    const ended = outcomeOf(child);
    child.stdout?.once('data', () => setTimeout(() => child.kill('SIGKILL'), randomInt(20)));
    const [last] = (await ended).stdout.trim().split('\n').slice(-1);
    const laboratory = openAt(folder);
    expect(showClock(laboratory).now).toBeGreaterThanOrEqual(
      Number(last?.replace('at ', '')) || start + 8 * day,
    );
    laboratory.store.close();
  }
  expect(runWorker(worker, ['advance', folder, target])).toMatchObject({ status: 0, stderr: '' });
  const [one, other] = [openAt(undisturbed), openAt(folder)];
  expect(exportEstate(other).text === exportEstate(one).text).toBe(true);
  for (const { store } of [one, other]) store.close();
}, 120_000);
