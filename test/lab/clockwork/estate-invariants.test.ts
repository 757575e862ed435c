import fc from 'fast-check';
import type { MethodOfClass } from '../../../src/licensing/cim-classes';
import { catalogue } from '../../../src/licensing/catalogue/catalogue';
import { currentCount } from '../../../src/kms/engine/host';
import { eventTime } from '../../../src/kms/engine/client-events';
import { kmsHostFacts } from '../../../src/lab/clockwork/host-facts';
import { nextDue } from '../../../src/lab/clockwork/due';
import { activate } from '../../../src/lab/model/activate';
import { queryMachine } from '../../../src/lab/model/cim-view';
import { mintKey } from '../../../src/lab/model/keys';
import { changeHardware } from '../../../src/lab/model/lifecycle';
import { invokeMethod } from '../../../src/lab/model/methods';
import { succeeded } from '../../../src/lab/model/outcome';
import { generalize } from '../../../src/lab/model/rearm';
import type { License, MachineState, ProductState } from '../../../src/lab/model/state';
import { seededRandom } from '../../../src/lab/estate/random';
import { day, edition, minute, succeededBy, TestEstate } from './fixtures';

/** What always holds of an estate, whatever is done on several machines in whatever order. */

const hostProducts = [
  'Windows Server 2022 Standard',
  'Windows Server 2008 R2 Standard',
  'Windows 7 Enterprise',
  'Windows Vista Enterprise',
] as const;
const clients = [
  'Windows Server 2019 Standard',
  'Windows Server 2008 Standard',
  'Windows 8 Enterprise',
  'Windows Server 2022 Datacenter',
  'Windows 10 Enterprise',
] as const;
const { next: random } = seededRandom(11, 0);
const hostKeysOf = [
  'Windows Vista Business',
  'Windows 7 Professional',
  'Windows 8.1 Enterprise',
  'Windows Server 2008 Enterprise',
  'Windows Server 2008 R2 Standard',
  'Windows Server 2012 R2 Standard',
  'Windows Server 2016 Standard',
  'Windows Server 2019 Standard',
  'Windows Server 2022 Standard',
  'Office LTSC Professional Plus 2021',
];
const keys = [
  ...hostKeysOf.map((name) => mintKey({ type: 'csvlk', edition: edition(name) }, random)),
  ...clients.map((name) => mintKey({ type: 'mak', edition: edition(name), pool: 3 }, random)),
  ...[...hostProducts, ...clients].map((name) => edition(name).setupKey!),
  ...clients.map((name) => mintKey({ type: 'evaluation', edition: edition(name) }, random)),
];

function fresh(): TestEstate {
  const estate = new TestEstate();
  hostProducts.forEach((product, i) => {
    estate.add(`KMS${String(i)}`, product);
  });
  estate.installHostKey('KMS0', 'Windows Server 2022 Standard');
  clients.forEach((product, i) => {
    estate.add(`PC${String(i)}`, product, i % 2 === 0 ? { virtual: true } : {});
  });
  return estate;
}

type Step = (estate: TestEstate) => unknown;
const names = [...hostProducts.map((_, i) => `KMS${String(i)}`), ...clients.map((_, i) => `PC${String(i)}`)];
const machine = fc.constantFrom(...names);

function service(
  method: MethodOfClass<'SoftwareLicensingService'>,
  args: Readonly<Record<string, string>> = {},
): (name: string) => Step {
  return (name) => (estate) => {
    if (!estate.machine(name).running) return;
    estate.act(name, function* act(state, context) {
      const call = { class: 'SoftwareLicensingService', key: state.version, method, args } as const;
      const outcome = invokeMethod(state, call, context);
      return 'next' in outcome ? yield* outcome : outcome;
    });
  };
}

const ato =
  (name: string): Step =>
  (estate) => {
    const { products, running } = estate.machine(name);
    for (const { activationId, key } of running ? products : []) {
      if (key !== null)
        estate.act(name, (state, context) => activate(state, activationId, 'by-hand', context));
    }
  };

const upk =
  (name: string): Step =>
  (estate) => {
    const keyed = estate.machine(name).products.find(({ key }) => key !== null);
    if (keyed === undefined) return;
    const call = {
      class: 'SoftwareLicensingProduct',
      key: keyed.activationId,
      method: 'UninstallProductKey',
      args: {},
    } as const;
    estate.act(name, function* act(state, context) {
      const outcome = invokeMethod(state, call, context);
      return 'next' in outcome ? yield* outcome : outcome;
    });
  };

const named = (words: string, act: (name: string) => Step): fc.Arbitrary<readonly [string, Step]> =>
  machine.map((name): readonly [string, Step] => [`${name} ${words}`, act(name)]);

const advance = (minutes: number): readonly [string, Step] => [
  `advance ${String(minutes)} min`,
  (estate) => estate.advance(minutes * minute),
];

const steps: fc.Arbitrary<readonly [string, Step]> = fc.oneof(
  fc.tuple(machine, fc.constantFrom(...keys)).map(([name, key]): readonly [string, Step] => [
    `${name} /ipk ${key}`,
    (estate) => {
      service('InstallProductKey', { ProductKey: key })(name)(estate);
      ato(name)(estate);
    },
  ]),
  named('/ato', ato),
  named('/upk', upk),
  named('/rearm', service('ReArmWindows')),
  named('stop', (name) => (estate) => estate.stop(name)),
  named('restart', (name) => (estate) => estate.restart(name)),
  named('sysprep', (name) => (estate) => {
    if (estate.machine(name).running) estate.act(name, (state) => succeededBy(generalize(state)));
  }),
  named('hardware', (name) => (estate) => {
    estate.act(name, (state, context) => succeededBy(succeeded(changeHardware(state, context))));
  }),
  fc.integer({ min: 1, max: 60 * 24 }).map(advance),
  fc.integer({ min: 60 * 24, max: 60 * 24 * 9 }).map(advance),
);

