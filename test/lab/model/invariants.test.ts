import fc from 'fast-check';
import { methodsOfClass, productProperties, serviceProperties } from '../../../src/licensing/cim-classes';
import type { MethodCall } from '../../../src/licensing/provider';
import { queryMachine } from '../../../src/lab/model/cim-view';
import { installEdition, newMachine } from '../../../src/lab/model/create';
import {
  changeHardware,
  clone,
  failGenuineCheck,
  networkChanged,
  restart,
  start,
  stop,
} from '../../../src/lab/model/lifecycle';
import { gracesOf } from '../../../src/lab/model/license';
import type { Outcome } from '../../../src/lab/model/outcome';
import { generalize } from '../../../src/lab/model/sysprep';
import type { MachineState } from '../../../src/lab/model/state';
import { nextDue } from '../../../src/lab/model/step';
import { begin, context, days, labKey, minutes, shop, World } from './harness';

/** A machine on its way through any commands, with the invariants that always hold. */
class Journey {
  now = begin;
  state: MachineState;
  readonly world = new World();
  private cmids = new Set<string>();

  constructor(product: string) {
    const edition = shop.findEdition(product)!;
    this.state = newMachine({ name: 'PC', edition, domain: 'lab.example', virtual: true }, context());
  }

  take(outcome: Outcome | MachineState): void {
    this.check('result' in outcome ? outcome.state : outcome);
  }

  advance(ms: number): void {
    this.now += ms;
    const { state } = this.world.playUntil(this.state, this.now);
    this.take(state);
    const due = nextDue(this.state);
    expect(due === null || due > this.now).toBe(true);
  }

  private check(after: MachineState): void {
    const before = this.state;
    this.state = after;
    expect(JSON.parse(JSON.stringify(after))).toEqual(after);
    expect(new Set(after.products.map(({ activationId }) => activationId)).size).toBe(after.products.length);
    for (const id of after.editions) {
      expect(
        after.products.filter(({ edition, key }) => edition === id && key !== null).length,
      ).toBeLessThanOrEqual(1);
    }
    expect(after.windowsRearmsLeft).toBeGreaterThanOrEqual(0);
    if (after.cmid !== before.cmid) {
      expect(this.cmids.has(after.cmid)).toBe(false);
      expect(before.pendingRearm).not.toBeNull();
    }
    this.cmids.add(after.cmid);
    for (const product of after.products) this.checkProduct(after, product);
    this.checkView(after);
  }

  private checkProduct(machine: MachineState, product: MachineState['products'][number]): void {
    const { license, key } = product;
    const graces = gracesOf(shop.edition(product.edition), context());
    expect(machine.editions).toContain(product.edition);
    if (key === null)
      expect([license.status, product.timer, product.kmsHost]).toEqual(['unlicensed', null, null]);
    if (license.status === 'oob-grace') expect(graces.oob).not.toBeNull();
    if (license.status === 'oot-grace') expect(graces.oot).not.toBeNull();
    if (license.status === 'licensed') {
      if (license.by === 'kms' || license.by === 'ad') expect(license.until! - license.since).toBe(days(180));
      if (license.by === 'kms') expect(product.kmsClient.hostPid).not.toBeNull();
    }
    expect((product.kmsHost !== null) === (key !== null && product.channel === 'csvlk')).toBe(true);
  }

  private checkView(machine: MachineState): void {
    const view = { now: this.now, catalogue: shop, counts: { currentCount: () => 0 } };
    const rows = queryMachine(
      machine,
      { class: 'SoftwareLicensingProduct', select: productProperties, filter: { kind: 'has-product-key' } },
      view,
    );
    expect(rows).toHaveLength(machine.products.filter(({ key }) => key !== null).length);
    for (const row of rows) {
      expect(Number(row.GracePeriodRemaining)).toBeGreaterThanOrEqual(0);
      expect(String(row.PartialProductKey)).toHaveLength(5);
    }
    const select = serviceProperties;
    const service = queryMachine(
      machine,
      { class: 'SoftwareLicensingService', select, filter: { kind: 'all' } },
      view,
    );
    expect(service).toHaveLength(1);
  }
}

type Command = fc.Command<{ started: boolean }, Journey>;

function command(name: string, run: (journey: Journey) => void): Command {
  return { check: () => true, run: (_, journey) => run(journey), toString: () => name };
}

const windowsNames = [
  'Windows Vista Enterprise',
  'Windows 7 Enterprise',
  'Windows Server 2008 R2 Standard',
  'Windows 11 Enterprise',
  'Windows Server 2022 Datacenter',
] as const;

const keys = [
  ...windowsNames.map((name) => shop.findEdition(name)!.setupKey!),
  ...windowsNames.map((name) => labKey('csvlk', name)),
  ...windowsNames.map((name) => labKey('mak', name, 1, 2)),
  ...windowsNames.map((name) => labKey('retail', name)),
  labKey('csvlk', 'Office LTSC Professional Plus 2021'),
  'W3GNR-8DDXR-2TFRP-H8P33-DV9BG',
  'AAAAA-BBBBB-CCCCC-DDDDD-EEEEE',
];

