import { networkChanged, restart, start, stop } from '../../../src/lab/model/lifecycle';
import { eventEntry } from '../../../src/lab/model/events';
import { nextDue, step } from '../../../src/lab/model/step';
import type { MachineState } from '../../../src/lab/model/state';
import { hresult } from '../../../src/licensing/hresult';
import { applicationId } from '../../../src/licensing/catalogue/generations';
import {
  begin,
  context,
  days,
  dword,
  errorOf,
  keyed,
  machine,
  minutes,
  sz,
  withRegistry,
  World,
} from './harness';

const attempts = (world: World): readonly number[] =>
  world.contacts().map(({ request }) => (request.clientTime - begin) / 60_000);

test('K1.1 K12.1 a client waits for a count of 25, a server and Office for 5', () => {
  const world = new World();
  world.count = 24;
  expect(errorOf(world.ato(machine('Windows 7 Enterprise')))).toBe('0xC004F038');
  world.count = 25;
  expect(errorOf(world.ato(machine('Windows 7 Enterprise')))).toBe('0x0');
  world.count = 4;
  expect(errorOf(world.ato(machine('Windows Server 2008 R2 Standard')))).toBe('0xC004F038');
  world.count = 5;
  expect(errorOf(world.ato(machine('Windows Server 2008 R2 Standard')))).toBe('0x0');
});

test('K1.6 K12.2 below the threshold: 0xC004F038, the state stays, another try every activation interval', () => {
  const world = new World();
  world.count = 3;
  const pc = machine('Windows 7 Enterprise');
  expect(nextDue(pc)).toBe(begin + minutes(120));
  const { state } = world.playUntil(pc, begin + minutes(120 * 4));
  expect(attempts(world)).toEqual([120, 240, 360, 480]);
  expect(keyed(state).license).toEqual(keyed(pc).license);
});

test('K3.2 K3.3 defaults: 120 minutes between attempts, 7 days between renewals', () => {
  const world = new World();
  const pc = machine('Windows 7 Enterprise');
  expect(keyed(pc).timer).toEqual({ kind: 'activate', at: begin + minutes(120), watchUntil: null });
  const { state } = world.ato(pc);
  expect(keyed(state).timer).toEqual({ kind: 'renew', at: begin + days(7), watchUntil: null });
});

test("K3.8 the host's intervals override the client's own registry values", () => {
  const world = new World();
  const own = withRegistry(machine('Windows 7 Enterprise'), 'VLActivationInterval', dword(15));
  world.unreachable = true;
  const silent = world.playUntil(own, begin + minutes(120)).state;
  expect(keyed(silent).timer!.at).toBe(begin + minutes(135));
  world.unreachable = false;
  world.count = 1;
  world.intervals = { activation: 60, renewal: 2880 };
  const low = world.playUntil(silent, begin + minutes(135)).state;
  expect(keyed(low).timer!.at).toBe(begin + minutes(195));
  world.count = 25;
  const bound = world.playUntil(low, begin + minutes(195)).state;
  expect(keyed(bound).timer!.at).toBe(begin + minutes(195) + days(2));
});

test('K3.9 K2.10 a client tries at the start of the service, activated or not', () => {
  const world = new World();
  const pc = world.ato(machine('Windows 7 Enterprise')).state;
  world.asked.length = 0;
  const at = begin + days(1);
  const up = restart(pc, context(at)).state;
  world.playUntil(up, at);
  expect(world.contacts()).toHaveLength(1);
  expect(world.contacts()[0]!.request.licenseStatus).toBe(1);
});

test('K3.9 after a failed renewal a network change in 15 minutes brings a try at once', () => {
  const world = new World();
  const pc = world.ato(machine('Windows 7 Enterprise')).state;
  world.unreachable = true;
  const at = begin + days(7);
  const failed = world.playUntil(pc, at).state;
  expect(keyed(failed).timer).toEqual({ kind: 'renew', at: at + minutes(120), watchUntil: at + minutes(15) });
  const soon = networkChanged(failed, context(at + minutes(5)));
  expect(nextDue(soon)).toBe(at + minutes(5));
  const late = networkChanged(failed, context(at + minutes(16)));
  expect(nextDue(late)).toBe(at + minutes(120));
});

