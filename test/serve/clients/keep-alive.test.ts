import { type ClientReport } from '../../../src/serve/clients/client-report';
import { keepAlive, type KeepAlivePorts } from '../../../src/serve/clients/keep-alive';
import { addMachines, removeMachine, showMachine } from '../../../src/lab/estate/machines';
import { initEstate } from '../../../src/lab/estate/init';
import { advanceClock, perform } from '../../../src/lab/estate/perform';
import { startMachine, stopMachine } from '../../../src/lab/estate/power';
import { succeeded } from '../../../src/lab/model/outcome';
import {
  closeLaboratories,
  day,
  emptyLaboratory,
  heldLaboratory,
  hour,
  type TestLaboratory,
} from '../../lab/estate/laboratories';
import { activateHost } from './hosts';

afterEach(closeLaboratories);

const minute = 60_000;

/** Keeps clients alive through scenes: each is played during one wait between two looks; the last ends it. */
async function play(
  laboratory: TestLaboratory,
  machines: readonly string[],
  scenes: readonly ((world: World) => unknown)[],
): Promise<readonly ClientReport[]> {
  const reports: ClientReport[] = [];
  const world: World = { network: 'office', reports };
  const left = [...scenes];
  let end: () => void = () => undefined;
  const interrupted = new Promise<void>((resolve) => {
    end = resolve;
  });
  const ports: KeepAlivePorts = {
    interrupted,
    networkState: () => world.network,
    onReport: (report) => reports.push(report),
    sleep: async (ms) => {
      if (ms === 0) return;
      const scene = left.shift();
      if (scene === undefined) end();
      else await scene(world);
      await Promise.resolve();
    },
  };
  await keepAlive(laboratory, machines, ports);
  return reports;
}

interface World {
  network: string;
  readonly reports: readonly ClientReport[];
}

function runningLaboratory(): TestLaboratory {
  const laboratory = emptyLaboratory();
  initEstate(laboratory, { seed: 1 });
  addMachines(laboratory, { name: 'PC', product: 'Windows 7 Enterprise', count: 2 });
  return laboratory;
}

test('K3.2 in real time clients try every activation interval; those of others are left alone', async () => {
  const laboratory = runningLaboratory();
  const reports = await play(
    laboratory,
    ['PC-001'],
    [
      () => laboratory.pass(hour),
      ({ reports: soFar }) => {
        expect(soFar).toEqual([]);
        laboratory.pass(hour);
      },
      () => laboratory.pass(2 * hour),
      () => undefined,
    ],
  );
  expect(reports.map(({ machine, hresult }) => [machine, hresult])).toEqual([
    ['PC-001', 0x8007232b],
    ['PC-001', 0x8007232b],
  ]);
});

test('what another process plays in the time of the lab is reported, too', async () => {
  const laboratory = heldLaboratory();
  addMachines(laboratory, { name: 'PC', product: 'Windows 7 Enterprise', count: 25 });
  await activateHost(laboratory);
  const reports = await play(
    laboratory,
    ['PC-025'],
    [
      () => advanceClock(laboratory.second(), 2 * hour),
      () => advanceClock(laboratory.second(), 8 * day),
      () => undefined,
    ],
  );
  expect(reports.map(({ hresult, answer }) => [hresult, answer?.count])).toEqual([
    [0, 25],
    [0, 25],
  ]);
});

test('K3.9 a change of the network within 15 minutes of a failed renewal lets a client try at once', async () => {
  const laboratory = heldLaboratory();
  addMachines(laboratory, { name: 'PC', product: 'Windows Server 2008 R2 Standard', count: 5 });
  await activateHost(laboratory);
  await advanceClock(laboratory, 3 * hour);
  await stopMachine(laboratory, 'KMS01');
  await advanceClock(laboratory, 7 * day - hour + minute);
  const failedAt = showMachine(laboratory, 'PC-005').nextDue;
  const reports = await play(
    laboratory,
    ['PC-005'],
    [
      async (world) => {
        await startMachine(laboratory, 'KMS01');
        await advanceClock(laboratory, minute);
        world.network = 'home';
      },
      () => undefined,
      () => undefined,
    ],
  );
  expect(failedAt).not.toBeNull();
  expect(reports.map(({ hresult }) => hresult)).toEqual([0]);
});

test('a client that is removed is followed no more; without clients it ends', async () => {
  const laboratory = heldLaboratory();
  addMachines(laboratory, { name: 'PC', product: 'Windows 7 Enterprise', count: 2 });
  const reports = await play(
    laboratory,
    ['PC-001'],
    [
      () => {
        removeMachine(laboratory, 'PC-001');
      },
      () => perform(laboratory, 'PC-002', (machine) => succeeded(machine)),
    ],
  );
  expect(reports).toEqual([]);
});
