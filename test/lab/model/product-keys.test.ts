import { installEdition } from '../../../src/lab/model/create';
import { hardwareIdOf } from '../../../src/lab/model/identity';
import { installationIdOf } from '../../../src/lab/model/installation';
import { changeHardware } from '../../../src/lab/model/lifecycle';
import { confirmationId } from '../../../src/lab/model/phone';
import { installProductKey } from '../../../src/lab/model/product-keys';
import type { MachineState } from '../../../src/lab/model/state';
import { hostKeyLimits } from '../../../src/lab/model/microsoft';
import {
  begin,
  context,
  days,
  dword,
  errorOf,
  keyed,
  labKey,
  machine,
  minutes,
  shop,
  withRegistry,
  World,
} from './harness';

const server = 'Windows Server 2008 R2 Standard';
const named = (state: MachineState, name: string): MachineState => ({
  ...state,
  name: name as MachineState['name'],
});

test('K11.1 a host key: six hosts with ten activations each, then 0xC004C008', () => {
  const world = new World();
  const key = labKey('csvlk', server);
  const hosts = Array.from({ length: 7 }, (_, i) =>
    world.ipk(named(machine(server), `KMS${String(i)}`), key),
  );
  for (const host of hosts.slice(0, hostKeyLimits.hosts)) {
    for (let i = 0; i < hostKeyLimits.activationsPerHost; i += 1)
      expect(errorOf(world.ato(host))).toBe('0x0');
    expect(errorOf(world.ato(host))).toBe('0xC004C008');
  }
  expect(errorOf(world.ato(hosts[6]!))).toBe('0xC004C008');
});

test('K11.3 after its activation a host publishes at once', () => {
  const world = new World();
  const host = world.ipk(machine(server), labKey('csvlk', server));
  expect(keyed(host).kmsHost!.group).toBe('2008R2-B');
  const { wishes, state } = world.ato(host);
  expect(wishes).toEqual([{ kind: 'publish-dns' }]);
  expect(state.publishAt).toBe(begin + days(1));
});

test('K11.4 the Windows 7 client host key: on Vista and Windows 7, not on Server 2008 R2', () => {
  const world = new World();
  const key = labKey('csvlk', 'Windows 7 Enterprise');
  for (const product of ['Windows 7 Professional', 'Windows Vista Business']) {
    expect(errorOf(world.service(machine(product), 'InstallProductKey', { ProductKey: key }))).toBe('0x0');
  }
  const refused = world.service(machine(server), 'InstallProductKey', { ProductKey: key });
  expect(errorOf(refused)).toBe('0xC004F069');
});

test('K12.8 a host key for a newer Windows without the KMS update: 0xC004F015', () => {
  const world = new World();
  const key = labKey('csvlk', 'Windows Server 2012 R2 Standard');
  const updated = machine(server);
  expect(errorOf(world.service(updated, 'InstallProductKey', { ProductKey: key }))).toBe('0x0');
  const bare = { ...updated, kmsUpdates: false };
  expect(errorOf(world.service(bare, 'InstallProductKey', { ProductKey: key }))).toBe('0xC004F015');
  const tooNew = labKey('csvlk', 'Windows Server 2025 Standard');
  expect(errorOf(world.service(updated, 'InstallProductKey', { ProductKey: tooNew }))).toBe('0xC004F015');
});

test('an Office host key brings its host pack, where Windows carries it', () => {
  const world = new World();
  const key = labKey('csvlk', 'Office LTSC Professional Plus 2021');
  const host = world.ipk(machine('Windows Server 2022 Standard'), key);
  const office = host.products.find(({ kmsHost }) => kmsHost !== null)!;
  expect(office.activationId).toBe('47f3b983-7c53-4d45-abc6-bcd91e2dd90a');
  expect(host.products.filter((product) => product.key !== null)).toHaveLength(2);
  expect(errorOf(world.service(machine(server), 'InstallProductKey', { ProductKey: key }))).toBe(
    '0xC004F015',
  );
});

test('K11.6 a MAK: each use takes one of its pool; used up: 0xC004C020', () => {
  const world = new World();
  const key = labKey('mak', 'Windows 7 Enterprise', 5, 2);
  const [one, two, three] = ['A', 'B', 'C'].map((name) =>
    world.ipk(named(machine('Windows 7 Enterprise'), name), key),
  );
  expect(keyed(world.ato(one!).state).license).toMatchObject({ status: 'licensed', until: null });
  expect(errorOf(world.ato(two!))).toBe('0x0');
  expect(errorOf(world.ato(three!))).toBe('0xC004C020');
});

