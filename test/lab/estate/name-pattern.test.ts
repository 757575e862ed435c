import * as fc from 'fast-check';
import { fitsPattern } from '../../../src/lab/estate/name-pattern';

describe('patterns of names', () => {
  test('they fit as an expression would', () => {
    const text = fc.stringMatching(/^[abAB-]{0,8}$/);
    const pattern = fc.stringMatching(/^[ab*?-]{0,6}$/);
    fc.assert(
      fc.property(text, pattern, (name, wanted) => {
        const source = wanted.replaceAll(/\*+/g, '.*').replaceAll('?', '.');
        expect(fitsPattern(name, wanted)).toBe(new RegExp(`^${source}$`, 'i').test(name));
      }),
    );
  });

  test('a hostile pattern is answered at once', () => {
    expect(fitsPattern('a'.repeat(5000), `${'a*'.repeat(2000)}b`)).toBe(false);
  });
});
