import { installEdition } from '../../../src/lab/model/create';
import { clone, restart, start } from '../../../src/lab/model/lifecycle';
import { runApplication } from '../../../src/lab/model/rearm';
import { generalize } from '../../../src/lab/model/sysprep';
import type { MachineState } from '../../../src/lab/model/state';
import { step } from '../../../src/lab/model/step';
import { applicationId } from '../../../src/licensing/catalogue/generations';
import { begin, context, days, dword, errorOf, keyed, machine, shop, withRegistry, World } from './harness';

const world = (): World => new World();
const rearm = (state: MachineState): ReturnType<World['service']> => world().service(state, 'ReArmWindows');
const reboot = (state: MachineState): MachineState => restart(state, context(begin, 99)).state;
const office = shop.findEdition('Office LTSC Professional Plus 2021')!;
const withOffice = (): MachineState => installEdition(machine('Windows 11 Enterprise'), office, context());

test.each([
  ['K5.1', 'Windows Vista Business', 3],
  ['K5.1', 'Windows Server 2008 Standard', 3],
  ['K5.2', 'Windows Vista Enterprise', 5],
  ['K5.3', 'Windows 7 Enterprise', 3],
  ['K5.3', 'Windows Server 2008 R2 Standard', 3],
  ['K5.4', 'Windows 8 Enterprise', 1000],
  ['K5.4', 'Windows Server 2022 Standard', 1000],
])('%s %s may be rearmed %i times', (_id, product, times) => {
  expect(machine(product).windowsRearmsLeft).toBe(times);
});

test('K5.3 K5.6 when the count is used up the answer is 0xC004D307', () => {
  let pc = machine('Windows 7 Enterprise');
  for (let left = 2; left >= 0; left -= 1) {
    const outcome = rearm(pc);
    expect(errorOf(outcome)).toBe('0x0');
    expect(outcome.state.windowsRearmsLeft).toBe(left);
    pc = reboot(outcome.state);
  }
  expect(errorOf(rearm(pc))).toBe('0xC004D307');
});

test('K5.5 Office: 5, and 1 more after activation', () => {
  const pc = withOffice();
  expect(pc.applications[applicationId.office]!.rearmsLeft).toBe(5);
  const product = pc.products.find(({ edition }) => edition === office.id)!;
  const once = world().product(pc, product.activationId, 'Activate').state;
  expect(once.applications[applicationId.office]!.rearmsLeft).toBe(6);
  const twice = world().product(once, product.activationId, 'Activate').state;
  expect(twice.applications[applicationId.office]!.rearmsLeft).toBe(6);
});

test('K5.7 a rearm resets the grace, gives a new CMID and wants a restart', () => {
  const late = context(begin + days(20), 5);
  const { state } = rearm(machine('Windows 7 Enterprise'));
  expect(state.restartWanted).toBe(true);
  expect(state.cmid).toBe(machine('Windows 7 Enterprise').cmid);
  const after = restart(state, late).state;
  expect(after.restartWanted).toBe(false);
  expect(after.cmid).not.toBe(state.cmid);
  expect(after.previousCmid).toBe(state.cmid);
  expect(keyed(after).license.until).toBe(begin + days(50));
});

test('between a rearm and its restart nothing is activated or rearmed: 0xC004D302', () => {
  const { state } = rearm(machine('Windows 7 Enterprise'));
  expect(errorOf(rearm(state))).toBe('0xC004D302');
  expect(errorOf(world().ato(state))).toBe('0xC004D302');
});

test('K5.8 K8.12 with SkipRearm=1 /rearm does nothing', () => {
  const pc = withRegistry(machine('Windows 7 Enterprise'), 'SkipRearm', dword(1));
  const outcome = rearm(pc);
  expect(errorOf(outcome)).toBe('0x0');
  expect(outcome.state).toEqual(pc);
});