test('K2.8 below the threshold again, an activated client stays activated until its own 180 days end', () => {
  const world = new World();
  const pc = world.ato(machine('Windows 7 Enterprise')).state;
  world.count = 3;
  const { state } = world.playUntil(pc, begin + days(179));
  expect(keyed(state).license).toMatchObject({ status: 'licensed', until: begin + days(180) });
});

test('K6.4 K6.9 the host that answered is cached, unless caching is off', () => {
  const world = new World();
  const pc = world.ato(machine('Windows 7 Enterprise')).state;
  expect(keyed(pc).kmsClient.discovered).toEqual({
    name: 'kms01.lab.example',
    port: 1688,
    address: '192.0.2.10',
  });
  const zones = world.asked.filter(({ kind }) => kind === 'resolve-srv').length;
  world.ato(pc);
  expect(world.asked.filter(({ kind }) => kind === 'resolve-srv')).toHaveLength(zones);
  const off = world.service(pc, 'DisableKeyManagementServiceHostCaching', { DisableCaching: true }).state;
  expect(keyed(off).kmsClient.discovered).toBeNull();
  const again = world.ato(off).state;
  expect(keyed(again).kmsClient.discovered).toBeNull();
  const on = world.service(again, 'DisableKeyManagementServiceHostCaching', { DisableCaching: false }).state;
  expect(keyed(world.ato(on).state).kmsClient.discovered).not.toBeNull();
});

test('K6.7 /skms switches discovery off and drops the cached name; /ckms switches it on', () => {
  const world = new World();
  const pc = world.ato(machine('Windows 7 Enterprise')).state;
  const named = world.service(pc, 'SetKeyManagementServiceMachine', { MachineName: 'kms02' }).state;
  expect(keyed(named).kmsClient.discovered).toBeNull();
  world.asked.length = 0;
  world.ato(named);
  expect(world.asked.map((each) => each.kind)).toEqual(['contact']);
  expect(world.contacts()[0]!.host).toEqual({ name: 'kms02', port: 1688 });
  const cleared = world.service(named, 'ClearKeyManagementServiceMachine').state;
  world.asked.length = 0;
  world.ato(cleared);
  expect(world.asked[0]!.kind).toBe('resolve-srv');
});

test.each(['', ' ', 'a b', 'a\u001b[31mb', 'tab\there', 'bidi\u202e', 'x'.repeat(256)])(
  '%j is no host and no domain, and nothing changes',
  (name) => {
    const world = new World();
    const pc = machine('Windows 10 Enterprise');
    const host = world.service(pc, 'SetKeyManagementServiceMachine', { MachineName: name });
    const domain = world.service(pc, 'SetKeyManagementServiceLookupDomain', { LookupDomain: name });
    for (const outcome of [host, domain]) {
      expect(errorOf(outcome)).toBe('0x80070057');
      expect(outcome.state).toEqual(pc);
    }
  },
);

test.each(['kms01', 'kms_1.lab.example', '10.0.0.1', '[2001:db8::1]', 'bücher.example', 'x'.repeat(255)])(
  '%j may be a host',
  (MachineName) => {
    const world = new World();
    const outcome = world.service(machine('Windows 10 Enterprise'), 'SetKeyManagementServiceMachine', {
      MachineName,
    });
    expect(outcome.result.ok).toBe(true);
  },
);

test('K6.1 K6.2 K6.3 K8.1 K8.2 the product before the application before the machine', () => {
  const world = new World();
  const pc = machine('Windows 7 Enterprise');
  const { activationId } = keyed(pc);
  let state = world.service(pc, 'SetKeyManagementServiceMachine', { MachineName: 'global' }).state;
  const asked = (now: MachineState): unknown => {
    world.asked.length = 0;
    world.ato(now);
    return world.contacts()[0]!.host;
  };
  expect(asked(state)).toEqual({ name: 'global', port: 1688 });
  state = withRegistry(state, `${applicationId.windows}\\KeyManagementServiceName`, sz('application'));
  state = withRegistry(state, `${applicationId.windows}\\KeyManagementServicePort`, sz('1700'));
  expect(asked(state)).toEqual({ name: 'application', port: 1700 });
  state = world.product(state, activationId, 'SetKeyManagementServiceMachine', { MachineName: 'sku' }).state;
  state = world.product(state, activationId, 'SetKeyManagementServicePort', { PortNumber: 1701 }).state;
  expect(asked(state)).toEqual({ name: 'sku', port: 1701 });
  expect(Object.keys(state.registry)).toContain(
    `${applicationId.windows}\\${activationId}\\KeyManagementServiceName`,
  );
});

