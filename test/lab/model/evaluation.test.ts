import { restart, start } from '../../../src/lab/model/lifecycle';
import type { MachineState } from '../../../src/lab/model/state';
import { nextDue } from '../../../src/lab/model/step';
import { queryMachine } from '../../../src/lab/model/cim-view';
import { begin, context, days, errorOf, keyed, labKey, machine, minutes, shop, World } from './harness';

const server = 'Windows Server 2022 Standard';
const trial = (product = server): MachineState => machine(product, { channel: 'evaluation' });

function minutesRemaining(state: MachineState, now: number): unknown {
  const query = {
    class: 'SoftwareLicensingProduct',
    select: ['GracePeriodRemaining', 'LicenseStatus'],
    filter: { kind: 'has-product-key' },
  } as const;
  const view = { now, catalogue: shop, counts: { currentCount: () => 0 } };
  return queryMachine(state, query, view)[0]?.GracePeriodRemaining;
}

const idsOf = (events: readonly { readonly id: number }[]): readonly number[] => events.map(({ id }) => id);

test('an evaluation counts its minutes down: 180 days on a server, 90 on a client', () => {
  expect(minutesRemaining(trial(), begin)).toBe(259_200);
  expect(minutesRemaining(trial(), begin + days(1))).toBe(257_760);
  expect(minutesRemaining(trial('Windows 10 Enterprise'), begin)).toBe(129_600);
});

test('K4.11 a server whose evaluation is over says so and shuts down every hour', () => {
  const world = new World();
  const ends = begin + days(180);
  const { state: over, outcomes } = world.playUntil(trial(), ends);
  expect(keyed(over).license.status).toBe('unlicensed');
  const events = outcomes.flatMap((outcome) => outcome.events);
  expect(idsOf(events)).toEqual([1003, 100]);
  expect(events[1]).toMatchObject({ source: 'WLMS', log: 'Application', level: 'error' });
  expect(nextDue(over)).toBe(ends + minutes(60));
  const down = world.playUntil(over, ends + minutes(60));
  expect(down.state.running).toBe(false);
  expect(idsOf(down.outcomes.flatMap((outcome) => outcome.events))).toEqual([903]);
  expect(nextDue(down.state)).toBeNull();
  const again = start(down.state, context(ends + days(1)));
  expect(idsOf(again.events)).toEqual([900, 902, 1003, 100]);
  expect(world.playUntil(again.state, ends + days(1) + minutes(59)).state.running).toBe(true);
  expect(world.playUntil(again.state, ends + days(1) + minutes(60)).state.running).toBe(false);
});

test('a key of another channel takes the place of an evaluation that is over: no shutdown', () => {
  const world = new World();
  const ends = begin + days(180);
  const over = world.playUntil(trial(), ends).state;
  const converted = world.ipk(over, labKey('mak', server), ends);
  expect(world.playUntil(converted, ends + minutes(61)).state.running).toBe(true);
  expect(world.playUntil(converted, ends + days(200)).state.running).toBe(true);
});

test('K5.6 a rearm begins an evaluation anew, six times on a server; then 0xC004D307', () => {
  const world = new World();
  let state = trial();
  for (let n = 1; n <= 6; n += 1) {
    const now = begin + n * days(190);
    const rearmed = world.service(world.playUntil(state, now - 1).state, 'ReArmWindows', {}, now);
    expect(errorOf(rearmed)).toBe('0x0');
    state = restart({ ...rearmed.state, running: true }, context(now, n)).state;
    expect(minutesRemaining(state, now)).toBe(259_200);
    expect(keyed(state).license).toMatchObject({ status: 'licensed', by: 'evaluation' });
    expect(nextDue(state)).toBe(now + days(180));
  }
  expect(errorOf(world.service(state, 'ReArmWindows'))).toBe('0xC004D307');
});

test('an OEM machine of Windows 8 and later is licensed by the key in its firmware', () => {
  const pc = machine('Windows 11 Pro', { channel: 'oem' });
  expect(pc.firmwareKey).toBe(keyed(pc).key!.text);
  expect(pc.slic).toBe('none');
  expect(keyed(pc).license).toMatchObject({ status: 'licensed', by: 'oem', until: null });
  const world = new World();
  expect(errorOf(world.ato(pc))).toBe('0x0');
  const other = world.ipk(pc, labKey('oem', 'Windows 11 Pro', 99));
  expect(keyed(other).license.status).toBe('notification');
  expect(errorOf(world.ato(other))).toBe('0xC004F057');
  expect(keyed(world.ipk(other, pc.firmwareKey!)).license.status).toBe('licensed');
});

test('an OEM machine before it is licensed by the marker of its SLIC table', () => {
  const pc = machine('Windows 7 Professional', { channel: 'oem' });
  expect([pc.firmwareKey ?? null, pc.slic]).toEqual([null, 'marker']);
  expect(keyed(pc).license).toMatchObject({ status: 'licensed', by: 'oem' });
  const bare = machine('Windows 7 Professional', { channel: 'oem', slic: 'none' });
  expect(errorOf(new World().ato(bare))).toBe('0xC004F057');
});