test('K11.6 by telephone: the lab answers the installation ID, a wrong confirmation ID is refused', () => {
  const world = new World();
  const pc = world.ipk(machine('Windows 7 Enterprise'), labKey('mak', 'Windows 7 Enterprise'));
  const product = keyed(pc);
  const installation = installationIdOf(pc, product, shop)!;
  const deposit = (ConfirmationId: string, InstallationId = installation): string =>
    errorOf(
      world.product(pc, product.activationId, 'DepositOfflineConfirmationId', {
        InstallationId,
        ConfirmationId,
      }),
    );
  const right = confirmationId(installation);
  expect(deposit(right)).toBe('0x0');
  expect(deposit('1234')).toBe('0xC004F02F');
  expect(deposit('no')).toBe('0xC004F02C');
  expect(deposit(String((Number(right.charAt(0)) + 1) % 10) + right.slice(1))).toBe('0xC004F04D');
  expect(deposit(confirmationId(`${installation.slice(1)}0`))).toBe('0xC004F031');
  expect(deposit(right, '0'.repeat(54))).toBe('0xC004F031');
  const moved = changeHardware(pc, context());
  expect(installationIdOf(moved, keyed(moved), shop)).not.toBe(installation);
  expect(hardwareIdOf(moved)).not.toBe(hardwareIdOf(pc));
  const gvlk = machine('Windows 7 Enterprise');
  const own = installationIdOf(gvlk, keyed(gvlk), shop)!;
  const outcome = world.product(gvlk, keyed(gvlk).activationId, 'DepositOfflineConfirmationId', {
    InstallationId: own,
    ConfirmationId: confirmationId(own),
  });
  expect(errorOf(outcome)).toBe('0xC004F06A');
});

test('K11.7 a new key replaces the old one without a question', () => {
  const world = new World();
  const pc = world.ato(machine('Windows 7 Enterprise')).state;
  const mak = world.ipk(pc, labKey('mak', 'Windows 7 Enterprise'));
  expect(mak.products.filter(({ key }) => key !== null).map(({ channel }) => channel)).toEqual(['mak']);
  expect(keyed(mak).license.status).toBe('oob-grace');
  const back = world.ipk(mak, shop.findEdition('Windows 7 Enterprise')!.setupKey!);
  expect(keyed(back).channel).toBe('gvlk');
});

test('a key that is installed again starts no new grace', () => {
  const world = new World();
  const pc = machine('Windows 7 Enterprise');
  const setup = keyed(pc).key!.text;
  const again = world.ipk(pc, setup, begin + days(10));
  expect(keyed(again).license.until).toBe(begin + days(30));
  world.unreachable = true;
  const over = world.playUntil(again, begin + days(40)).state;
  expect(keyed(world.ipk(over, setup, begin + days(40))).license.status).toBe('notification');
});

test('K11.7 K12.13 a standard user may activate, but not change keys or rearm: 0x80070005', () => {
  const world = new World();
  const pc = machine('Windows 7 Enterprise', { elevated: false });
  expect(errorOf(world.ato(pc))).toBe('0x0');
  const denied = [
    world.service(pc, 'InstallProductKey', { ProductKey: keyed(pc).key!.text }),
    world.service(pc, 'ReArmWindows'),
    world.service(pc, 'ClearProductKeyFromRegistry'),
    world.service(pc, 'SetKeyManagementServiceMachine', { MachineName: 'kms' }),
    world.product(pc, keyed(pc).activationId, 'UninstallProductKey'),
  ];
  expect(denied.map(errorOf)).toEqual(denied.map(() => '0x80070005'));
  expect(denied.map(({ state }) => state)).toEqual(denied.map(() => pc));
  expect(errorOf(world.service(pc, 'RefreshLicenseStatus'))).toBe('0x0');
  const vista = machine('Windows Vista Enterprise', { elevated: false });
  expect(errorOf(world.ato(vista))).toBe('0x80070005');
});

test('K8.11 UserOperations=1 lets standard users change keys and activate, not rearm', () => {
  const world = new World();
  const pc = withRegistry(
    machine('Windows Vista Enterprise', { elevated: false }),
    'UserOperations',
    dword(1),
  );
  expect(errorOf(world.service(pc, 'InstallProductKey', { ProductKey: keyed(pc).key!.text }))).toBe('0x0');
  expect(errorOf(world.ato(pc))).toBe('0x0');
  expect(errorOf(world.service(pc, 'ReArmWindows'))).toBe('0x80070005');
});