const channelsOf: Record<Extract<License, { status: 'licensed' }>['by'], readonly string[]> = {
  kms: ['gvlk'],
  ad: ['gvlk'],
  token: ['gvlk'],
  microsoft: ['mak', 'csvlk', 'retail'],
  phone: ['mak', 'csvlk', 'retail'],
  avma: ['avma'],
  oem: ['oem'],
  evaluation: ['evaluation'],
};

function checkLicence(estate: TestEstate, state: MachineState, product: ProductState): void {
  const { license, key } = product;
  if (license.status !== 'licensed') return;
  expect(key).not.toBeNull();
  expect(channelsOf[license.by]).toContain(product.channel);
  if (license.until !== null) expect(license.until).toBeGreaterThan(estate.now);
  if (license.by !== 'kms') return;
  expect(license.until! - license.since).toBe(180 * day);
  const activatedAt = estate
    .events(state.name, 12289)
    .filter((fields) => fields[2] === '1' && fields[7] === eventTime(license.since));
  expect(activatedAt).not.toEqual([]);
  const need = catalogue().edition(product.edition).threshold;
  expect(Math.max(...activatedAt.map((fields) => Number(fields[4])))).toBeGreaterThanOrEqual(need);
}

function checkHost(estate: TestEstate, state: MachineState): void {
  const { memory } = estate;
  const facts = kmsHostFacts(state, catalogue(), memory.settings);
  const cache = memory.cacheOf(state.name);
  for (const count of ['windows', 'office-2021']) {
    const most = 2 * cache.greatestThreshold(count);
    expect([...cache.clientsOldestFirst(count)].length).toBeLessThanOrEqual(most);
    const current = currentCount(facts, cache, count, estate.now);
    expect(current).toBeGreaterThanOrEqual(-1);
    expect(current).toBeLessThanOrEqual(Math.max(most, -1));
  }
  const total = state.products.reduce((sum, { kmsHost }) => sum + (kmsHost?.requests.total ?? 0), 0);
  expect(total).toBeLessThanOrEqual(memory.requests(state.name).length);
  for (const { kmsHost } of state.products) {
    if (kmsHost === null) continue;
    const { total: all, ...parts } = kmsHost.requests;
    expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBe(all);
  }
}

function check(estate: TestEstate): void {
  const counts = { currentCount: () => 0 };
  for (const state of estate.memory.machines()) {
    const rows = queryMachine(
      state,
      { class: 'SoftwareLicensingProduct', select: ['ID'], filter: { kind: 'all' } },
      { now: estate.now, catalogue: catalogue(), counts },
    );
    const ids = rows.map(({ ID }) => ID);
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
    for (const product of state.products) {
      expect(ids).toContain(product.activationId);
      checkLicence(estate, state, product);
    }
    checkHost(estate, state);
    const due = nextDue(state);
    expect(due === null || due > estate.now - minute).toBe(true);
  }
}

test('verbs, clocks, restarts and keys in any order on several machines: the estate stays sound', () => {
  fc.assert(
    fc.property(fc.array(steps, { minLength: 1, maxLength: 20, size: 'max' }), (played) => {
      const estate = fresh();
      for (const [, step] of played) {
        step(estate);
        check(estate);
      }
    }),
    { numRuns: 12 },
  );
}, 240_000);

test.each([
  ['Windows Server 2019 Standard', ['2022 Standard', '2019 Standard', '2025 Standard', '2019 Standard']],
  ['Windows Server 2016 Standard', ['2019 Standard', '2016 Standard', '2022 Standard', '2016 Standard']],
  ['Windows Server 2012 R2 Standard', ['2019 Standard', '2016 Standard', '2012 R2 Standard']],
  ['Windows Server 2008 R2 Standard', ['2012 R2 Standard', '2008 R2 Standard', '2008 R2 Enterprise']],
  ['Windows Server 2008 Standard', ['2008 R2 Standard', '2008 Standard', '2012 R2 Standard']],
] as const)('%s that gets one host key after another has each product once', (product, hostKeys) => {
  rekey(
    product,
    hostKeys.map((name) => `Windows Server ${name}`),
  );
});

test.each([
  ['Windows 10 Enterprise', ['Windows 10 Enterprise']],
  ['Windows 8 Enterprise', ['Windows 10 Enterprise', 'Windows 8.1 Enterprise']],
  ['Windows 7 Enterprise', ['Windows 8.1 Enterprise', 'Windows 7 Enterprise', 'Windows 10 Enterprise']],
  [
    'Windows Vista Enterprise',
    ['Windows 7 Enterprise', 'Windows Vista Enterprise', 'Windows 8.1 Enterprise'],
  ],
] as const)('%s, likewise', (product, hostKeys) => {
  rekey(product, hostKeys);
});

function rekey(product: string, hostKeys: readonly string[]): void {
  const estate = new TestEstate();
  estate.add('KMS01', product);
  for (const name of [...hostKeys, product]) {
    estate.installHostKey('KMS01', name);
    check(estate);
    const keyed = estate.machine('KMS01').products.filter(({ key }) => key !== null);
    expect(keyed.map(({ channel, license }) => [channel, license.status])).toEqual([['csvlk', 'licensed']]);
  }
  upk('KMS01')(estate);
  check(estate);
}
