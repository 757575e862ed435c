import * as fc from 'fast-check';
import { confirmationProblem, groupProblem, inGroups } from '../../../src/fleet/proxy/confirmation-id';
import { confirmationId, installationId, isInstallationIdOfLab } from '../../../src/lab/model/phone';

const runs = { numRuns: 100 };
const ids = fc
  .record({ print: fc.string(), isShort: fc.boolean() })
  .map(({ print, isShort }) => installationId({ key: null, print, isShort }));

describe('confirmation IDs of the lab', () => {
  test('are right as they are told, and installation IDs are known as those of the lab', () => {
    fc.assert(
      fc.property(ids, (id) => {
        expect(isInstallationIdOfLab(id)).toBe(true);
        expect(confirmationProblem(confirmationId(id), id)).toBeNull();
      }),
      runs,
    );
  });

  test('every wrong digit and every swap of neighbours is found in its own group', () => {
    fc.assert(
      fc.property(ids, fc.nat(47), fc.integer({ min: 1, max: 9 }), (id, at, by) => {
        const right = confirmationId(id);
        const digit = String((Number(right[at]) + by) % 10);
        const wrong = right.slice(0, at) + digit + right.slice(at + 1);
        const group = Math.floor(at / 6);
        expect(groupProblem(wrong.slice(group * 6, group * 6 + 6), group, id)).toMatch(
          new RegExp(`^group ${'ABCDEFGH'.charAt(group)} has a typing error`),
        );
        expect(confirmationProblem(wrong, id)).not.toBeNull();
      }),
      runs,
    );
  });
});

test('of installation IDs that are not of the lab only the form is told', () => {
  const id = '1'.repeat(63);
  expect(isInstallationIdOfLab(id)).toBe(false);
  expect(confirmationProblem('123456'.repeat(8), id)).toBeNull();
  expect(confirmationProblem('123456'.repeat(7), id)).toContain('has 48 digits, and this one has 42');
  expect(confirmationProblem(`${'123456'.repeat(7)}12345x`, id)).toContain('digits alone');
  expect(groupProblem('12345', 2, id)).toBe('group C has 5 digits and not 6');
  expect(groupProblem('12345a', 7, id)).toBe('group H has something else than digits');
  expect(groupProblem('١٢٣٤٥٦', 0, id)).toBe('group A has something else than digits');
});

test('IDs are shown in their groups', () => {
  expect(inGroups('123456'.repeat(8)).split(' ')).toHaveLength(8);
  expect(inGroups('1'.repeat(63)).split(' ')).toHaveLength(9);
  expect(inGroups('1'.repeat(54)).split(' ')).toHaveLength(9);
});
