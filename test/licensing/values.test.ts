import * as fc from 'fast-check';
import { channelOf } from '../../src/licensing/channel';
import {
  activationTypeName,
  daysRoundedUp,
  isLicenseStatusCode,
  licenseStatusName,
} from '../../src/licensing/license-status';
import { flagOf, numberOf, textOf } from '../../src/licensing/values';
import { effectiveKmsPort } from '../../src/licensing/windows';

describe('values of CIM properties', () => {
  test('a number is the same signed, unsigned and as text', () => {
    fc.assert(
      fc.property(fc.integer({ min: -0x80000000, max: 0x7fffffff }), (value) => {
        expect(numberOf(value)).toBe(value);
        expect(numberOf(value >>> 0)).toBe(value);
        expect(numberOf(String(value))).toBe(value);
        expect(numberOf(String(value >>> 0))).toBe(value);
      }),
    );
  });

  test.each([null, undefined, '', 'many', '1e3', 1.5, 1.2e-21, 1e300, NaN, Infinity, '9'.repeat(30)])(
    '%j is no number',
    (value) => {
      expect(numberOf(value)).toBeNull();
    },
  );

  test.each([
    [true, true],
    [false, false],
    [1, true],
    [0, false],
    ['True', true],
    ['false', false],
    ['1', true],
    [null, false],
    [undefined, false],
  ])('%j as a flag is %s', (value, flag) => {
    expect(flagOf(value)).toBe(flag);
  });

  test('null and an absent property are empty text', () => {
    expect([textOf(null), textOf(undefined), textOf(7), textOf(['a', 'b'])]).toEqual(['', '', '7', 'a, b']);
  });
});

describe('words for states', () => {
  test('licence states', () => {
    expect([0, 1, 2, 3, 4, 5, 6].every(isLicenseStatusCode)).toBe(true);
    expect([licenseStatusName(1), licenseStatusName(7), licenseStatusName(-1)]).toEqual([
      'Licensed',
      'Unknown',
      'Unknown',
    ]);
  });

  test('activation types; another number counts as all', () => {
    expect([0, 1, 2, 3, 9].map(activationTypeName)).toEqual(['All', 'AD', 'KMS', 'Token', 'All']);
  });

  test.each([
    [0, 0],
    [1, 1],
    [1440, 1],
    [1441, 2],
    [259200, 180],
  ])('%d minutes are %d begun days', (minutes, days) => {
    expect(daysRoundedUp(minutes)).toBe(days);
  });

  test.each([
    ['Office 16, VOLUME_KMSCLIENT channel', 'kms-client'],
    ['Office 16, VOLUME_KMS channel', 'kms-host'],
    ['Windows(R) Operating System, VOLUME_KMS_R2_C channel', 'kms-host'],
    ['Windows(R) Operating System, VOLUME_MAK channel', 'mak'],
    ['Windows(R) Operating System, TIMEBASED_EVAL channel', 'time-based'],
    ['Windows(R) Operating System, VIRTUAL_MACHINE_ACTIVATION channel', 'automatic-vm'],
    ['Windows(R) Operating System, RETAIL channel', 'other'],
  ])('%s is %s', (description, channel) => {
    expect(channelOf(description)).toBe(channel);
  });

  test('a port of 0 or none is the default', () => {
    expect([0, null, 1690].map(effectiveKmsPort)).toEqual([1688, 1688, 1690]);
  });
});
