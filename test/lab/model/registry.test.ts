import { restart, start, stop } from '../../../src/lab/model/lifecycle';
import {
  deleteRegistry,
  licensingKey,
  readRegistry,
  registryLines,
  registryValueFor,
  writeRegistry,
} from '../../../src/lab/model/registry';
import { queryMachine } from '../../../src/lab/model/cim-view';
import { registryProblems } from '../../../src/lab/model/registry-problems';
import type { MachineState } from '../../../src/lab/model/state';
import {
  begin,
  context,
  days,
  dword,
  errorOf,
  keyed,
  labKey,
  machine,
  shop,
  sz,
  withRegistry,
  World,
} from './harness';

const server = 'Windows Server 2008 R2 Standard';

function host(world: World): MachineState {
  return world.ato(world.ipk(machine(server), labKey('csvlk', server))).state;
}

test('K8 the licensing key: SL on Vista and Server 2008, SoftwareProtectionPlatform later', () => {
  const parent = 'SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion';
  expect(licensingKey(machine('Windows Vista Enterprise'))).toBe(`${parent}\\SL`);
  expect(licensingKey(machine('Windows 7 Enterprise'))).toBe(`${parent}\\SoftwareProtectionPlatform`);
});

test('values are found without case and keep their spelling', () => {
  const one = writeRegistry({}, 'SkipRearm', dword(1));
  expect(readRegistry(one, 'SKIPREARM')).toEqual(dword(1));
  expect(writeRegistry(one, 'skiprearm', dword(0))).toEqual({ SkipRearm: dword(0) });
  expect(deleteRegistry(one, 'skipREARM')).toEqual({});
  expect(deleteRegistry(one, 'Other')).toBe(one);
});

test.each([
  ['K8.4', 'DisableDnsPublishing', '1', dword(1)],
  ['K8.6', 'EnableKmsLowPriority', '0x1', dword(1)],
  ['K8.7', 'KeyManagementServiceVersion', '1.2', sz('1.2')],
  ['K8.8', 'VLActivationInterval', '15', dword(15)],
  ['K8.9', 'VLRenewalInterval', '20', dword(20)],
  ['K8.10', '55c92734-d682-4d71-983e-d6ec3f16059f\\VLActivationType', '2', dword(2)],
  ['K8.13', 'Activation\\Manual', '1', dword(1)],
  ['K8.14', 'Activation\\NotificationDisabled', '1', dword(1)],
  ['K8.15', 'Activation\\AlternateURL', 'http://x', sz('http://x')],
  ['K8.2', 'KeyManagementServicePort', '1688', sz('1688')],
])('%s %s is stored with its type', (_id, name, text, value) => {
  expect(registryValueFor(name, text)).toEqual(value);
});

test('K7.5 K7.7 K8.5 DnsDomainPublishList is MULTI_SZ: lines of text, number, number', () => {
  const value = registryValueFor('DnsDomainPublishList', 'contoso.com\nfabrikam.com, 10, 75;KMS_E1, 10, 75');
  expect(value).toEqual({
    type: 'MULTI_SZ',
    data: ['contoso.com', 'fabrikam.com, 10, 75', 'KMS_E1, 10, 75'],
  });
  expect(registryLines({ DnsDomainPublishList: value }, 'dnsdomainpublishlist')).toHaveLength(3);
});

test.each([
  ['KeyManagementServiceListeningPort', '70000', 'Port 1688 is used.'],
  ['KeyManagementServicePort', 'abc', 'Port 1688 is used.'],
  ['55c92734-d682-4d71-983e-d6ec3f16059f\\KeyManagementServicePort', '0', 'Port 1688 is used.'],
  ['VLRenewalInterval', '14', '10080 are used.'],
  ['VLActivationInterval', '43201', '120 are used.'],
  ['VLActivationType', '4', 'All are used.'],
  ['DnsDomainPublishList', 'lab.example, 70000, 1', 'is not published'],
])('%s %s is told as what the service passes over, and passed over', (name, text, words) => {
  const value = registryValueFor(name, text);
  expect(registryProblems(name, value)).toEqual([expect.stringContaining(words) as string]);
  expect(registryProblems(`Other\\${name}`, value)).toEqual([]);
  const { loadedHost } = restart({ ...machine(server), registry: { [name]: value } }, context()).state;
  expect(loadedHost).toMatchObject({ listeningPort: 1688, activationInterval: 120, renewalInterval: 10_080 });
});

test.each([
  ['KeyManagementServiceListeningPort', '1'],
  ['KeyManagementServicePort', '65535'],
  ['VLRenewalInterval', '15'],
  ['VLActivationInterval', '43200'],
  ['VLActivationType', '0'],
  ['DisableDnsPublishing', '7'],
  ['DnsDomainPublishList', 'lab.example, 65535, 1'],
])('%s %s is taken', (name, text) => {
  expect(registryProblems(name, registryValueFor(name, text))).toEqual([]);
});

test('a port that can be none is not shown as the one that the host listens on', () => {
  const world = new World();
  const bad = withRegistry(host(world), 'KeyManagementServiceListeningPort', sz('70000'));
  const select = ['KeyManagementServiceListeningPort'] as const;
  const query = { class: 'SoftwareLicensingService', select, filter: { kind: 'all' } } as const;
  const [row] = queryMachine(bad, query, { now: begin, catalogue: shop, counts: { currentCount: () => 0 } });
  expect(row?.KeyManagementServiceListeningPort).toBe(0);
});

