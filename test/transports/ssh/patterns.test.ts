import fc from 'fast-check';
import { matchesPattern } from '../../../src/transports/ssh/patterns';

/** The same by the definition, for small inputs. */
function fits(pattern: string, text: string): boolean {
  if (pattern === '') return text === '';
  const [first, rest] = [pattern.charAt(0), pattern.slice(1)];
  if (first === '*') return fits(rest, text) || (text !== '' && fits(pattern, text.slice(1)));
  return text !== '' && (first === '?' || text.startsWith(first)) && fits(rest, text.slice(1));
}

const small = (...letters: string[]): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...letters), maxLength: 7 });

describe('patterns of OpenSSH', () => {
  test('mean what their definition says', () => {
    fc.assert(
      fc.property(small('a', 'b', '*', '?', '.'), small('a', 'b', '.'), (pattern, text) => {
        expect(matchesPattern(text, pattern)).toBe(fits(pattern, text));
      }),
      { numRuns: 2000 },
    );
  });

  test('many stars end at once', () => {
    // An expression with as many would try more ways than there are atoms.
    expect(matchesPattern('a'.repeat(2000), `${'*a'.repeat(200)}b`)).toBe(false);
  });
});
