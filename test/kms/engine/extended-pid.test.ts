import fc from 'fast-check';
import {
  extendedPidPattern,
  syntheticGroup,
  synthesizeExtendedPid,
} from '../../../src/kms/engine/extended-pid';

const printedSamples = [
  '55041-00140-015-871562-03-1033-7078.0000-0992009',
  '11111-00140-008-800002-03-1033-5358.0000-1102006',
  '05426-00206-234-001162-03-1033-9200.0000-0992013',
];

describe('synthetic extended PIDs', () => {
  test.each(printedSamples)('K14.2 the layout is that of the printed sample %s', (sample) => {
    expect(sample).toMatch(extendedPidPattern);
    expect(sample.split('-')[1]).not.toBe(syntheticGroup);
  });

  test('K14.2 the day of the year and the year stand at the end, the build before them', () => {
    const at = Date.UTC(2009, 3, 9, 23, 59);
    expect(synthesizeExtendedPid({ seed: 1, lcid: 1033, build: 7078, activatedAt: at })).toMatch(
      /^00000-99999-\d{3}-\d{6}-03-1033-7078\.0000-0992009$/,
    );
  });

  test('K14.2 every one has the layout and the group that no real product uses', () => {
    const parts = fc.record({
      seed: fc.integer(),
      lcid: fc.constantFrom(1031, 1033, 2052, 1),
      build: fc.integer({ min: 6000, max: 99_999 }),
      activatedAt: fc.integer({ min: 0, max: Date.UTC(2200, 0, 1) }),
    });
    fc.assert(
      fc.property(parts, (given) => {
        const pid = synthesizeExtendedPid(given);
        expect(pid).toMatch(extendedPidPattern);
        expect(pid.split('-')[1]).toBe(syntheticGroup);
        expect(synthesizeExtendedPid({ ...given })).toBe(pid);
      }),
    );
  });

  test('different seeds give different texts', () => {
    const texts = new Set(
      Array.from({ length: 500 }, (_, seed) =>
        synthesizeExtendedPid({ seed, lcid: 1033, build: 7601, activatedAt: 0 }),
      ),
    );
    expect(texts.size).toBe(500);
  });
});
