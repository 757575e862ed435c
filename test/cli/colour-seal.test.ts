import * as fc from 'fast-check';
import { oneLine, painted, unsealed } from '../../src/cli/output/colour-seal';
import { coloured, facts, table } from '../../src/cli/output/table';

const style = { colour: true, terminal: true, width: 80 };
const red = (text: string): string => `\u001b[31m${text}\u001b[39m`;

describe('colours', () => {
  test('ours come out as they were painted', () => {
    expect(unsealed(`a ${painted('b', red)} c`)).toBe('a \u001b[31mb\u001b[39m c');
    expect(unsealed(facts([['Name', coloured('x', 'bad', style)]], style))).toBe(
      '\u001b[2mName:\u001b[22m \u001b[31mx\u001b[39m\n',
    );
  });

  test('those of a text that is painted, joined or put into a table do not', () => {
    const foreign = 'x\u001b[31my\u001b]0;title\u0007';
    const clean = 'x\ufffd[31my\ufffd]0;title\ufffd';
    expect(unsealed(foreign)).toBe(clean);
    expect(unsealed(painted(foreign, red))).toBe(red(clean));
    expect(unsealed(table(['N'], [[foreign]], { ...style, colour: false }))).toBe(`N\n${clean}\n`);
    expect(unsealed(`${painted('ok', red)}${foreign}`)).toBe(`${red('ok')}${clean}`);
  });

  test('a cell is one line', () => {
    expect(table(['N'], [['a\nb\r\nc']], { ...style, colour: false })).toBe('N\na b c\n');
    expect(unsealed(oneLine(`${painted('a\nb', red)}\nc`))).toBe(`${red('a b')} c`);
  });

  test('no text from elsewhere brings an escape character out, whatever was painted before', () => {
    painted('x', red);
    const part = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .array(fc.constantFrom('\u001b', '[', '3', '1', ';', '1234', 'm'), { maxLength: 20 })
        .map((all) => all.join('')),
    );
    fc.assert(
      fc.property(part, part, (one, other) => {
        expect(unsealed(one + other)).not.toContain('\u001b');
        expect(unsealed(one + painted(other, red)).split('\u001b')).toHaveLength(3);
      }),
      { numRuns: 500 },
    );
  });
});
