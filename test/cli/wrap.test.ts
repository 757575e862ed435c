import * as fc from 'fast-check';
import { wrapText } from '../../src/cli/output/wrap';

describe('wrapping text', () => {
  test.each([
    ['one two three', 9, 0, 'one two\nthree'],
    ['one two three', 9, 2, 'one two\n  three'],
    ['  one two three', 9, 2, '  one two\n  three'],
    ['  --json      Print it', 20, 14, '  --json      Print\n              it'],
    ['incomprehensibilities and more', 10, 0, 'incomprehensibilities\nand more'],
    ['a\n\nb', 10, 0, 'a\n\nb'],
    ['', 10, 0, ''],
  ])('%j in %i columns', (text, width, indent, wrapped) => {
    expect(wrapText(text, width, indent)).toBe(wrapped);
  });

  test('no line is longer than it must be, and every word stays', () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,9}$/), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(words, fc.integer({ min: 10, max: 40 }), (all, width) => {
        const lines = wrapText(all.join(' '), width).split('\n');
        expect(lines.join(' ').split(' ')).toEqual(all);
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
      }),
    );
  });
});
