import { clientEventFields, eventTime } from '../../../src/kms/engine/client-events';
import { type KmsClientFacts } from '../../../src/kms/engine/client-types';
import { kmsActivation } from '../../../src/kms/engine/client';
import {
  client,
  counted,
  eventsWithId,
  none,
  play,
  refusedWith,
  registered,
  sent,
  srv,
  type World,
} from './client-fixtures';
import { clientSku, cmid, start, windowsApp } from './fixtures';

const discovered: World['zones'] = { 'lab.example': [srv('a', 1), srv('b', 2)] };
const host = 'kms01:1688';

function shown(facts: KmsClientFacts, world: World): string {
  return play(facts, world).outcome.shown.toString(16);
}

describe('what /ato shows', () => {
  test('K12.1 count ok: success', () => {
    const { outcome } = play(registered(), { hosts: { [host]: counted(25) } });
    expect(outcome).toMatchObject({
      kind: 'activated',
      shown: 0,
      servedBy: {
        host: { name: 'kms01', port: 1688 },
        ipAddress: '192.0.2.1',
        discovered: false,
        extendedPid: 'ePID',
        count: 25,
        activationIntervalMinutes: 120,
        renewalIntervalMinutes: 10_080,
      },
    });
  });

  test.each([
    ['client', 25],
    ['server', 5],
    ['Office', 5],
  ])('K1.1 a %s activates when the count is at least %i', (_kind, requiredClientCount) => {
    const facts = { ...registered(), requiredClientCount };
    expect(play(facts, { hosts: { [host]: counted(requiredClientCount - 1) } }).outcome.kind).toBe(
      'not-bound',
    );
    expect(play(facts, { hosts: { [host]: counted(requiredClientCount) } }).outcome.kind).toBe('activated');
  });

  test('K1.6 K12.2 count below the threshold: 0xC004F038, and the host is remembered', () => {
    const { outcome } = play(registered(), { hosts: { [host]: counted(24) } });
    expect(outcome).toMatchObject({ kind: 'not-bound', shown: 0xc004f038, servedBy: { count: 24 } });
  });

  test('K12.3 no SRV record: the error of DNS', () => {
    expect(shown(client(), {})).toBe('8007232b');
  });

  test('K12.4 DNS failed: 0x8007232A', () => {
    expect(shown(client(), { zones: { 'lab.example': 0x8007232a } })).toBe('8007232a');
  });

  test('K12.5 a named host that is unreachable: 0xC004F074, and 0x800706BA in 12288', () => {
    const run = play(registered(), {});
    expect(run.outcome.shown).toBe(0xc004f074);
    expect(sent(run)).toEqual(['kms01:1688 800706ba']);
  });

  test('K12.5 Vista and Server 2008 show 0x800706BA for it', () => {
    expect(shown({ ...registered(), isVistaEra: true }, {})).toBe('800706ba');
  });

  test.each([false, true])(
    'K12.6 every discovered host failed: 0xC004F074, per-host codes in 12288 (Vista %s)',
    (isVistaEra) => {
      const run = play(client({ isVistaEra }), { zones: discovered });
      expect(run.outcome.shown).toBe(0xc004f074);
      expect(sent(run)).toEqual(['a:1688 800706ba', 'b:1688 800706ba']);
    },
  );

  test('K12.7 clock skew: 0xC004F074 on the screen, 0xC004F06C in 12288', () => {
    const run = play(registered(), { hosts: { [host]: refusedWith(0xc004f06c) } });
    expect(run.outcome.shown).toBe(0xc004f074);
    expect(sent(run)).toEqual(['kms01:1688 c004f06c']);
  });

  test.each([
    ['K12.8', 0xc004f042],
    ['K12.9', 0xc004f041],
    ['K12.10', 0xc004f039],
  ])('%s K12.15 what a host answered is shown as it is: %i', (_statement, code) => {
    expect(play(registered(), { hosts: { [host]: refusedWith(code) } }).outcome.shown).toBe(code);
    expect(play(client(), { zones: discovered, hosts: { 'b:1688': refusedWith(code) } }).outcome.shown).toBe(
      code,
    );
  });

  test('K12.15 of several answers the first is shown, clock skew excepted', () => {
    const hosts = { 'a:1688': refusedWith(0xc004f06c), 'b:1688': refusedWith(0xc004f041) };
    expect(shown(client(), { zones: discovered, hosts })).toBe('c004f041');
    const both = { 'a:1688': refusedWith(0xc004f042), 'b:1688': refusedWith(0xc004f041) };
    expect(shown(client(), { zones: discovered, hosts: both })).toBe('c004f042');
  });

  test('K12.15 what a cached host answered is shown where nobody else is found', () => {
    const facts = client({ cachedHost: { name: 'old', port: 1688 } });
    expect(shown(facts, { hosts: { 'old:1688': refusedWith(0xc004f042) } })).toBe('c004f042');
    expect(shown(facts, { hosts: { 'old:1688': refusedWith(0xc004f06c) } })).toBe('c004f074');
    expect(shown(facts, {})).toBe('8007232b');
  });

  test('K12.14 a SLIC table without a Windows marker: 0xC004F035, flag 0x08000000, not bound', () => {
    const run = play({ ...registered(), oemMarkerMissing: true }, { hosts: { [host]: counted(30) } });
    expect(run.outcome).toMatchObject({ kind: 'not-bound', shown: 0xc004f035 });
    expect(eventsWithId(run, 12289)).toMatchObject([{ bound: false, flags: 0x8000008 }]);
  });
});