const lifecycle: readonly fc.Arbitrary<Command>[] = (
  [
    ['stop', (j: Journey) => j.take(stop(j.state, context(j.now)))],
    ['start', (j: Journey) => j.take(start(j.state, context(j.now, j.now)))],
    ['restart', (j: Journey) => j.take(restart(j.state, context(j.now, j.now)))],
    ['sysprep', (j: Journey) => j.take(generalize(j.state, context(j.now)))],
    ['clone', (j: Journey) => j.take(clone(j.state, 'PC2', context(j.now)))],
    ['hardware', (j: Journey) => j.take(changeHardware(j.state, context(j.now)))],
    ['not genuine', (j: Journey) => j.take(failGenuineCheck(j.state, context(j.now)))],
    ['network', (j: Journey) => j.take(networkChanged(j.state, context(j.now)))],
    ['elevate', (j: Journey) => j.take({ ...j.state, elevated: !j.state.elevated })],
    [
      'office',
      (j: Journey) => {
        const office = shop.findEdition('Office LTSC Professional Plus 2021')!;
        if (!j.state.editions.includes(office.id)) j.take(installEdition(j.state, office, context(j.now)));
      },
    ],
  ] as const
).map(([name, run]) => fc.constant(command(name, run)));

const argument = fc.oneof(fc.constantFrom(...keys), fc.string({ maxLength: 12 }), fc.integer(), fc.boolean());

function callOf(
  serviceMethod: string,
  isService: boolean,
  values: readonly (string | number | boolean)[],
): (j: Journey) => MethodCall {
  return (j) => {
    const parameters = Object.entries({
      ...methodsOfClass.SoftwareLicensingService,
      ...methodsOfClass.SoftwareLicensingProduct,
    }).find(([name]) => name === serviceMethod)![1];
    const args = Object.fromEntries(parameters.map(([name], i) => [name, values[i] ?? '']));
    const products = j.state.products.map(({ activationId }) => activationId);
    return {
      class: isService ? 'SoftwareLicensingService' : 'SoftwareLicensingProduct',
      key: isService ? j.state.version : (products[Number(values[3] === true)] ?? 'none'),
      method: serviceMethod,
      args,
    } as MethodCall;
  };
}

const calls: readonly fc.Arbitrary<Command>[] = (
  ['SoftwareLicensingService', 'SoftwareLicensingProduct'] as const
).flatMap((name) =>
  Object.keys(methodsOfClass[name]).map((method) =>
    fc.tuple(argument, argument, argument, fc.boolean()).map((values) => {
      const call = callOf(method, name === 'SoftwareLicensingService', values);
      return command(method, (j) => {
        const made = call(j);
        const { elevated, pendingRearm } = j.state;
        const before = j.state;
        const outcome = j.world.call(before, made, j.now);
        if (!elevated && /^ReArm|^Uninstall|^Set|^Clear/.test(method)) expect(outcome.state).toBe(before);
        if (pendingRearm !== null) expect(outcome.state.cmid).toBe(before.cmid);
        j.take(outcome);
      });
    }),
  ),
);

const surroundings: readonly fc.Arbitrary<Command>[] = [
  fc.integer({ min: 1, max: 200 }).map((n) => command(`advance ${String(n)} d`, (j) => j.advance(days(n)))),
  fc
    .integer({ min: 1, max: 600 })
    .map((n) => command(`advance ${String(n)} min`, (j) => j.advance(minutes(n)))),
  fc.boolean().map((off) => command(`reachable ${String(!off)}`, (j) => (j.world.unreachable = off))),
  fc.constantFrom(1, 5, 25).map((count) => command(`count ${String(count)}`, (j) => (j.world.count = count))),
  fc
    .constantFrom(...keys)
    .map((key) =>
      command(`ipk ${key}`, (j) =>
        j.take(j.world.service(j.state, 'InstallProductKey', { ProductKey: key }, j.now)),
      ),
    ),
];

test('any commands in any order leave a sound machine', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...windowsNames),
      fc.commands([...lifecycle, ...calls, ...surroundings, ...surroundings], { maxCommands: 40 }),
      (product, commands) => {
        fc.modelRun(() => ({ model: { started: true }, real: new Journey(product) }), commands);
      },
    ),
    { numRuns: Number(process.env['SLMGR_PROPERTY_RUNS'] ?? '150') },
  );
}, 240_000);

test('the same commands give the same machine: nothing but the arguments counts', () => {
  fc.assert(
    fc.property(fc.constantFrom(...windowsNames), fc.integer({ min: 1, max: 400 }), (product, span) => {
      const play = (): MachineState => {
        const journey = new Journey(product);
        journey.advance(days(span));
        return journey.state;
      };
      expect(play()).toEqual(play());
    }),
    { numRuns: 10 },
  );
});