test('K5.9 three counters: Windows, application and SKU', () => {
  const pc = withOffice();
  const product = pc.products.find(({ edition }) => edition === office.id)!;
  const app = world().service(pc, 'ReArmApp', { ApplicationId: applicationId.office.toUpperCase() }).state;
  expect(app.applications[applicationId.office]!.rearmsLeft).toBe(4);
  expect(app.windowsRearmsLeft).toBe(1000);
  const sku = world().product(pc, product.activationId, 'ReArmSku').state;
  expect(sku.products.find(({ edition }) => edition === office.id)!.skuRearmsLeft).toBe(999);
  expect(reboot(sku).cmid).not.toBe(pc.cmid);
  const windows = world().service(pc, 'ReArmApp', { ApplicationId: applicationId.windows }).state;
  expect(windows.windowsRearmsLeft).toBe(999);
  const seven = machine('Windows 7 Enterprise');
  expect(errorOf(world().product(seven, keyed(seven).activationId, 'ReArmSku'))).toBe('0xC004D307');
});

test('K5.10 an Office rearm stops the grace until an Office program runs', () => {
  const rearmed = world().service(withOffice(), 'ReArmApp', { ApplicationId: applicationId.office }).state;
  const pc = reboot(rearmed);
  const find = (state: MachineState): MachineState['products'][number] =>
    state.products.find(({ edition }) => edition === office.id)!;
  const silent = world();
  silent.unreachable = true;
  const later = silent.playUntil(pc, begin + days(100)).state;
  expect(find(later).license.status).toBe('oob-grace');
  expect(find(later).pausedGraceMinutes).toBe(43_200);
  const running = runApplication(later, applicationId.office, context(begin + days(100)));
  expect(find(running).license.until).toBe(begin + days(130));
  expect(find(silent.playUntil(running, begin + days(130)).state).license.status).toBe('oot-grace');
});

test.each([
  [true, 3],
  [false, 2],
])(
  'K5.11 [C] activation gives back what generalize took, as a setting: %s',
  (activationGivesRearmBack, left) => {
    const shut = generalize(machine('Windows 7 Enterprise'), context()).state;
    expect(shut.running).toBe(false);
    expect(shut.windowsRearmsLeft).toBe(2);
    const up = start(shut, context(begin, 4)).state;
    const settings = { server2008GraceDays: 60, activationGivesRearmBack };
    const played = world();
    const due = played.play(step(up, { ...context(), settings }));
    expect(keyed(due.state).license.status).toBe('licensed');
    expect(due.state.windowsRearmsLeft).toBe(left);
  },
);

test('K2.7 sysprep generalize gives a new CMID; with SkipRearm=1 or a plain clone it stays', () => {
  const pc = machine('Windows 7 Enterprise');
  expect(start(generalize(pc, context()).state, context(begin, 4)).state.cmid).not.toBe(pc.cmid);
  const skipped = withRegistry(pc, 'SkipRearm', dword(1));
  expect(start(generalize(skipped, context()).state, context(begin, 4)).state.cmid).toBe(pc.cmid);
  expect(clone(pc, 'PC-002', context()).cmid).toBe(pc.cmid);
});

test('sysprep without a rearm left ends with an error and leaves the timers', () => {
  const pc = { ...machine('Windows 7 Enterprise'), windowsRearmsLeft: 0 };
  const outcome = generalize(pc, context());
  expect(errorOf(outcome)).toBe('0xC004D307');
  expect(outcome.state.products).toEqual(pc.products);
  expect([outcome.state.running, outcome.events.map(({ id }) => id)]).toEqual([false, [903]]);
});

test('sysprep stops the licensing service, which says so, and a KMS host publishes nothing more', () => {
  const busy = { ...machine('Windows Server 2022 Standard'), publishAt: begin, shutdownAt: begin };
  const { state, events } = generalize(busy, context());
  expect([state.running, state.publishAt, state.shutdownAt]).toEqual([false, null, null]);
  expect(events.map(({ id }) => id)).toEqual([903]);
  expect(generalize(state, context()).events).toEqual([]);
});