test('K8.13 Activation\\Manual=1: no automatic activation of a MAK or host key; KMS clients go on', () => {
  const world = new World();
  const auto = world.ipk(machine(server), labKey('csvlk', server));
  expect(keyed(world.playUntil(auto, begin + days(4)).state).license.status).toBe('licensed');
  const manual = withRegistry(
    world.ipk(machine(server), labKey('csvlk', server, 9)),
    'Activation\\Manual',
    dword(1),
  );
  expect(keyed(world.playUntil(manual, begin + days(4)).state).license.status).toBe('oob-grace');
  const client = withRegistry(machine('Windows 7 Enterprise'), 'Activation\\Manual', dword(1));
  expect(keyed(world.playUntil(client, begin + minutes(120)).state).license.status).toBe('licensed');
});

test('K12.12 a bad key 0xC004F050, a blocked one 0xC004F051 or 0xC004C003, of another edition 0xC004F069', () => {
  const world = new World();
  const pc = machine('Windows 7 Enterprise');
  const ipk = (ProductKey: string): string => errorOf(world.service(pc, 'InstallProductKey', { ProductKey }));
  expect(ipk('BBBBB-CCCCC-DDDDD-FFFFF-GGGGG')).toBe('0xC004F050');
  expect(ipk('nonsense')).toBe('0xC004F050');
  expect(ipk(shop.findEdition('Windows 7 Professional')!.setupKey!)).toBe('0xC004F069');
  expect(ipk(labKey('mak', 'Windows 8 Enterprise'))).toBe('0xC004F069');
  const key = labKey('mak', 'Windows 7 Enterprise');
  world.blocked.add(key);
  expect(errorOf(world.ato(world.ipk(pc, key)))).toBe('0xC004C003');
});

test('K12.12 a key that the lab has blocked: 0xC004F051 at its installation', () => {
  const pc = machine('Windows 7 Enterprise');
  const key = labKey('mak', 'Windows 7 Enterprise');
  const outcome = installProductKey(pc, key.toLowerCase(), context(), (text) => text === key);
  expect(errorOf(outcome)).toBe('0xC004F051');
  expect(outcome.state).toBe(pc);
});

test('retail: one machine; OEM: as the BIOS says', () => {
  const world = new World();
  const key = labKey('retail', 'Windows 7 Professional');
  const one = world.ipk(named(machine('Windows 7 Professional'), 'A'), key);
  expect([errorOf(world.ato(one)), errorOf(world.ato(one))]).toEqual(['0x0', '0x0']);
  expect(errorOf(world.ato(world.ipk(named(machine('Windows 7 Professional'), 'B'), key)))).toBe(
    '0xC004C008',
  );
  const oem = (slic: 'none' | 'marker' | 'no-marker'): MachineState =>
    machine('Windows 7 Professional', { channel: 'oem', slic });
  expect(keyed(oem('marker')).license).toMatchObject({ status: 'licensed', by: 'oem' });
  expect(errorOf(world.ato(oem('none')))).toBe('0xC004F057');
  expect(errorOf(world.ato(oem('no-marker')))).toBe('0xC004F058');
});

test('Windows 10 and 11 share their setup keys; add-ons take a MAK beside Windows', () => {
  const world = new World();
  const eleven = machine('Windows 11 Enterprise');
  expect(world.ipk(eleven, shop.findEdition('Windows 10 Enterprise')!.setupKey!).products).toHaveLength(1);
  const ten = installEdition(
    machine('Windows 10 Enterprise'),
    shop.findEdition('Windows 10 ESU Year 1')!,
    context(),
  );
  const esu = world.ipk(ten, labKey('mak', 'Windows 10 ESU Year 1'));
  expect(esu.products.map(({ key }) => key !== null)).toEqual([true, true]);
  expect(() => installEdition(ten, shop.findEdition('Windows 7 Enterprise')!, context())).toThrow(RangeError);
  expect(() => installEdition(ten, shop.findEdition('Windows 10 ESU Year 1')!, context())).toThrow(
    RangeError,
  );
});

test('/cpky takes the key text out of the registry, not the licence', () => {
  const pc = machine('Windows 7 Enterprise');
  const { state } = new World().service(pc, 'ClearProductKeyFromRegistry');
  expect([pc.keyInRegistry, state.keyInRegistry]).toEqual([keyed(pc).activationId, null]);
  expect(state.products).toEqual(pc.products);
});