test('K6.8 /skms-domain is the zone in place of the suffix list, without effect beside /skms', () => {
  const world = new World();
  const pc = machine('Windows 7 Enterprise');
  const zone = world.service(pc, 'SetKeyManagementServiceLookupDomain', {
    LookupDomain: 'lic.example',
  }).state;
  world.ato(zone);
  expect(world.asked[0]).toEqual({ kind: 'resolve-srv', zone: 'lic.example' });
  world.asked.length = 0;
  world.ato(world.service(zone, 'SetKeyManagementServiceMachine', { MachineName: 'kms02' }).state);
  expect(world.asked.map(({ kind }) => kind)).toEqual(['contact']);
});

test('K6.10 K6.11 K12.3 no suffix at all: 0x8007007B', () => {
  const world = new World();
  expect(errorOf(world.ato(machine('Windows 7 Enterprise', { domain: null })))).toBe('0x8007007B');
  expect(world.asked).toEqual([]);
});

test('K6.14 a name may be FQDN, NetBIOS or an address, the port a number from 1 to 65535', () => {
  const world = new World();
  const pc = machine('Windows 7 Enterprise');
  for (const port of [0, 65_536, 1.5]) {
    expect(errorOf(world.service(pc, 'SetKeyManagementServicePort', { PortNumber: port }))).toBe(
      '0x80070057',
    );
  }
  for (const name of ['kms.contoso.com', 'KMS01', '192.0.2.1', '2001:db8::1']) {
    const state = world.service(pc, 'SetKeyManagementServiceMachine', { MachineName: name }).state;
    world.asked.length = 0;
    world.ato(state);
    expect(world.contacts()[0]!.host.name).toBe(name);
  }
});

test.each([
  ['K12.3', 0x8007232b],
  ['K12.3', 0x8007251d],
  ['K12.4', 0x8007232a],
])('%s what DNS said is shown: %d', (_id, code) => {
  const world = new World();
  world.records = hresult(code);
  expect(errorOf(world.ato(machine('Windows 7 Enterprise')))).toBe(`0x${code.toString(16).toUpperCase()}`);
});

test.each([
  ['K12.8', 0xc004f042],
  ['K12.9', 0xc004f041],
  ['K12.10', 0xc004f039],
])('%s K12.15 what the host answered is shown as it is: %d', (_id, code) => {
  const world = new World();
  world.refusal = hresult(code);
  expect(errorOf(world.ato(machine('Windows 7 Enterprise')))).toBe(`0x${code.toString(16).toUpperCase()}`);
});

test('K3.11 K12.7 the client sends its own clock; a refusal of it is 0xC004F074 on the screen, F06C in 12288', () => {
  const world = new World();
  world.refusal = hresult(0xc004f06c);
  const pc = { ...machine('Windows 7 Enterprise'), clockSkewMs: 5 * 3_600_000 };
  const outcome = world.ato(pc);
  expect(errorOf(outcome)).toBe('0xC004F074');
  expect(outcome.events.map(({ id, fields }) => [id, fields[0]])).toEqual([[12288, '0xC004F06C']]);
  expect(world.contacts()[0]!.request.clientTime).toBe(begin + 5 * 3_600_000);
});

test('K12.5 K12.6 nobody answers: 0xC004F074, with 0x800706BA in 12288; Vista shows it for a named host', () => {
  const world = new World();
  world.unreachable = true;
  const seven = world.ato(machine('Windows 7 Enterprise'));
  expect(errorOf(seven)).toBe('0xC004F074');
  expect(seven.events[0]!.fields[0]).toBe('0x800706BA');
  const vista = withRegistry(machine('Windows Vista Enterprise'), 'KeyManagementServiceName', sz('kms01'));
  expect(errorOf(world.ato(vista))).toBe('0x800706BA');
});

