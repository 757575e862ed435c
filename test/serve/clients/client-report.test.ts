import { askNow } from '../../../src/serve/clients/ask-now';
import { chooseClients } from '../../../src/serve/clients/choose-clients';
import { attemptEventIds, reportsOf, type ClientReport } from '../../../src/serve/clients/client-report';
import { activateHost } from './hosts';
import { queryEvents } from '../../../src/lab/estate/events';
import { addMachines, installProduct, showMachine } from '../../../src/lab/estate/machines';
import { advanceClock } from '../../../src/lab/estate/perform';
import { stopMachine } from '../../../src/lab/estate/power';
import { setMachine } from '../../../src/lab/estate/settings-of-machine';
import { closeLaboratories, heldLaboratory, hour, type TestLaboratory } from '../../lab/estate/laboratories';

afterEach(closeLaboratories);

function laboratoryWith(clients: number): TestLaboratory {
  const laboratory = heldLaboratory();
  addMachines(laboratory, { name: 'PC', product: 'Windows 7 Enterprise', count: clients });
  return laboratory;
}

function logged(laboratory: TestLaboratory, name: string): readonly ClientReport[] {
  const query = { ids: attemptEventIds, since: null, after: null };
  const { entries } = queryEvents(laboratory.store, name, query);
  return reportsOf(showMachine(laboratory, name).state, entries, laboratory.catalogue);
}

describe('what the log of a client tells', () => {
  test('K1.6 K10.2 each attempt with its hosts, its count and its end', async () => {
    const laboratory = laboratoryWith(25);
    await activateHost(laboratory);
    await advanceClock(laboratory, 4 * hour);
    const reports = logged(laboratory, 'PC-001');
    expect(reports.map(({ hresult, answer }) => [hresult, answer?.count])).toEqual([
      [0xc004f038, 1],
      [0, 25],
    ]);
    expect(reports[0]).toMatchObject({
      machine: 'PC-001',
      product: 'Windows 7 Enterprise',
      at: Date.UTC(2026, 0, 5, 10),
      asked: [{ host: 'kms01.lab.example:1688', hresult: 0 }],
      answer: { activationIntervalMinutes: 120, renewalIntervalMinutes: 10_080 },
    });
  });

  test('K10.12 an attempt for which DNS had no host is its event 8198', async () => {
    const laboratory = laboratoryWith(2);
    await advanceClock(laboratory, 5 * hour);
    const reports = logged(laboratory, 'PC-002');
    expect(reports.map(({ hresult, asked }) => [hresult, asked])).toEqual([
      [0x8007232b, []],
      [0x8007232b, []],
    ]);
  });

  test('attempts of two products at one time are two reports', async () => {
    const laboratory = laboratoryWith(2);
    await activateHost(laboratory);
    installProduct(laboratory, 'PC-001', 'Office LTSC Professional Plus 2021');
    await advanceClock(laboratory, 2 * hour);
    const reports = logged(laboratory, 'PC-001');
    expect(reports.map(({ product, hresult }) => [product, hresult])).toEqual([
      ['Windows 7 Enterprise', 0xc004f038],
      ['Office LTSC Professional Plus 2021', 0xc004f042],
    ]);
  });
});

describe('asking now', () => {
  test('asks for each product whatever the timers say, and leaves these where it does not activate', async () => {
    const laboratory = laboratoryWith(2);
    await activateHost(laboratory);
    const before = showMachine(laboratory, 'PC-001').nextDue;
    const reports = await askNow(laboratory, ['PC-001', 'PC-002']);
    expect(reports.map(({ machine, hresult, answer }) => [machine, hresult, answer?.count])).toEqual([
      ['PC-001', 0xc004f038, 1],
      ['PC-002', 0xc004f038, 2],
    ]);
    expect(showMachine(laboratory, 'PC-001').nextDue).toBe(before);
    expect(logged(laboratory, 'PC-002')).toMatchObject([{ hresult: 0xc004f038 }]);
  });

  test('a stopped machine asks nobody, and its own error code is told without any host', async () => {
    const laboratory = laboratoryWith(2);
    expect(await askNow(laboratory, ['PC-001'])).toMatchObject([
      { hresult: 0x8007232b, asked: [], answer: null },
    ]);
    await stopMachine(laboratory, 'PC-001');
    await expect(askNow(laboratory, ['PC-001'])).rejects.toThrow(/is stopped/);
  });

  test('K12.7 shows what /ato shows, and the cause with the host', async () => {
    const laboratory = laboratoryWith(2);
    await activateHost(laboratory);
    await setMachine(laboratory, 'PC-001', { clockSkewMs: 5 * hour });
    expect(await askNow(laboratory, ['PC-001'])).toMatchObject([
      { hresult: 0xc004f074, asked: [{ host: 'kms01.lab.example:1688', hresult: 0xc004f06c }] },
    ]);
  });
});

describe('names of clients', () => {
  test('are machines or patterns, each machine once', async () => {
    const laboratory = laboratoryWith(12);
    await activateHost(laboratory);
    expect(chooseClients(laboratory.store, ['pc-01?', 'PC-002', 'pc-002'])).toEqual([
      'PC-010',
      'PC-011',
      'PC-012',
      'PC-002',
    ]);
    expect(chooseClients(laboratory.store, ['*'])).toHaveLength(12);
    expect(() => chooseClients(laboratory.store, ['KMS01'])).toThrow(/no KMS client/);
    expect(() => chooseClients(laboratory.store, ['X*'])).toThrow(/No KMS client .* fits/);
    expect(() => chooseClients(laboratory.store, ['NOBODY'])).toThrow(/no machine NOBODY/);
    expect(() => chooseClients(laboratory.store, [`${'*P'.repeat(5000)}*!`])).toThrow(
      /No KMS client .* fits/,
    );
  });
});
