import { changeHardware, failGenuineCheck, restart, start, stop } from '../../../src/lab/model/lifecycle';
import { installEdition } from '../../../src/lab/model/create';
import { newMachine } from '../../../src/lab/model/create';
import { licenseStatusCode } from '../../../src/lab/model/state';
import { minutesLeft } from '../../../src/lab/model/license';
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
  withRegistry,
  World,
} from './harness';

const status = (state: ReturnType<typeof machine>): string => keyed(state).license.status;

/** A world in which nobody answers. */
function silent(): World {
  const world = new World();
  world.unreachable = true;
  return world;
}

test('K4 values of LicenseStatus', () => {
  expect(licenseStatusCode).toEqual({
    unlicensed: 0,
    licensed: 1,
    'oob-grace': 2,
    'oot-grace': 3,
    'non-genuine-grace': 4,
    notification: 5,
    'extended-grace': 6,
  });
});

test.each(['Windows Vista Enterprise', 'Windows 7 Enterprise', 'Windows Server 2008 R2 Standard'])(
  'K4.1 a new %s has 30 days of initial grace',
  (product) => {
    const pc = machine(product);
    expect(keyed(pc).license).toEqual({ status: 'oob-grace', until: begin + days(30), reason: 0x4004f00c });
    expect(minutesLeft(keyed(pc), begin)).toBe(43_200);
    expect(minutesLeft(keyed(pc), begin + 1)).toBe(43_200);
  },
);

test.each([30, 60])(
  'K4.1 [C] the initial grace of Server 2008 is a setting: %i days',
  (server2008GraceDays) => {
    const pc = newMachine(
      {
        name: 'SRV',
        edition: shop.findEdition('Windows Server 2008 Standard')!,
        domain: null,
        virtual: false,
      },
      { ...context(), settings: { server2008GraceDays, activationGivesRearmBack: true } },
    );
    expect(keyed(pc).license.until).toBe(begin + days(server2008GraceDays));
  },
);

test.each(['Windows 8.1 Enterprise', 'Windows Server 2012 R2 Standard', 'Windows 11 Enterprise'])(
  'K4.2 a new %s is in Notification',
  (product) => {
    expect(keyed(machine(product)).license).toMatchObject({ status: 'notification', until: null });
  },
);

test('K4.3 K3.1 an accepted activation licenses for 180 days', () => {
  const outcome = new World().ato(machine('Windows 7 Enterprise'));
  expect(errorOf(outcome)).toBe('0x0');
  expect(keyed(outcome.state).license).toMatchObject({
    status: 'licensed',
    until: begin + days(180),
    by: 'kms',
  });
});

test('K3.1 each renewal starts the 180 days again', () => {
  const world = new World();
  const pc = world.ato(machine('Windows 7 Enterprise')).state;
  const later = world.playUntil(pc, begin + days(14)).state;
  expect(keyed(later).license.until).toBe(begin + days(14) + days(180));
});

test('K4.4 the initial grace ends in Notification', () => {
  const { state, outcomes } = silent().playUntil(machine('Windows 7 Enterprise'), begin + days(30));
  expect(keyed(state).license).toEqual({ status: 'notification', until: null, reason: 0xc004f009 });
  expect(outcomes.flatMap(({ events }) => events).some(({ id }) => id === 1003)).toBe(true);
});

test('K4.5 K4.7 Windows 7 goes from Licensed to 30 days out of tolerance, then to Notification', () => {
  const pc = new World().ato(machine('Windows 7 Enterprise')).state;
  const world = silent();
  const before = world.playUntil(pc, begin + days(180) - 1).state;
  expect(status(before)).toBe('licensed');
  const after = world.playUntil(before, begin + days(180)).state;
  expect(keyed(after).license).toMatchObject({ status: 'oot-grace', until: begin + days(210) });
  expect(status(world.playUntil(after, begin + days(210)).state)).toBe('notification');
});

test('K4.5 from Windows 8.1 on straight to Notification', () => {
  const pc = new World().ato(machine('Windows 10 Enterprise')).state;
  const { state } = silent().playUntil(pc, begin + days(180));
  expect(keyed(state).license).toEqual({ status: 'notification', until: null, reason: 0xc004f056 });
});

test('K4.5 K4.13 a hardware change past tolerance ends the activation', () => {
  const seven = changeHardware(new World().ato(machine('Windows 7 Enterprise')).state, context());
  expect(keyed(seven).license).toMatchObject({ status: 'oot-grace', until: begin + days(30) });
  const eleven = changeHardware(new World().ato(machine('Windows 11 Enterprise')).state, context());
  expect(keyed(eleven).license).toMatchObject({ status: 'notification', reason: 0xc004f211 });
  const fresh = machine('Windows 7 Enterprise');
  expect(changeHardware(fresh, context()).products).toEqual(fresh.products);
});

