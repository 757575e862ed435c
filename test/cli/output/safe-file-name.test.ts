import * as fc from 'fast-check';
import { safeFileName } from '../../../src/cli/output/safe-file-name';

test('names that every system takes stay as they are', () => {
  expect(safeFileName('PC-001.corp_x')).toBe('PC-001.corp_x');
});

test.each([
  ['../../etc/passwd', '%2E.%2F..%2Fetc%2Fpasswd'],
  ['ssh://admin@srv:22', 'ssh%3A%2F%2Fadmin%40srv%3A22'],
  ['..', '%2E%2E'],
  ['.', '%2E'],
  ['con', '%63on'],
  ['NUL.corp', '%4EUL.corp'],
  ['console', 'console'],
  ['a%b', 'a%25b'],
  ['pc.', 'pc%2E'],
  ['fe80::1', 'fe80%3A%3A1'],
])('%s becomes %s', (name, file) => {
  expect(safeFileName(name)).toBe(file);
});

test('any name becomes one of a single folder, short enough, and two names never the same', () => {
  const runs = Number(process.env['SLMGR_PROPERTY_RUNS'] ?? 200);
  const name = fc.string({ minLength: 1, maxLength: 400, unit: 'grapheme' });
  fc.assert(
    fc.property(name, name, (one, other) => {
      const file = safeFileName(one);
      expect(file).toMatch(/^[A-Za-z0-9_%-][A-Za-z0-9._%-]*$/);
      expect(file.length).toBeLessThanOrEqual(250);
      expect(file.endsWith('.')).toBe(false);
      expect(file === safeFileName(other)).toBe(one === other);
    }),
    { numRuns: runs },
  );
});
