import fc from 'fast-check';
import { exportEstate, importEstate } from '../../../src/lab/estate/archive';
import { addMachines } from '../../../src/lab/estate/machines';
import { closeLaboratories, emptyLaboratory, heldLaboratory } from './laboratories';

afterEach(closeLaboratories);

function exported(): string {
  const laboratory = heldLaboratory();
  addMachines(laboratory, { name: 'PC', product: 'Windows 7 Enterprise', count: 2 });
  return exportEstate(laboratory).text;
}

type Tree = Record<string, unknown>;

/** The archive with one value put in at a path. */
function changed(text: string, path: readonly (string | number)[], value: unknown): string {
  const archive = JSON.parse(text) as Tree;
  const last = path.at(-1)!;
  const holder = path.slice(0, -1).reduce<unknown>((at, key) => (at as Tree)[key], archive) as Tree;
  holder[last] = value;
  return JSON.stringify(archive);
}

function refusal(text: string): string {
  const laboratory = emptyLaboratory();
  try {
    importEstate(laboratory, text, { force: false });
  } catch (error) {
    expect((error as Error).name).toBe('EstateError');
    expect(laboratory.store.read((reader) => reader.estate())).toBeNull();
    return (error as Error).message;
  }
  return '';
}

const state = ['machines', 0, 'state'] as const;

test.each([
  [[...state, 'dns', 'primary'], 'e.x"; calc; $(calc) "'],
  [[...state, 'dns', 'primary'], 'lab.example\n_vlmcs._tcp.lab.example. 1 IN SRV 0 0 1 evil.'],
  [[...state, 'dns', 'searchList'], ['a b']],
  [[...state, 'domain'], "x'; calc"],
  [['estate', 'domain'], 'a;b'],
  [['directories'], [{ domain: 'a\nb', objects: [] }]],
  [['dnsRecords'], [{ name: 'a"b', type: 'A', ttl: 1, data: '192.0.2.1' }]],
  [['dnsRecords'], [{ name: 'a.example', type: 'A', ttl: 1, data: '192.0.2.1\nx' }]],
  [['dnsRecords'], [{ name: 'a.example', type: 'SRV', ttl: 1, data: '0 0 99999 x' }]],
  [['accounts'], [{ user: 'a\u001b[2J', machine: null, role: 'standard', passwordHash: 'h' }]],
  [['clock'], { mode: 'held', at: 8.64e15 }],
  [['clock'], { mode: 'running', aheadByMs: 8.64e15 }],
  [['clock'], { mode: 'running', aheadByMs: 0.5 }],
  [['clock'], { mode: 'running', aheadByMs: -Date.UTC(2020, 0, 1) }],
  [['clock', 'at'], -5e-324],
  [['clock', 'at'], Date.UTC(2026, 0, 5) + 0.25],
  [['clock', 'at'], Date.UTC(1999, 11, 31)],
  [['estate', 'draws'], Number.MAX_SAFE_INTEGER],
  [['clock'], { mode: 'held', at: Date.UTC(2150, 0, 1) }],
  [['estate', 'createdAt'], -8.64e15],
  [['estate', 'settings', 'eventsKept'], 1e300],
  [[...state, 'clockSkewMs'], 1e300],
  [[...state, 'addedAt'], 8.64e15],
  [[...state, 'addedAt'], 1.5],
  [[...state, 'windowsRearmsLeft'], Number.MAX_SAFE_INTEGER],
  [[...state, 'products', 0, 'license', 'reason'], 1e300],
  [[...state, 'products', 0, 'pausedGraceMinutes'], 0.1],
  [[...state, 'loadedHost', 'activationInterval'], 0],
  [[...state, 'products', 0, 'kmsClient', 'renewalInterval'], 0],
])('%j of %j is refused', (path, value) => {
  expect(refusal(changed(exported(), path, value))).toMatch(/cannot be imported/);
});

test('a number of the wrong kind is shown', () => {
  const at = (number: string): string =>
    refusal(exported().replace(/"clock":\{[^}]*\}/, `"clock":{"mode":"held","at":${number}}`));
  expect(at('1.5')).toBe('The file cannot be imported: clock.at must be a whole number, not 1.5.');
  expect(at('1e400')).toBe('The file cannot be imported: clock.at must be a number, not Infinity.');
});

test('the first mistake of a million is told, and no more is looked at', () => {
  for (const path of [['machines'], ['keys'], [...state, 'products'], [...state, 'registry']]) {
    expect(
      refusal(
        changed(
          exported(),
          path,
          Array.from({ length: 1_000_000 }, () => 1),
        ),
      ),
    ).toMatch(/cannot be imported/);
  }
});

test('depth is no danger', () => {
  const deep = `${'['.repeat(2_000_000)}${']'.repeat(2_000_000)}`;
  expect(refusal(deep)).toMatch(/cannot be imported/);
  expect(refusal(exported().replace('"dnsRecords":[]', `"dnsRecords":[${deep}]`))).toMatch(
    /cannot be imported/,
  );
});

test('whatever is put anywhere: imported, or refused with a sentence', () => {
  const text = exported();
  const paths: (string | number)[][] = [];
  const walk = (value: unknown, path: (string | number)[]): void => {
    if (path.length > 0) paths.push(path);
    if (typeof value !== 'object' || value === null) return;
    for (const [key, each] of Object.entries(value))
      walk(each, [...path, Array.isArray(value) ? Number(key) : key]);
  };
  walk(JSON.parse(text), []);
  fc.assert(
    fc.property(fc.constantFrom(...paths), fc.jsonValue({ maxDepth: 2 }), (path, value) => {
      refusal(changed(text, path, value));
    }),
    { numRuns: Number(process.env['SLMGR_PROPERTY_RUNS'] ?? 60) },
  );
});