test('K4.6 K4.9 an accepted activation ends OOTGrace and Notification', () => {
  const seven = changeHardware(new World().ato(machine('Windows 7 Enterprise')).state, context());
  expect(status(new World().ato(seven).state)).toBe('licensed');
  const eleven = machine('Windows 11 Enterprise');
  expect(status(eleven)).toBe('notification');
  expect(status(new World().ato(eleven).state)).toBe('licensed');
});

test('K4.8 a failed genuine check: 30 days of non-genuine grace, then Notification', () => {
  for (const product of ['Windows 7 Enterprise', 'Windows 11 Enterprise']) {
    const { state } = failGenuineCheck(new World().ato(machine(product)).state, context());
    expect(keyed(state).license).toMatchObject({ status: 'non-genuine-grace', until: begin + days(30) });
    const after = silent().playUntil(state, begin + days(30)).state;
    expect(keyed(after).license).toEqual({ status: 'notification', until: null, reason: 0xc004f200 });
  }
});

test('K8.16 NoGenTicket=1: no genuine validation', () => {
  const pc = withRegistry(new World().ato(machine('Windows 7 Enterprise')).state, 'NoGenTicket', dword(1));
  expect(failGenuineCheck(pc, context()).state).toBe(pc);
});

test('K4.10 rearm and restart: OOBGrace where that exists', () => {
  const world = new World();
  const pc = world.ato(machine('Windows 7 Enterprise')).state;
  const rearmed = world.service(pc, 'ReArmWindows').state;
  expect(status(rearmed)).toBe('licensed');
  const now = begin + days(1);
  const restarted = restart(rearmed, context(now)).state;
  expect(keyed(restarted).license).toMatchObject({ status: 'oob-grace', until: now + days(30) });
  const eleven = world.service(world.ato(machine('Windows 11 Enterprise')).state, 'ReArmWindows').state;
  expect(status(restart(eleven, context(now)).state)).toBe('notification');
});

test('K4.11 after its end an evaluation is unlicensed and cannot be activated', () => {
  const pc = machine('Windows 10 Enterprise', { channel: 'evaluation' });
  const world = new World();
  const ends = keyed(pc).evaluationEndsAt!;
  expect(ends).toBe(begin + days(90));
  expect(errorOf(world.ato(pc, ends - 1))).toBe('0x0');
  const over = world.playUntil(pc, ends).state;
  expect(status(over)).toBe('unlicensed');
  expect(errorOf(world.ato(over, ends))).toBe('0xC004FC07');
  const again = world.ipk(over, keyed(over).key!.text, ends);
  expect(status(again)).toBe('unlicensed');
});

test('K4.12 Office: 30 days, then 30 days out of tolerance, then notices', () => {
  const office = shop.findEdition('Office LTSC Professional Plus 2021')!;
  const pc = installEdition(machine('Windows 11 Enterprise'), office, context());
  const find = (state: typeof pc): string =>
    state.products.find(({ edition }) => edition === office.id)!.license.status;
  expect(find(pc)).toBe('oob-grace');
  const world = silent();
  const second = world.playUntil(pc, begin + days(30)).state;
  expect(find(second)).toBe('oot-grace');
  expect(find(world.playUntil(second, begin + days(60)).state)).toBe('notification');
});

test('K4.14 a KMS host needs Microsoft once: its own licence has no end', () => {
  const world = new World();
  const host = world.ipk(
    machine('Windows Server 2008 R2 Standard'),
    labKey('csvlk', 'Windows Server 2008 R2 Standard'),
  );
  const { state } = world.ato(host);
  expect(keyed(state).license).toMatchObject({ status: 'licensed', until: null, by: 'microsoft' });
  world.online = false;
  expect(status(world.playUntil(state, begin + days(1000)).state)).toBe('licensed');
});

test('a stopped machine sends nothing, but its grace and validity run on', () => {
  const world = new World();
  const pc = stop(machine('Windows 7 Enterprise'), context()).state;
  const { state } = world.playUntil(pc, begin + days(31));
  expect(world.asked).toEqual([]);
  expect(status(state)).toBe('notification');
  const up = start(state, context(begin + days(31))).state;
  expect(status(world.playUntil(up, begin + days(31)).state)).toBe('licensed');
});
