import fc from 'fast-check';
import { activate } from '../../../src/lab/model/activate';
import { newMachine } from '../../../src/lab/model/create';
import { mintKey } from '../../../src/lab/model/keys';
import { changeHardware, clone, failGenuineCheck, networkChanged } from '../../../src/lab/model/lifecycle';
import { isServiceRunning } from '../../../src/lab/model/machine';
import { invokeMethod } from '../../../src/lab/model/methods';
import { succeeded } from '../../../src/lab/model/outcome';
import { generalize } from '../../../src/lab/model/sysprep';
import { startService, stopService } from '../../../src/lab/model/service';
import type { MachineState } from '../../../src/lab/model/state';
import { seededRandom } from '../../../src/lab/estate/random';
import { catalogue } from '../../../src/licensing/catalogue/catalogue';
import type { Channel } from '../../../src/licensing/catalogue/types';
import type { MethodCall } from '../../../src/licensing/provider';
import { edition, minute, succeededBy, TestEstate } from './fixtures';

/** What is done on several machines of an estate, in any order: the steps that invariants are tried over. */

export const hostProducts = [
  'Windows Server 2022 Standard',
  'Windows Server 2008 R2 Standard',
  'Windows 7 Enterprise',
  'Windows Vista Enterprise',
] as const;
export const clients = [
  'Windows Server 2019 Standard',
  'Windows Server 2008 Standard',
  'Windows 8 Enterprise',
  'Windows Server 2022 Datacenter',
  'Windows 10 Enterprise',
] as const;
const office = 'Office LTSC Professional Plus 2021';
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
  office,
];
/** A MAK's activations. */
export const pool = 3;
const keys = [
  ...hostKeysOf.map((name) => mintKey({ type: 'csvlk', edition: edition(name) }, random)),
  ...clients.map((name) => mintKey({ type: 'mak', edition: edition(name), pool }, random)),
  ...[...hostProducts, ...clients].map((name) => edition(name).setupKey!),
  edition(office).setupKey!,
  ...clients.map((name) => mintKey({ type: 'evaluation', edition: edition(name) }, random)),
];

/** Machines that came with an evaluation or with Windows from their maker. */
const bought: readonly (readonly [string, string, Exclude<Channel, 'csvlk'>])[] = [
  ['TRIAL', 'Windows Server 2022 Standard', 'evaluation'],
  ['LAPTOP', 'Windows 11 Pro', 'oem'],
  ['OLDPC', 'Windows 7 Professional', 'oem'],
];

function put(estate: TestEstate, name: string, product: string, channel: Exclude<Channel, 'csvlk'>): void {
  const { memory, now } = estate;
  const facts = { name, edition: edition(product), domain: 'lab.example', virtual: false, channel };
  const context = { now, random: memory.random, catalogue: catalogue(), settings: memory.settings };
  memory.put(newMachine(facts, context));
}

/** Four hosts, one of which serves, five clients, and three that were bought with their licence. */
export function freshEstate(): TestEstate {
  const estate = new TestEstate({ eventsKept: 1_000_000 });
  hostProducts.forEach((product, i) => {
    estate.add(`KMS${String(i)}`, product);
  });
  estate.installHostKey('KMS0', 'Windows Server 2022 Standard');
  clients.forEach((product, i) => {
    estate.add(`PC${String(i)}`, product, i % 2 === 0 ? { virtual: true } : {});
  });
  for (const [name, product, channel] of bought) put(estate, name, product, channel);
  estate.installOffice('PC4', office);
  return estate;
}

export type Step = (estate: TestEstate) => unknown;
/** What it is called where a property fails, and what it does. */
export type NamedStep = readonly [string, Step];

const copy = 'COPY';
const names = [
  ...hostProducts.map((_, i) => `KMS${String(i)}`),
  ...clients.map((_, i) => `PC${String(i)}`),
  ...bought.map(([name]) => name),
  copy,
];
const machine = fc.constantFrom(...names);

/** A verb finds the service running: whoever asks it starts it. False: the machine is off. */
function awake(estate: TestEstate, name: string): boolean {
  if (!estate.machine(name).running) return false;
  if (!isServiceRunning(estate.machine(name)))
    estate.act(name, (state, context) => succeededBy(startService(state, context)));
  return true;
}

const invoke =
  (name: string, call: (state: MachineState) => MethodCall | null): Step =>
  (estate) => {
    const wanted = awake(estate, name) ? call(estate.machine(name)) : null;
    if (wanted === null) return;
    estate.act(name, function* act(before, context) {
      const outcome = invokeMethod(before, wanted, context);
      return 'next' in outcome ? yield* outcome : outcome;
    });
  };

type ServiceMethod = Extract<MethodCall, { class: 'SoftwareLicensingService' }>['method'];

