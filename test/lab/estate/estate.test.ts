import { holdClock, runClock, showClock } from '../../../src/lab/estate/clock';
import { initEstate } from '../../../src/lab/estate/init';
import {
  addMachines,
  findMachine,
  installProduct,
  listMachines,
  localMachine,
  removeMachine,
  showMachine,
} from '../../../src/lab/estate/machines';
import { mintLabKey } from '../../../src/lab/estate/keys';
import { advanceClock, catchUp, setClock } from '../../../src/lab/estate/perform';
import { closeLaboratories, day, emptyLaboratory, heldLaboratory, hour, start } from './laboratories';

afterEach(closeLaboratories);

describe('init', () => {
  test('refuses to overwrite an estate unless told to', () => {
    const laboratory = heldLaboratory();
    addMachines(laboratory, { name: 'PC', product: 'Windows 7 Enterprise' });
    expect(() => initEstate(laboratory)).toThrow(/There is an estate already \(lab\.example.*--force/);
    expect(initEstate(laboratory, { force: true, domain: 'other.example' })).toMatchObject({
      replaced: true,
      estate: { domain: 'other.example' },
    });
    expect(listMachines(laboratory)).toEqual([]);
  });

  test('the local machine of first use is no estate, and keys minted before it stay', () => {
    const laboratory = emptyLaboratory();
    expect(localMachine(laboratory).isNew).toBe(true);
    expect(localMachine(laboratory).isNew).toBe(false);
    const { text } = mintLabKey(laboratory, { kind: 'mak', edition: 'Windows 7 Enterprise' });
    // What exists is listed, with an estate or without.
    expect(listMachines(laboratory).map(({ state }) => state.name)).toEqual(['LOCALHOST']);
    expect(initEstate(laboratory).replaced).toBe(false);
    expect(listMachines(laboratory)).toEqual([]);
    expect(laboratory.store.read((reader) => reader.mintedKey(text)?.text)).toBe(text);
  });

  test('equal seeds make equal estates', () => {
    const cmids = [7, 7, 8].map((seed) => {
      const laboratory = heldLaboratory(seed);
      addMachines(laboratory, { name: 'PC', product: 'Windows 7 Enterprise', count: 3 });
      return listMachines(laboratory).map(({ state }) => state.cmid);
    });
    expect(cmids[0]).toEqual(cmids[1]);
    expect(cmids[0]).not.toEqual(cmids[2]);
    expect(new Set(cmids[0]).size).toBe(3);
  });

  test.each(['', 'a..b', '-x', 'a b'])('"%s" is no domain', (domain) => {
    expect(() => initEstate(emptyLaboratory(), { domain })).toThrow(/is no DNS domain/);
  });
});

describe('machines', () => {
  test('a count numbers the names, wide enough for all of them', () => {
    const laboratory = heldLaboratory();
    const names = (count: number, name: string): readonly string[] =>
      addMachines(laboratory, { name, product: 'Windows 7 Enterprise', count }).map(
        ({ state }) => state.name,
      );
    expect(names(1, 'ONE')).toEqual(['ONE-001']);
    expect(names(2, 'PC')).toEqual(['PC-001', 'PC-002']);
    expect(names(1000, 'N').at(0)).toBe('N-0001');
  });

  test('a count goes on behind the machines that are there', () => {
    const laboratory = heldLaboratory();
    addMachines(laboratory, { name: 'PC-003', product: 'Windows 7 Enterprise' });
    addMachines(laboratory, { name: 'pc', product: 'Windows 7 Enterprise', count: 2 });
    expect(listMachines(laboratory).map(({ state }) => state.name)).toEqual(['PC-003', 'pc-004', 'pc-005']);
  });

  test('a new machine contacts nobody before one activation interval has gone by', () => {
    const laboratory = heldLaboratory();
    const [added] = addMachines(laboratory, { name: 'PC', product: 'windows 7 enterprise' });
    expect(added?.nextDue).toBe(start + 2 * hour);
    expect(added?.state.domain).toBe('lab.example');
  });

  test.each([
    ['a/b', 'Windows 7 Enterprise', /no machine name/],
    ['-PC', 'Windows 7 Enterprise', /no machine name/],
    ['localhost', 'Windows 7 Enterprise', /this machine itself/],
    ['PC', 'Windows 7 Enterprse', /did you mean.*"Windows 7 Enterprise"/],
    ['PC', 'Office LTSC Professional Plus 2021', /is no Windows/],
  ])('%s with %s is refused', (name, product, message) => {
    const laboratory = heldLaboratory();
    expect(() => addMachines(laboratory, { name, product })).toThrow(message);
    expect(listMachines(laboratory)).toEqual([]);
  });

  test('another product is installed once', () => {
    const laboratory = heldLaboratory();
    addMachines(laboratory, { name: 'PC', product: 'Windows 10 Enterprise' });
    const office = 'Office LTSC Professional Plus 2021';
    expect(installProduct(laboratory, 'pc', office).editions).toHaveLength(2);
    expect(() => installProduct(laboratory, 'PC', office)).toThrow(/already/);
    expect(() => installProduct(laboratory, 'PC', 'Windows 7 Enterprise')).toThrow(/add a machine/);
  });

  test('names are found in any case, with their domain, and not otherwise', () => {
    const laboratory = heldLaboratory();
    addMachines(laboratory, { name: 'PC', product: 'Windows 10 Enterprise' });
    const find = (word: string): string | undefined =>
      laboratory.store.read((reader) => findMachine(reader, word)?.state.name);
    expect([find('pc'), find('PC.LAB.example'), find('pc.lab.example.')]).toEqual(['PC', 'PC', 'PC']);
    expect([find('pc.elsewhere'), find('pcx'), find('10.0.0.1')]).toEqual([undefined, undefined, undefined]);
  });

  test('a removed machine is gone', () => {
    const laboratory = heldLaboratory();
    addMachines(laboratory, { name: 'PC', product: 'Windows 10 Enterprise' });
    expect(removeMachine(laboratory, 'pc').name).toBe('PC');
    expect(() => showMachine(laboratory, 'PC')).toThrow(/no machine PC/);
  });
});

describe('time', () => {
  test('an estate made with a time stands still, for every process', () => {
    const laboratory = heldLaboratory();
    laboratory.pass(5 * day);
    expect(showClock(laboratory.second())).toEqual({ mode: 'held', now: start, nextDue: null });
  });

  test('an estate made without one follows the real clock', () => {
    const laboratory = emptyLaboratory();
    initEstate(laboratory);
    laboratory.pass(hour);
    expect(showClock(laboratory)).toMatchObject({ mode: 'running', now: start + hour });
  });

  test('hold and run keep what the clock shows', () => {
    const laboratory = heldLaboratory();
    laboratory.pass(day);
    expect(runClock(laboratory)).toMatchObject({ mode: 'running', now: start });
    laboratory.pass(hour);
    expect(holdClock(laboratory)).toMatchObject({ mode: 'held', now: start + hour });
    laboratory.pass(hour);
    expect(showClock(laboratory).now).toBe(start + hour);
  });

  test('advance moves a standing clock, and a running one stays ahead', async () => {
    const laboratory = heldLaboratory();
    await advanceClock(laboratory, day);
    expect(showClock(laboratory)).toMatchObject({ mode: 'held', now: start + day });
    runClock(laboratory);
    await advanceClock(laboratory, hour);
    laboratory.pass(1000);
    expect(showClock(laboratory)).toMatchObject({ mode: 'running', now: start + day + hour + 1000 });
  });

  test('the clock never goes back', async () => {
    const laboratory = heldLaboratory();
    await expect(setClock(laboratory, start - 1)).rejects.toThrow(/cannot go back.*2026-01-05T08:00:00/);
    await expect(advanceClock(laboratory, -1)).rejects.toThrow(/cannot go back/);
    expect(showClock(laboratory).now).toBe(start);
  });

  test('what is due on the way is played at its own time, in order', async () => {
    const laboratory = heldLaboratory();
    addMachines(laboratory, { name: 'PC', product: 'Windows 7 Enterprise', count: 2 });
    const advanced = await advanceClock(laboratory, 5 * hour);
    expect(advanced).toMatchObject({ played: 4, interrupted: false });
    const times = laboratory.store.read((reader) =>
      reader
        .events(reader.machineId('PC-002')!, { after: 0, since: null, limit: 100 })
        .filter(({ entry }) => entry.id === 8198)
        .map(({ entry }) => entry.at - start),
    );
    expect(times).toEqual([2 * hour, 4 * hour]);
    expect(showClock(laboratory)).toMatchObject({ now: start + 5 * hour, nextDue: start + 6 * hour });
  });

  test('a running estate catches up with what was due while nobody looked', async () => {
    const laboratory = emptyLaboratory();
    initEstate(laboratory);
    addMachines(laboratory, { name: 'PC', product: 'Windows 7 Enterprise' });
    laboratory.pass(3 * hour);
    await catchUp(laboratory);
    expect(showClock(laboratory)).toMatchObject({ now: start + 3 * hour, nextDue: start + 4 * hour });
  });

  test('without an estate there is no clock to move', async () => {
    await expect(advanceClock(emptyLaboratory(), day)).rejects.toThrow(/lab init/);
  });
});