describe('what is sent', () => {
  test('the request carries the machine, the product and the client clock', () => {
    const facts = { ...registered(), previousClientMachineId: cmid(9), isVirtualMachine: true };
    expect(play(facts, {}, start + 5).requests).toEqual([
      {
        clientMachineId: cmid(1),
        previousClientMachineId: cmid(9),
        machineName: 'PC-001.lab.example',
        licenseStatus: 2,
        minutesRemaining: 40_123,
        activationId: clientSku,
        applicationId: windowsApp,
        requiredClientCount: 25,
        isVirtualMachine: true,
        clientTime: start + 5,
      },
    ]);
  });

  test('an answer of the wrong kind is a fault of the driver', () => {
    const attempt = kmsActivation(registered(), start);
    attempt.next();
    expect(() => attempt.next({ kind: 'resolve-srv', result: { ok: true, records: [] } })).toThrow(TypeError);
  });
});

describe('events', () => {
  test('K10.1 K10.10 12288 of a success reads like the printed sample', () => {
    const facts = { ...registered('kms01.contoso.com'), isVirtualMachine: true };
    const run = play(facts, { hosts: { 'kms01.contoso.com:1688': counted(25) } });
    expect(eventsWithId(run, 12288).map(clientEventFields)).toEqual([
      [
        '0x0',
        '0x8',
        'kms01.contoso.com:1688',
        cmid(1),
        '2026/01/05 08:00',
        '1',
        '2',
        '40123',
        clientSku,
        '25',
      ],
    ]);
  });

  test('K10.10 12288 of a refused clock reads like the real sample', () => {
    const run = play(registered('azkms.core.windows.net'), {
      hosts: { 'azkms.core.windows.net:1688': refusedWith(0xc004f06c) },
    });
    const [fields] = eventsWithId(run, 12288).map(clientEventFields);
    expect(fields?.slice(0, 3)).toEqual(['0xC004F06C', '0x0', 'azkms.core.windows.net:1688']);
    expect(eventsWithId(run, 12289)).toEqual([]);
  });

  test('K10.2 K10.9 K10.10 12289 of a low count has flags 0x4000008 and is not bound', () => {
    const run = play(registered(), { hosts: { [host]: counted(4) } });
    expect(eventsWithId(run, 12289).map(clientEventFields)).toEqual([
      ['0x0', '0x4000008', '0', '0', '4', '120', '10080', '2026/01/05 08:00'],
    ]);
  });

  test('K10.2 12289 of a success is bound', () => {
    const run = play(registered(), { hosts: { [host]: counted(40) } });
    expect(eventsWithId(run, 12289).map(clientEventFields)).toEqual([
      ['0x0', '0x8', '1', '0', '40', '120', '10080', '2026/01/05 08:00'],
    ]);
  });

  test('K10.9 a host without KMS leaves 0x1000000 in the flags', () => {
    const run = play(registered(), { hosts: { [host]: refusedWith(0xc004f039) } });
    expect(eventsWithId(run, 12288)[0]?.flags).toBe(0x01000000);
  });

  test('K10.9 0x8 says that another computer is the host: a host that asks itself has it not', () => {
    const attempt = kmsActivation(registered(), start);
    attempt.next();
    const { value } = attempt.next({
      kind: 'contact',
      result: { ok: true, answer: counted(25), ipAddress: null, sameMachine: true },
    });
    expect(value).toMatchObject({
      events: [
        { id: 12288, flags: 0 },
        { id: 12289, flags: 0 },
      ],
    });
  });

  test.each([
    [start, '2026/01/05 08:00'],
    [-1e300, '1601/01/01 00:00'],
    [1e300, '9999/12/31 23:59'],
  ])('the time %d is printed as %s, whatever a client claims', (at, text) => {
    expect(eventTime(at)).toBe(text);
  });

  test('an IPv6 host stands in brackets', () => {
    const run = play(
      client({
        registered: { product: none, application: none, global: { name: '2001:db8::1', port: 1700 } },
      }),
    );
    expect(sent(run)).toEqual(['[2001:db8::1]:1700 800706ba']);
  });

  test.each([
    ['timer', 'TimerEvent'],
    ['service-start', 'ServiceStart'],
    ['network-change', 'NetworkAvailable'],
  ] as const)('K10.12 an automatic attempt (%s) that fails leaves 8198', (trigger, name) => {
    const run = play({ ...registered(), trigger }, {});
    expect(eventsWithId(run, 8198).map(clientEventFields)).toEqual([
      ['0xC004F074', `Action=AutoActivateSilent;AppId=${windowsApp};SkuId=${clientSku};Trigger=${name}`],
    ]);
  });

  test('K10.12 8198 is no event of an attempt by hand, nor of a success', () => {
    expect(eventsWithId(play(registered(), {}), 8198)).toEqual([]);
    const done = play({ ...registered(), trigger: 'timer' }, { hosts: { [host]: counted(25) } });
    expect(eventsWithId(done, 8198)).toEqual([]);
    const low = play({ ...registered(), trigger: 'timer' }, { hosts: { [host]: counted(1) } });
    expect(eventsWithId(low, 8198)).toMatchObject([{ hresult: 0xc004f038 }]);
  });
});
