import * as fc from 'fast-check';
import { productFactsOf, serviceFactsOf } from '../../src/licensing/facts';
import { hresult } from '../../src/licensing/hresult';
import {
  judgeMachine,
  unreachedMachine,
  withNamesOfTheirOwn,
  type CheckedMachine,
} from '../../src/render/check/judge';
import { limitsOf, parseDayRule, type DayLimits } from '../../src/render/check/limits';
import { prometheusText } from '../../src/render/check/prometheus';
import { checkStates, worstState } from '../../src/render/check/state';
import { checkmkLine, nagiosLine } from '../../src/render/check/text';
import { officeAddon, service, windowsProduct } from '../verbs/machine';

type Changes = Parameters<typeof windowsProduct>[0];

const now = Date.UTC(2026, 10, 20, 10);
const noLimits: DayLimits = { warn: [], critical: [] };

function judged(
  products: readonly ReturnType<typeof windowsProduct>[],
  {
    limits = noLimits,
    machine = 'PC-001',
    of = {},
  }: { limits?: DayLimits; machine?: string; of?: Changes } = {},
): CheckedMachine {
  const reading = {
    now,
    service: serviceFactsOf(service(of)),
    products: products.map((product) => productFactsOf(product, now)),
  };
  return judgeMachine(machine, reading, limits);
}

const days = (count: number): number => count * 1440;

describe('the state of a product', () => {
  test.each([
    [0, 0, 'CRITICAL'],
    [1, 0, 'OK'],
    [1, days(31), 'OK'],
    [1, days(30), 'OK'],
    [1, days(29), 'WARNING'],
    [1, days(7), 'WARNING'],
    [1, days(6), 'CRITICAL'],
    [1, 1, 'CRITICAL'],
    [2, days(30), 'WARNING'],
    [3, days(6), 'CRITICAL'],
    [2, 0, 'CRITICAL'],
    [4, days(30), 'CRITICAL'],
    [5, 0, 'CRITICAL'],
    [6, days(20), 'WARNING'],
    [9, 0, 'UNKNOWN'],
    [null, 0, 'UNKNOWN'],
  ])('status %j with %d minutes is %s', (status, minutes, state) => {
    const machine = judged([windowsProduct({ LicenseStatus: status, GracePeriodRemaining: minutes })]);
    expect(machine.state).toBe(state);
  });

  test('a machine without a key is critical, the worst product decides', () => {
    expect(judged([]).state).toBe('CRITICAL');
    expect(nagiosLine(judged([]))).toBe('LICENSE CRITICAL - PC-001: no product key is installed');
    expect(judged([windowsProduct(), officeAddon({ LicenseStatus: 5 })]).state).toBe('CRITICAL');
    expect(judged([windowsProduct(), officeAddon({ LicenseStatus: 9 })]).state).toBe('UNKNOWN');
  });

  test('the order is that of the monitoring plugins', () => {
    expect(worstState(['OK', 'UNKNOWN'])).toBe('UNKNOWN');
    expect(worstState(['UNKNOWN', 'WARNING'])).toBe('WARNING');
    expect(worstState(['WARNING', 'CRITICAL', 'UNKNOWN'])).toBe('CRITICAL');
    expect(worstState([])).toBe('UNKNOWN');
  });

  test.each([
    [1, 'OK', 'active'],
    [0, 'WARNING', 'not active'],
    [100, 'CRITICAL', 'disabled'],
    [120, 'CRITICAL', 'expired'],
  ])('a subscription of status %d counts as a product of its own: %s', (status, state, words) => {
    const of = { SubscriptionType: 0, SubscriptionStatus: status, SubscriptionEdition: 'Enterprise' };
    const machine = judged([windowsProduct()], { of });
    expect(machine.state).toBe(state);
    expect(machine.products).toHaveLength(2);
    expect(nagiosLine(machine)).toContain(`; Subscription Enterprise: ${words} |`);
  });

  test('the days of a subscription count too', () => {
    const of = { SubscriptionType: 2, SubscriptionStatus: 1, SubscriptionExpiry: '2026-11-30T10:00:00Z' };
    const machine = judged([windowsProduct()], { of });
    expect(machine.state).toBe('WARNING');
    expect(nagiosLine(machine)).toContain("'Subscription days'=10;30:;7:;0");
  });
});

describe('days by product', () => {
  const limits = {
    warn: ['45', 'Office*=60', '*ESU*=0'].map(parseDayRule),
    critical: ['Windows*, Enterprise edition=14'].map(parseDayRule),
  };

  test.each([
    ['Office 16, x edition', 60, 7],
    ['OFFICE', 60, 7],
    ['Windows(R), Enterprise edition', 45, 14],
    ['Windows(R), Enterprise edition, Client-ESU-Year1', 0, 7],
    ['x', 45, 7],
  ])('%s', (name, warn, critical) => {
    expect(limitsOf(name, limits)).toEqual({ warn, critical });
  });

  test('the last = counts; a question mark is one character', () => {
    expect(parseDayRule('a=b=5')).toEqual({ pattern: 'a=b', days: 5 });
    const rules = { warn: [parseDayRule('a?c=5')], critical: [] };
    expect(limitsOf('ABC', rules).warn).toBe(5);
    expect(limitsOf('AC', rules).warn).toBe(30);
  });

  test.each(['', 'soon', '-1', '=5', 'x=', '1000001', '1.5', 'a=1e3'])('%j is refused', (text) => {
    expect(() => parseDayRule(text)).toThrow();
  });

  test('patterns of many stars take no time', () => {
    const rule = { pattern: '*a'.repeat(40) + 'b', days: 1 };
    expect(limitsOf('a'.repeat(20_000), { warn: [rule], critical: [] }).warn).toBe(30);
  });
});

