import * as fc from 'fast-check';
import { evaluate, mostTargets, type KnownTargets } from '../../../src/fleet/targets/evaluate';
import { parseExpression } from '../../../src/fleet/targets/expression';
import { ExpressionError } from '../../../src/fleet/targets/expression-error';
import { foldNames } from '../../../src/fleet/targets/fold';
import { isExpression } from '../../../src/fleet/targets/is-expression';
import { fitsPattern } from '../../../src/lab/estate/name-pattern';
import { NameSet } from '../../../src/fleet/targets/name-set';

const anyone: KnownTargets = {
  find: (name) => name,
  names: () => [],
  everything: () => [],
  group: () => null,
};

function knowing(
  names: readonly string[],
  groups: Readonly<Record<string, readonly string[]>> = {},
): KnownTargets {
  const set = new NameSet(names);
  return {
    find: (name) => set.spelling(name) ?? null,
    names: () => set,
    everything: () => set,
    group: (name) => groups[name.toLowerCase()] ?? null,
  };
}

const expand = (text: string, known: KnownTargets = anyone): readonly string[] =>
  evaluate(parseExpression(text), known);

describe('expressions of targets', () => {
  test.each([
    ['PC-1', false],
    ['pc.corp.example', false],
    ['admin@server01', false],
    ['10.0.0.7', false],
    ['::1', false],
    ['[::1]', false],
    ['[2001:db8::7]:22', false],
    ['ssh://admin@[::1]:2222', false],
    ['lab://PC-1', false],
    ['winrms://CORP%5Cadmin@srv', false],
    ['PC-[01-20]', true],
    ['PC-*', true],
    ['a,b', true],
    ['@branch', true],
    ['PC-?', true],
    ['a!b', true],
    ['a&b', true],
    ['ssh://a@h1,ssh://a@h2', true],
  ])('%s is an expression: %s', (word, expected) => {
    expect(isExpression(word)).toBe(expected);
  });

  test.each([
    ['a,b,A', ['a', 'b']],
    ['web[08-11]', ['web08', 'web09', 'web10', 'web11']],
    ['web[8-11]', ['web8', 'web9', 'web10', 'web11']],
    ['a[1-9/2]', ['a1', 'a3', 'a5', 'a7', 'a9']],
    ['r[1-2]n[01-02]x', ['r1n01x', 'r1n02x', 'r2n01x', 'r2n02x']],
    ['pc[1,3,5-6]', ['pc1', 'pc3', 'pc5', 'pc6']],
    ['pc[01-101/50]', ['pc01', 'pc51', 'pc101']],
    [' a , b ', ['a', 'b']],
    ['a[1-5]!a[2-4]', ['a1', 'a5']],
    ['a[1-5]!a[2-4],a3', ['a1', 'a5', 'a3']],
    ['a[1-5]&a[4-9]', ['a4', 'a5']],
    ['ssh://u@[::1]:22,b', ['ssh://u@[::1]:22', 'b']],
  ])('%s', (text, expected) => {
    expect(expand(text)).toEqual(expected);
  });

  test('operators work from left to right, names without case, in the spelling that is known', () => {
    const known = knowing(['PC-001', 'PC-002', 'PC-003', 'SRV-1'], { branch: ['PC-001', 'SRV-1'] });
    expect(expand('pc-*!pc-002', known)).toEqual(['PC-001', 'PC-003']);
    expect(expand('@branch&pc-*', known)).toEqual(['PC-001']);
    expect(expand('@ALL!@Branch', known)).toEqual(['PC-002', 'PC-003']);
    expect(expand('PC-[001-009]&@all', known)).toEqual(['PC-001', 'PC-002', 'PC-003']);
    expect(expand('PC-00?', known)).toEqual(['PC-001', 'PC-002', 'PC-003']);
  });

  test.each([
    ['', 'empty'],
    ['a,', 'behind ,'],
    [',a', 'before ,'],
    ['a!!b', 'behind !'],
    ['pc[1-', 'not closed'],
    ['pc1]', 'closes nothing'],
    ['pc[]', 'empty'],
    ['pc[a-f]', 'no range'],
    ['pc[5-1]', 'backwards'],
    ['pc[1-5/0]', 'step of 0'],
    ['pc[001-2]', 'fewer digits'],
    ['pc[1-99999999999999999]', 'too many digits'],
    ['pc[1-9999999999]', `more than ${mostTargets}`],
    ['pc[1-2000]x[1-2000]', `more than ${mostTargets}`],
    ['pc*[1-2]', 'do not go together'],
    ['@', 'has a name'],
    ['a b', 'blank'],
    ['a!a', 'No machine is left'],
  ])('%j is refused: %s', (text, reason) => {
    expect(() => expand(text)).toThrow(ExpressionError);
    expect(() => expand(text)).toThrow(reason);
  });

  test('what is not known is refused with its place', () => {
    const known = knowing(['PC-1', 'PC-2']);
    expect(() => expand('PC-1,PC-[3-9]', known)).toThrow('PC-3, PC-4, PC-5 and 4 more are not known here.');
    expect(() => expand('PC-1,PC-3', known)).toThrow('In the expression\n  PC-1,PC-3\n       ^\nPC-3');
    expect(() => expand('@nobody', known)).toThrow('There is no group @nobody.');
    expect(() => expand('SRV*', known)).toThrow('No known machine fits SRV*.');
    // A machine that is gone may still be left out.
    expect(expand('PC-*!PC-3', known)).toEqual(['PC-1', 'PC-2']);
  });

  test('any text is read or refused at a place within it', () => {
    const words = fc.array(
      fc.constantFrom('a', '-', '[', ']', '1', '0', '9', ',', '!', '&', '@', '*', '?', '/', ' '),
    );
    fc.assert(
      fc.property(words, (parts) => {
        const text = parts.join('');
        try {
          parseExpression(text);
        } catch (error) {
          expect(error).toBeInstanceOf(ExpressionError);
          expect((error as ExpressionError).at).toBeLessThanOrEqual(text.length);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('folding', () => {
  test.each([
    [['pc1'], 'pc1'],
    [['PC-001', 'PC-002', 'PC-003', 'PC-005'], 'PC-[001-003,005]'],
    [['w8', 'w9', 'w10'], 'w[8-10]'],
    [['w08', 'w09', 'w10'], 'w[08-10]'],
    [['r1n1', 'r1n2', 'r2n1', 'r2n2', 'r3n1'], 'r[1-2]n[1-2],r3n1'],
    [['host', 'other'], 'host,other'],
    [['rack1-pc01', 'rack1-pc02'], 'rack1-pc[01-02]'],
    [['a12345678901234567890'], 'a12345678901234567890'],
  ])('%j', (names, expected) => {
    expect(foldNames(names)).toBe(expected);
  });

  test('means exactly the names that went in', () => {
    const part = fc.constantFrom('a', 'b-', 'pc', '.x');
    const number = fc.oneof(
      fc.nat(30).map(String),
      fc.nat(30).map((n) => String(n).padStart(2, '0')),
    );
    const name = fc
      .array(fc.tuple(part, fc.option(number, { nil: '' })), { minLength: 1, maxLength: 3 })
      .map((parts) => parts.map((each) => each.join('')).join(''));
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 60 }), (names) => {
        expect([...expand(foldNames(names))].sort()).toEqual([...names].sort());
      }),
      { numRuns: 500 },
    );
  });
});

describe('globs', () => {
  test('are those of a regular expression', () => {
    const characters = fc.constantFrom('a', 'b', 'A', '-', '*', '?');
    const text = fc.array(characters, { maxLength: 12 }).map((each) => each.join(''));
    fc.assert(
      fc.property(text, text, (pattern, raw) => {
        const name = raw.replace(/[*?]/g, 'a');
        const source = pattern.replace(/\*+/g, '.*').replace(/\?/g, '.');
        expect(fitsPattern(name, pattern)).toBe(new RegExp(`^${source}$`, 'i').test(name));
      }),
    );
  });

  test('many stars do not explode', () => {
    expect(fitsPattern('a'.repeat(20_000), `${'*a'.repeat(2_000)}b`)).toBe(false);
  });
});