test('K12.11 without a key: 0xC004F014', () => {
  const world = new World();
  const pc = machine('Windows 7 Enterprise');
  const { activationId } = keyed(pc);
  const bare = world.product(pc, activationId, 'UninstallProductKey').state;
  expect(bare.products[0]!.license.status).toBe('unlicensed');
  expect(errorOf(world.product(bare, activationId, 'Activate'))).toBe('0xC004F014');
  expect(nextDue(bare)).toBeNull();
});

test('K12.14 a SLIC table without a Windows marker: 0xC004F035', () => {
  const world = new World();
  expect(errorOf(world.ato(machine('Windows 7 Enterprise', { slic: 'no-marker' })))).toBe('0xC004F035');
  expect(errorOf(world.ato(machine('Windows 7 Enterprise', { slic: 'marker' })))).toBe('0x0');
  expect(errorOf(world.ato(machine('Windows 7 Enterprise', { slic: 'none' })))).toBe('0x0');
});

test('K10.1 K10.2 K10.8 fields of 12288 and 12289, in order', () => {
  const pc = machine('Windows 7 Enterprise', { virtual: true });
  const { activationId } = keyed(pc);
  const { events } = new World().ato(pc);
  expect(events.map(({ id }) => id)).toEqual([12288, 12289]);
  expect(events.map(({ log }) => log)).toEqual(['Application', 'Application']);
  expect(events[0]!.source).toBe('Microsoft-Windows-Security-SPP');
  const time = '2026/01/05 08:00';
  expect(events[0]!.fields).toEqual([
    '0x0',
    '0x8',
    'kms01.lab.example:1688',
    pc.cmid,
    time,
    '1',
    '2',
    '43200',
    activationId,
    '25',
  ]);
  expect(events[1]!.fields).toEqual(['0x0', '0x8', '1', '0', '25', '120', '10080', time]);
});

test('K10.9 a count that is too low: flags 0x4000008, not bound', () => {
  const world = new World();
  world.count = 4;
  const { events } = world.ato(machine('Windows 7 Enterprise'));
  expect(events[1]!.fields.slice(0, 5)).toEqual(['0x0', '0x4000008', '0', '0', '4']);
});

test('K10.12 K10.13 a failed automatic attempt logs 8198; at the start of the service with 0xC0020017', () => {
  const world = new World();
  world.unreachable = true;
  const { outcomes, state } = world.playUntil(machine('Windows 7 Enterprise'), begin + minutes(120));
  const timer = outcomes.flatMap(({ events }) => events).find(({ id }) => id === 8198)!;
  expect(timer.fields[0]).toBe('0xC004F074');
  const down = stop(state, context(begin + days(1))).state;
  const up = start(down, context(begin + days(2))).state;
  const atStart = world.playUntil(up, begin + days(2)).outcomes.flatMap(({ events }) => events);
  expect(atStart.find(({ id }) => id === 8198)!.fields[0]).toBe('0xC0020017');
});

test('K10.3 K10.4 K10.5 K10.6 K10.7 entries of a host: 12290 in its own log, the others in Application', () => {
  const host = machine('Windows Server 2008 R2 Standard');
  const entries = ([12290, 12291, 12292, 12293, 12294] as const).map((id) =>
    eventEntry(host, id, ['a'], begin),
  );
  expect(entries.map(({ log }) => log)).toEqual([
    'Key Management Service',
    'Application',
    'Application',
    'Application',
    'Application',
  ]);
  expect(entries.map(({ level }) => level)).toEqual([
    'information',
    'error',
    'error',
    'error',
    'information',
  ]);
  expect(eventEntry(machine('Windows Vista Business'), 12288, [], begin).source).toBe(
    'Microsoft-Windows-Security-Licensing-SLC',
  );
});

test('a driver that answers something else is told so', () => {
  const pc = machine('Windows 10 Enterprise');
  const procedure = step({ ...pc, products: pc.products }, context(begin + minutes(120)));
  expect(procedure.next().value).toMatchObject({ kind: 'directory' });
  expect(() => procedure.next({ kind: 'microsoft', hresult: 0 })).toThrow(TypeError);
});