const service =
  (method: ServiceMethod, args: MethodCall['args'] = {}) =>
  (name: string): Step =>
    invoke(name, ({ version: key }) => ({ class: 'SoftwareLicensingService', key, method, args }));

const refresh = service('RefreshLicenseStatus');

/** `/ato`: each product with a key, then the check of licences that slmgr asks for. */
const ato =
  (name: string): Step =>
  (estate) => {
    if (!awake(estate, name)) return;
    for (const { activationId, key } of estate.machine(name).products) {
      if (key !== null)
        estate.act(name, (state, context) => activate(state, activationId, 'by-hand', context));
    }
    refresh(name)(estate);
  };

/** `/upk` of the first product with a key. */
export const upk = (name: string): Step =>
  invoke(name, ({ products }) => {
    const keyed = products.find(({ key }) => key !== null);
    return keyed === undefined
      ? null
      : {
          class: 'SoftwareLicensingProduct',
          key: keyed.activationId,
          method: 'UninstallProductKey',
          args: {},
        };
  });

/** A step of a machine that is there. */
const named = (name: string, words: string, act: Step): NamedStep => [
  `${name} ${words}`,
  (estate) => (estate.memory.findMachine(name) === null ? undefined : act(estate)),
];
const on = (words: string, act: (name: string) => Step): fc.Arbitrary<NamedStep> =>
  machine.map((name) => named(name, words, act(name)));

const advance = (minutes: number): NamedStep => [
  `advance ${String(minutes)} min`,
  (estate) => estate.advance(minutes * minute),
];

const lifecycle: readonly fc.Arbitrary<NamedStep>[] = [
  on('stop', (name) => (estate) => estate.stop(name)),
  on('restart', (name) => (estate) => estate.restart(name)),
  on('net stop', (name) => (estate) => {
    estate.act(name, (state, context) => succeededBy(stopService(state, context)));
  }),
  on('net start', (name) => (estate) => {
    estate.act(name, (state, context) => succeededBy(startService(state, context)));
  }),
  on('sysprep', (name) => (estate) => {
    if (estate.machine(name).running)
      estate.act(name, (state, context) => succeededBy(generalize(state, context)));
  }),
  on('hardware', (name) => (estate) => {
    estate.act(name, (state, context) => succeededBy(succeeded(changeHardware(state, context))));
  }),
  on('not genuine', (name) => (estate) => {
    estate.act(name, (state, context) => succeededBy(failGenuineCheck(state, context)));
  }),
  on('network', (name) => (estate) => {
    estate.act(name, (state, context) => succeededBy(succeeded(networkChanged(state, context))));
  }),
  // Two with one CMID from then on. A KMS host's copy would have counters without requests.
  on('cloned', (name) => (estate) => {
    const { memory, now } = estate;
    const context = { now, random: memory.random, catalogue: catalogue(), settings: memory.settings };
    const state = estate.machine(name);
    if (memory.findMachine(copy) !== null || state.products.some(({ kmsHost }) => kmsHost !== null)) return;
    memory.put(clone(state, copy, context));
  }),
];

const settings: readonly fc.Arbitrary<NamedStep>[] = [
  on('/sai 15', service('SetVLActivationInterval', { ActivationInterval: 15 })),
  on('/sri 60', service('SetVLRenewalInterval', { RenewalInterval: 60 })),
  on('/sprt 1700', service('SetKeyManagementServiceListeningPort', { PortNumber: 1700 })),
  on('/cdns', service('DisableKeyManagementServiceDnsPublishing', { DisablePublishing: true })),
  on('/sdns', service('DisableKeyManagementServiceDnsPublishing', { DisablePublishing: false })),
  on('/skms KMS1', service('SetKeyManagementServiceMachine', { MachineName: 'KMS1' })),
  on('/ckms', service('ClearKeyManagementServiceMachine')),
  on('/ckhc', service('DisableKeyManagementServiceHostCaching', { DisableCaching: true })),
];

/** Any of them, verbs and moves of the clock more often than the rest. */
export const steps: fc.Arbitrary<NamedStep> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.tuple(machine, fc.constantFrom(...keys)).map(([name, key]) =>
      named(name, `/ipk ${key}`, (estate) => {
        service('InstallProductKey', { ProductKey: key })(name)(estate);
        ato(name)(estate);
      }),
    ),
  },
  { weight: 3, arbitrary: on('/ato', ato) },
  { weight: 1, arbitrary: on('/upk', upk) },
  { weight: 1, arbitrary: on('/rearm', service('ReArmWindows')) },
  { weight: 4, arbitrary: fc.oneof(...lifecycle) },
  { weight: 3, arbitrary: fc.oneof(...settings) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 60 * 24 }).map(advance) },
  { weight: 1, arbitrary: fc.integer({ min: 60 * 24, max: 60 * 24 * 40 }).map(advance) },
);
