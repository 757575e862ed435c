import { evaluate } from '../../../src/fleet/targets/evaluate';
import { parseExpression } from '../../../src/fleet/targets/expression';
import { joinSources, type SourceKind, type TargetSource } from '../../../src/fleet/targets/known-targets';

const source = (
  kind: SourceKind,
  names: readonly string[],
  groups: Readonly<Record<string, readonly string[]>> = {},
): TargetSource => ({ kind, label: kind, names, groups: new Map(Object.entries(groups)) });

const lab = source('lab', ['PC-1', 'PC-2', 'KMS01']);
const inventory = source('inventory', ['pc-2', 'PC-3']);
const file = source('file', ['srv1', 'pc-1'], { Branch: ['srv1', 'PC-9'] });
const ssh = source('ssh-config', ['jump']);

const named = (text: string, ...sources: readonly TargetSource[]): readonly string[] =>
  evaluate(parseExpression(text), joinSources(sources));

describe('sources of names', () => {
  test('@all and globs: the files where there are some, else the lab, else the inventory', () => {
    expect(named('@all', lab, inventory, file, ssh)).toEqual(['srv1', 'pc-1']);
    expect(named('@all', inventory, lab, ssh)).toEqual(['PC-1', 'PC-2', 'KMS01']);
    expect(named('@all', inventory, ssh)).toEqual(['pc-2', 'PC-3']);
    expect(named('PC-*', lab, file)).toEqual(['pc-1']);
    expect(() => named('@all', ssh)).toThrow('no machine is known');
  });

  test('single names come from any source, and a file goes before the lab', () => {
    expect(named('PC-1,PC-2,pc-3,jump', ssh, inventory, lab, file)).toEqual(['pc-1', 'PC-2', 'PC-3', 'jump']);
    const known = joinSources([lab, file, inventory]);
    expect(known.sourceOf('PC-1')?.kind).toBe('file');
    expect(known.sourceOf('pc-2')?.kind).toBe('lab');
    expect(known.sourceOf('nobody')).toBeNull();
  });

  test('groups without case; a member that nobody knows is refused', () => {
    expect(() => named('srv1,@branch', file)).toThrow('PC-9 is not known here');
    expect(named('@BRANCH!PC-9', file)).toEqual(['srv1']);
    expect(() => named('@other', file)).toThrow('There is no group @other.');
  });
});