describe('the line of a plugin', () => {
  test('names the machine; the label is days for one product', () => {
    expect(nagiosLine(judged([windowsProduct()]))).toBe(
      'LICENSE OK - PC-001: Windows(R), Enterprise edition: licensed, 180 days left | days=180;30:;7:;0',
    );
  });

  test('of several products each has its label; equal names are told apart', () => {
    const one = windowsProduct();
    const line = nagiosLine(judged([one, { ...one, ID: 'b' }, officeAddon()]));
    expect(line).toContain(
      "| 'Windows(R), Enterprise edition days'=180;30:;7:;0 'Windows(R), Enterprise edition #2 days'=180;30:;7:;0",
    );
    expect(line).toContain('Office 16, Office16AddonVL_MAK edition: licensed |');
  });

  test('whatever a product or a machine is called, it is one line and one pipe', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (name, machine) => {
        const products = [windowsProduct({ Name: name }), windowsProduct({ ID: 'b', Name: `${name}x` })];
        const checked = judged(products, { machine });
        for (const line of [nagiosLine(checked), checkmkLine(checked)]) {
          expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u);
        }
        const [, performance = '', ...more] = nagiosLine(checked).split('|');
        expect(more).toEqual([]);
        expect(performance).toMatch(/^(?: '[^'=|]+ days'=180;30:;7:;0){2}$/);
        expect(checkmkLine(checked)).toMatch(/^0 "[^"]*" \w+=180;\S+\|\w+=180;\S+ .*$/);
      }),
      { numRuns: 40 },
    );
  });

  test('a machine that could not be asked says why', () => {
    const machine = unreachedMachine('PC-9', 'no\nsuch | machine', hresult(0x800706ba));
    expect(nagiosLine(machine)).toBe('LICENSE UNKNOWN - PC-9: no such / machine');
    expect(checkmkLine(machine)).toBe('3 "License PC-9" - no such | machine');
  });

  test('a Checkmk line has status, item, metrics and text', () => {
    expect(checkmkLine(judged([windowsProduct()], { machine: 'a "b"' }))).toBe(
      '0 "License a \'b\'" days=180;30:1000000;7:1000000;0 Windows(R), Enterprise edition: licensed, 180 days left',
    );
  });
});

describe('metrics', () => {
  test('every machine and product has its series, also one that is away', () => {
    const text = prometheusText(
      [judged([windowsProduct(), officeAddon()]), unreachedMachine('PC-9', 'away', null)],
      now,
    );
    expect(text.split('\n')).toEqual(
      expect.arrayContaining([
        '# TYPE slmgr_machine_up gauge',
        'slmgr_machine_up{machine="PC-001"} 1',
        'slmgr_machine_up{machine="PC-9"} 0',
        'slmgr_machine_state{machine="PC-9"} 3',
        'slmgr_product_remaining_days{machine="PC-001",product="Windows(R), Enterprise edition",activation_id="11111111-2222-3333-4444-555555555555"} 180',
        `slmgr_check_timestamp_seconds ${now / 1000}`,
      ]),
    );
    expect(text.match(/^slmgr_product_remaining_days/gm)).toHaveLength(1);
    expect(text.endsWith('\n')).toBe(true);
  });

  test('no series stands twice; quotes and backslashes are escaped', () => {
    const odd = windowsProduct({ Name: 'a"b\\c\nd', ID: '' });
    const text = prometheusText([judged([odd, odd])], now);
    expect(text).toContain('product="a\\"b\\\\c d"');
    expect(text).toContain('product="a\\"b\\\\c d #2"');
    const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(new Set(series.map((line) => line.replace(/ \S+$/, ''))).size).toBe(series.length);
  });

  test('states have the numbers of a plugin', () => {
    expect(checkStates).toEqual({ OK: 0, WARNING: 1, CRITICAL: 2, UNKNOWN: 3 });
  });
});

test('machines that are called the same have names of their own in every form', () => {
  const same = ['PC', 'pc', 'PC #2', 'PC'].map((machine) => judged([windowsProduct()], { machine }));
  const machines = withNamesOfTheirOwn(same);
  expect(machines.map(({ machine }) => machine)).toEqual(['PC', 'pc #2', 'PC #2 #2', 'PC #3']);
  const series = prometheusText(machines, now)
    .split('\n')
    .filter((line) => /^[a-z]/.test(line))
    .map((line) => line.replace(/ \S+$/, ''));
  expect(new Set(series).size).toBe(series.length);
  expect(new Set(machines.map((each) => checkmkLine(each).split('"')[1])).size).toBe(machines.length);
});
