import * as fc from 'fast-check';
import { foldPlan } from '../../../src/fleet/policy/fold-plan';
import {
  desiredByMachine,
  planCounts,
  planStatus,
  type PlannedMachine,
} from '../../../src/fleet/policy/plan';
import { isPlanText, readPlan, writePlan } from '../../../src/fleet/policy/plan-file';
import { readPolicy } from '../../../src/fleet/policy/read-policy';

describe('a policy', () => {
  test('the words of the documentation', () => {
    const { policies } = readPolicy(`
version: 1
policies:
  - targets: 'PC-*'
    set: { kms: kms01.lab.example:1688, activation: kms, hostCaching: false, licensed: true }
  - targets: '@hosts'
    exclude: KMS09
    set:
      key: { type: csvlk, from: { env: HOST_KEY } }
      kms: { host: '[2001:db8::1]:1700' }
      port: 1700
      dns: off
`);
    expect(policies.map(({ set }) => set)).toEqual([
      {
        kms: { host: 'kms01.lab.example', port: 1688 },
        activation: 'kms',
        hostCaching: false,
        licensed: true,
      },
      {
        key: { type: 'csvlk', from: { env: 'HOST_KEY' } },
        kms: { host: '[2001:db8::1]', port: 1700 },
        port: 1700,
        dns: 'off',
      },
    ]);
  });

  test.each([
    ['version: 2\npolicies: []\n', 'line 1: version takes 1'],
    ['version: 1\n', 'policies must be a list'],
    ['version: 1\npolicies: []\n', 'line 2: policies has no rule'],
    ['version: 1\npolicies:\n  - targets: PC\n    set: { port: 0 }\n', 'set.port is not from 1 to 65535'],
    [
      'version: 1\npolicies:\n  - targets: PC\n    sett: { kms: auto }\n',
      'line 3: policies.0 has no "sett"; did you mean set?',
    ],
    ['version: 1\npolicies:\n  - targets: PC\n    set: {}\n', 'line 4: policies.0.set says nothing'],
    [
      'version: 1\npolicies:\n  - targets: PC\n    set:\n      kms: auto\n      colour: red\n',
      'line 5: policies.0.set has no "colour"; it takes key, kms',
    ],
    [
      'version: 1\npolicies:\n  - targets: PC\n    set:\n      key: AAAAA-BBBBB-CCCCC-DDDDD-EEEEE\n',
      'line 5: policies.0.set.key takes gvlk, keep',
    ],
    [
      'version: 1\npolicies:\n  - targets: PC\n    set:\n      key: { type: mak, from: { key: X } }\n',
      'line 5: policies.0.set.key',
    ],
    ['version: 1\npolicies:\n  - targets: PC\n    set: { kms: "a:99999" }\n', 'line 4: policies.0.set.kms'],
    ['version: 1\npolicies:\n  - targets: PC\n    set: { minDays: 365 }\n', 'is more than the 180 days'],
    ['version: 1\npolicies:\n  - {targets: PC, set: {kms: auto, kms: x}}\n', 'no YAML: '],
    [
      'version: 1\npolicies:\n  - targets: PC\n    set:\n      kms: auto\n      kms: x\n',
      'line 6: no YAML: the key kms stands twice',
    ],
    ['version: 1\n\tpolicies: []\n', 'no YAML: '],
    ['', 'is empty: it must be a mapping (name: value)'],
    ['&a [*a]', ''],
  ])('what is wrong is told with its place: %j', (text, told) => {
    expect(() => readPolicy(text)).toThrow(told);
  });

  test('whatever the text is, an error of the policy comes or a policy', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        try {
          readPolicy(text);
        } catch (error) {
          expect(error).toMatchObject({ name: 'PolicyError' });
        }
      }),
    );
  });

  test('a later rule goes before an earlier one, setting by setting, and names compare without case', () => {
    const policy = readPolicy(`
version: 1
policies:
  - { targets: all, set: { kms: auto, licensed: true } }
  - { targets: some, set: { kms: kms01 } }
`);
    const names: Record<string, readonly string[]> = { all: ['PC-1', 'PC-2'], some: ['pc-2'] };
    expect([...desiredByMachine(policy, ({ targets }) => names[targets] ?? [])]).toEqual([
      ['PC-1', { kms: 'auto', licensed: true }],
      ['PC-2', { kms: { host: 'kms01', port: 1688 }, licensed: true }],
    ]);
  });
});

const desired = fc
  .record(
    {
      key: fc.constantFrom('gvlk' as const, 'keep' as const),
      kms: fc.oneof(
        fc.constant('auto' as const),
        fc.record({ host: fc.constantFrom('kms01', '[::1]'), port: fc.integer({ min: 1, max: 65_535 }) }),
        fc.record({ domain: fc.constant('corp.example') }),
      ),
      hostCaching: fc.boolean(),
      minDays: fc.integer({ min: 1, max: 180 }),
    },
    { requiredKeys: [] },
  )
  .filter((set) => Object.keys(set).length > 0);

const planned: fc.Arbitrary<PlannedMachine> = fc.record({
  machine: fc.stringMatching(/^PC-[0-9]{1,3}$/),
  via: fc.constantFrom('lab', 'ssh'),
  outcome: fc.constantFrom('differs' as const, 'ok' as const, 'unreachable' as const, 'unknown' as const),
  changes: fc.array(
    fc.record({ setting: fc.constantFrom('kms' as const), from: fc.string(), to: fc.string() }),
    { maxLength: 2 },
  ),
  reasons: fc.array(fc.string(), { maxLength: 1 }),
  desired,
});

describe('a plan', () => {
  test('is read as it was written, and none of its machines is lost in folding', () => {
    fc.assert(
      fc.property(fc.uniqueArray(planned, { selector: ({ machine }) => machine }), (machines) => {
        const text = writePlan({ madeAt: 1_700_000_000_000, machines });
        expect(isPlanText(text)).toBe(true);
        expect(readPlan(text)).toEqual({ madeAt: 1_700_000_000_000, machines });
        const folded = foldPlan(machines);
        expect(folded.reduce((sum, group) => sum + group.machines, 0)).toBe(machines.length);
        const counts = planCounts(machines);
        expect(Object.values(counts).reduce((sum: number, each: number) => sum + each, 0)).toBe(
          machines.length,
        );
      }),
    );
  });

  test.each([
    [{ differs: 0, ok: 3, unreachable: 0, unknown: 0 }, 0],
    [{ differs: 1, ok: 3, unreachable: 0, unknown: 0 }, 2],
    [{ differs: 1, ok: 3, unreachable: 1, unknown: 0 }, 3],
    [{ differs: 0, ok: 3, unreachable: 0, unknown: 1 }, 3],
  ])('%j is the status %i', (counts, status) => {
    expect(planStatus(counts)).toBe(status);
  });

  test.each(['', '{', '{"format":"slmgr-plan"}', '[]', '{"format":"slmgr-plan","version":1,"madeAt":"x"}'])(
    'what is none is refused: %j',
    (text) => {
      expect(() => readPlan(text)).toThrow(expect.objectContaining({ name: 'PolicyError' }) as Error);
    },
  );
});