test('a DWORD that is none is refused', () => {
  for (const text of ['-1', 'yes', '4294967296', '0x1ffffffff', '']) {
    expect(() => registryValueFor('SkipRearm', text)).toThrow(RangeError);
  }
});

test('K3.7 /sai and /sri succeed only on a KMS host', () => {
  const world = new World();
  const client = machine('Windows 7 Enterprise');
  const set = (state: MachineState): readonly string[] => [
    errorOf(world.service(state, 'SetVLActivationInterval', { ActivationInterval: 60 })),
    errorOf(world.service(state, 'SetVLRenewalInterval', { RenewalInterval: 60 })),
  ];
  expect(set(client)).toEqual(['0xC004F016', '0xC004F016']);
  expect(set(host(world))).toEqual(['0x0', '0x0']);
});

test('K3.2 K3.3 the intervals go from 15 to 43200 minutes', () => {
  const world = new World();
  const kms = host(world);
  const sai = (ActivationInterval: number): string =>
    errorOf(world.service(kms, 'SetVLActivationInterval', { ActivationInterval }));
  const sri = (RenewalInterval: number): string =>
    errorOf(world.service(kms, 'SetVLRenewalInterval', { RenewalInterval }));
  for (const bad of [0, 14, 43_201, 1.5]) expect([sai(bad), sri(bad)]).toEqual(['0x80070057', '0x80070057']);
  for (const good of [15, 43_200]) expect([sai(good), sri(good)]).toEqual(['0x0', '0x0']);
});

test('K3.5 K8.3 the listening port is 1688 unless set; a change takes effect at the restart of the service (K7.8)', () => {
  const world = new World();
  const kms = host(world);
  expect(kms.loadedHost.listeningPort).toBe(1688);
  const set = world.service(kms, 'SetKeyManagementServiceListeningPort', { PortNumber: 1700 }).state;
  expect(set.loadedHost.listeningPort).toBe(1688);
  const up = restart(set, context()).state;
  expect(up.loadedHost.listeningPort).toBe(1700);
  const cleared = world.service(up, 'ClearKeyManagementServiceListeningPort').state;
  expect(restart(cleared, context()).state.loadedHost.listeningPort).toBe(1688);
  expect(errorOf(world.service(kms, 'SetKeyManagementServiceListeningPort', { PortNumber: 0 }))).toBe(
    '0x80070057',
  );
});

test('K3.4 K7.2 K8.4 a host publishes at start and every 24 hours; /cdns stops it, /sdns starts it', () => {
  const world = new World();
  const kms = host(world);
  const wishes = (state: MachineState, until: number): number =>
    world.playUntil(state, until).outcomes.flatMap((outcome) => outcome.wishes).length;
  expect(wishes(kms, begin + days(3))).toBe(3);
  const disable = (DisablePublishing: boolean, state: MachineState): MachineState =>
    world.service(state, 'DisableKeyManagementServiceDnsPublishing', { DisablePublishing }).state;
  const off = restart(disable(true, kms), context());
  expect(off.wishes).toEqual([]);
  expect(wishes(off.state, begin + days(3))).toBe(0);
  const on = restart(disable(false, off.state), context());
  expect(on.wishes).toEqual([{ kind: 'publish-dns' }]);
});

test('K7.3 K10.12 a host that stops publishes nothing more, and says 903; 900 and 902 at its start', () => {
  const world = new World();
  const down = stop(host(world), context());
  expect(down.wishes).toEqual([]);
  expect(down.events.map(({ id }) => id)).toEqual([903]);
  expect(world.playUntil(down.state, begin + days(3)).outcomes).toEqual([]);
  expect(start(down.state, context()).events.map(({ id }) => id)).toEqual([900, 902, 1003]);
});

test('K8.6 low priority and K8.8 K8.9 intervals are loaded at the start of the service', () => {
  const world = new World();
  let kms = host(world);
  kms = world.service(kms, 'EnableKeyManagementServiceLowPriority', { EnableLowPriority: true }).state;
  kms = world.service(kms, 'SetVLActivationInterval', { ActivationInterval: 30 }).state;
  kms = world.service(kms, 'SetVLRenewalInterval', { RenewalInterval: 300 }).state;
  expect(kms.loadedHost).toMatchObject({
    lowPriority: false,
    activationInterval: 120,
    renewalInterval: 10_080,
  });
  expect(restart(kms, context()).state.loadedHost).toMatchObject({
    lowPriority: true,
    activationInterval: 30,
    renewalInterval: 300,
  });
});

test('K8.10 the activation type: AD only and token only do not ask KMS', () => {
  const world = new World();
  const pc = machine('Windows 10 Enterprise');
  const only = (ActivationType: number): ReturnType<World['ato']> => {
    const { state } = world.service(pc, 'SetVLActivationTypeEnabled', { ActivationType });
    world.asked.length = 0;
    return world.ato(state);
  };
  expect(errorOf(only(1))).toBe('0xC004F081');
  expect(world.contacts()).toEqual([]);
  expect(errorOf(only(3))).toBe('0xC004F302');
  expect(world.asked).toEqual([]);
  expect(errorOf(only(2))).toBe('0x0');
  expect(world.asked.map(({ kind }) => kind)).toEqual(['resolve-srv', 'contact']);
  expect(errorOf(world.service(pc, 'SetVLActivationTypeEnabled', { ActivationType: 4 }))).toBe('0x80070057');
  const sku = withRegistry(
    pc,
    `55C92734-d682-4d71-983e-d6ec3f16059f\\${keyed(pc).activationId}\\VLActivationType`,
    dword(1),
  );
  expect(errorOf(world.ato(sku))).toBe('0xC004F081');
});
