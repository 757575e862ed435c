import { NotSimulated } from '../not-simulated';
import { linePattern } from '../programs/line-pattern';
import { plainText, type Bound } from './bind';
import { type Cmdlet, type CmdletCall } from './cmdlet';
import { failure } from './failure';
import { columnsOf, isObject, listText, tableText, type Column } from './format';
import { memberOf, propertiesOf } from './members';
import { numberOf, order } from './numbers';
import { operate } from './operators';
import { comparisonNames, type Block, type ComparisonName } from './syntax';
import { isList, isTrue, itemsOf, objectOf, textOf, type Member, type Table, type Value } from './values';

function isBlock(value: Value | undefined): value is Block {
  return typeof value === 'object' && value !== null && !isList(value) && value.kind === 'block';
}

function isTable(value: Value): value is Table {
  return typeof value === 'object' && value !== null && !isList(value) && value.kind === 'table';
}

const tests = comparisonNames.filter((name) => !['replace', 'split', 'join'].includes(name));

const whereObject: Cmdlet = {
  parameters: {
    positional: ['property', 'value'],
    named: ['filterscript'],
    switches: [...tests, ...tests.map((name) => `c${name}`)],
    whole: ['value'],
  },
  check: ({ values, switches }) => {
    const [given] = values.get('property') ?? values.get('filterscript') ?? [];
    if (given === undefined) throw new NotSimulated('Where-Object without a condition');
    const patterns = [...switches].some((name) => /match|like/.test(name));
    const [value] = values.get('value') ?? [];
    if (patterns && (value === undefined || plainText(value) === null))
      throw new NotSimulated('a pattern of Where-Object that only the run will tell');
  },
  run: async ({ input, values, switches, block }) => {
    const [given] = [...values('property'), ...values('filterscript')];
    const kept: Value[] = [];
    for (const item of input) {
      const holds = isBlock(given)
        ? await block(given, item)
        : tested(item, textOf(given ?? null), switches, values);
      if (isTrue(holds)) kept.push(item);
    }
    return kept;
  },
};

function tested(
  item: Value,
  property: string,
  switches: ReadonlySet<string>,
  values: CmdletCall['values'],
): Value {
  const value = memberOf(item, property);
  const name = [...switches].find((each) => tests.some((test) => each === test || each === `c${test}`));
  if (name === undefined) return isTrue(value);
  const caseSensitive = !tests.includes(name as ComparisonName);
  const operator = (caseSensitive ? name.slice(1) : name) as ComparisonName;
  return operate({ operator, caseSensitive }, value, values('value')[0] ?? null, () => undefined);
}

const foreachObject: Cmdlet = {
  parameters: { positional: ['process'], named: ['begin', 'end', 'membername'] },
  check: ({ values }) => {
    if (!values.has('process') && !values.has('membername'))
      throw new NotSimulated('ForEach-Object without a block');
  },
  run: async ({ input, values, block }) => {
    const made: Value[] = [];
    const [begin, end] = [values('begin')[0], values('end')[0]];
    const given = [...values('process'), ...values('membername')];
    if (isBlock(begin)) made.push(...(await block(begin, null)));
    for (const item of input)
      for (const each of given) {
        if (isBlock(each)) made.push(...(await block(each, item)));
        else made.push(memberOf(item, textOf(each)));
      }
    if (isBlock(end)) made.push(...(await block(end, null)));
    return made;
  },
};

/** The columns that names, patterns of names and calculated properties choose. */
function columns(given: readonly Value[], sample: Value, block: CmdletCall['block']): readonly AsyncColumn[] {
  return given.flatMap((each): readonly AsyncColumn[] => {
    if (isTable(each)) return [calculated(each, block)];
    if (isBlock(each))
      return [{ label: each.text.trim(), valueOf: async (item) => one(await block(each, item)) }];
    const name = textOf(each);
    const names = /[*?]/.test(name) ? fitting(name, sample) : [spelled(name, sample)];
    return names.map((label) => ({ label, valueOf: (item) => Promise.resolve(memberOf(item, label)) }));
  });
}

interface AsyncColumn {
  readonly label: string;
  readonly valueOf: (value: Value) => Promise<Value>;
}

function fitting(pattern: string, sample: Value): readonly string[] {
  const fits = linePattern(pattern, 'wildcard', true);
  return [...propertiesOf(sample).values()].map(({ name }) => name).filter(fits);
}

/** A property is shown under the name that the object has for it. */
function spelled(name: string, sample: Value): string {
  return propertiesOf(sample).get(name.toLowerCase())?.name ?? name;
}

function calculated({ entries }: Table, block: CmdletCall['block']): AsyncColumn {
  const entry = (...names: readonly string[]): Value =>
    names.map((name) => entries.get(name)?.value).find((value) => value !== undefined) ?? null;
  const expression = entry('expression', 'e');
  const label = entry('name', 'n', 'label', 'l');
  return {
    label: label === null ? textOf(expression).trim() : textOf(label),
    valueOf: async (item) =>
      isBlock(expression) ? one(await block(expression, item)) : memberOf(item, textOf(expression)),
  };
}

function one(values: readonly Value[]): Value {
  return values.length > 1 ? values : (values[0] ?? null);
}

async function asMembers(item: Value, chosen: readonly AsyncColumn[]): Promise<readonly Member[]> {
  const members: Member[] = [];
  for (const { label, valueOf } of chosen) members.push({ name: label, value: await valueOf(item) });
  return members;
}

const selectObject: Cmdlet = {
  parameters: {
    positional: ['property'],
    rest: 'property',
    named: ['first', 'last', 'skip', 'expandproperty', 'inputobject'],
    switches: ['unique'],
  },
  run: async ({ input, values, switches, block }) => {
    const given = values('property');
    const source = values('inputobject').length > 0 ? values('inputobject') : input;
    const chosen: Value[] = [];
    for (const item of part(source, values)) {
      if (given.length === 0) chosen.push(item);
      else chosen.push(objectOf(await asMembers(item, columns(given, item, block))));
    }
    const [expanded] = values('expandproperty');
    const made = expanded === undefined ? chosen : expand(part(source, values), textOf(expanded));
    return switches.has('unique') ? distinct(made) : made;
  },
};

function expand(items: readonly Value[], name: string): readonly Value[] {
  return items.flatMap((item) => {
    if (isObject(item) && !item.properties.has(name.toLowerCase()))
      throw failure(`Select-Object : Property "${name}" cannot be found.`);
    return itemsOf(memberOf(item, name));
  });
}

function part(input: readonly Value[], values: CmdletCall['values']): readonly Value[] {
  const count = (name: string): number | null => {
    const [value] = values(name);
    return value === undefined ? null : Math.max(0, Math.trunc(numberOf(value)));
  };
  const [first, last] = [count('first'), count('last')];
  const rest = input.slice(count('skip') ?? 0);
  if (first !== null) return rest.slice(0, first);
  return last === null ? rest : last === 0 ? [] : rest.slice(-last);
}

function distinct(values: readonly Value[]): readonly Value[] {
  const seen = new Set<string>();
  return values.filter((value) => {
    const key = textOf(value);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

const sortObject: Cmdlet = {
  parameters: { positional: ['property'], rest: 'property', switches: ['descending', 'unique'] },
  run: async ({ input, values, switches, block }) => {
    const keyed: { readonly item: Value; readonly keys: readonly Value[] }[] = [];
    for (const item of input) {
      const members = await asMembers(item, columns(values('property'), item, block));
      keyed.push({
        item,
        keys: values('property').length === 0 ? [item] : members.map(({ value }) => value),
      });
    }
    const turn = switches.has('descending') ? -1 : 1;
    keyed.sort((a, b) => turn * orderOfKeys(a.keys, b.keys));
    const sorted = keyed.filter(
      ({ keys }, at) =>
        !switches.has('unique') || at === 0 || orderOfKeys(keys, keyed[at - 1]?.keys ?? []) !== 0,
    );
    return sorted.map(({ item }) => item);
  },
};

function orderOfKeys(a: readonly Value[], b: readonly Value[]): number {
  for (const [at, one_] of a.entries()) {
    const found = order(one_, b[at] ?? null, false);
    const known = Number.isNaN(found) ? Number(one_ !== null) - Number(b[at] !== null) : found;
    if (known !== 0) return known;
  }
  return 0;
}

const measureObject: Cmdlet = {
  parameters: { positional: ['property'], switches: ['sum', 'average', 'maximum', 'minimum', 'line'] },
  check: ({ switches }) => {
    if (switches.has('line')) throw new NotSimulated('Measure-Object -Line');
  },
  run: ({ input, values, switches }) => {
    const [property] = values('property');
    const items = property === undefined ? input : input.map((each) => memberOf(each, textOf(property)));
    const numbers = switches.size === 0 ? [] : items.map(numberOf);
    const total = numbers.reduce((sum, each) => sum + each, 0);
    const of = (name: string, value: () => number): Value =>
      switches.has(name) && numbers.length > 0 ? value() : null;
    return [
      objectOf([
        { name: 'Count', value: items.length },
        { name: 'Average', value: of('average', () => total / numbers.length) },
        { name: 'Sum', value: of('sum', () => total) },
        { name: 'Maximum', value: of('maximum', () => Math.max(...numbers)) },
        { name: 'Minimum', value: of('minimum', () => Math.min(...numbers)) },
        { name: 'Property', value: property === undefined ? null : textOf(property) },
      ]),
    ];
  },
};

/** Works out what columns show, so that it can be laid out. */
async function shownRows(
  input: readonly Value[],
  given: readonly Value[],
  block: CmdletCall['block'],
): Promise<readonly Value[]> {
  const sample = input[0] ?? null;
  const rows: Value[] = [];
  for (const item of input) rows.push(objectOf(await asMembers(item, columns(given, sample, block))));
  return rows;
}

const formatList: Cmdlet = {
  parameters: { positional: ['property'], rest: 'property', named: ['inputobject'] },
  run: async ({ input, values, block }) => {
    const source = values('inputobject').length > 0 ? values('inputobject') : input;
    const rows =
      values('property').length === 0 ? source : await shownRows(source, values('property'), block);
    return [{ kind: 'formatted', text: listText(rows, null) }];
  },
};

const formatTable: Cmdlet = {
  parameters: {
    positional: ['property'],
    rest: 'property',
    named: ['inputobject'],
    switches: ['autosize', 'hidetableheaders', 'wrap'],
  },
  check: ({ switches }) => {
    if (switches.has('wrap')) throw new NotSimulated('Format-Table -Wrap');
  },
  run: async ({ input, values, switches, block }) => {
    const source = values('inputobject').length > 0 ? values('inputobject') : input;
    const rows =
      values('property').length === 0 ? source : await shownRows(source, values('property'), block);
    const heads = columnsOf(rows[0] ?? null);
    const shown: readonly Column[] = values('property').length === 0 ? heads.slice(0, mostDefault) : heads;
    const text = tableText(rows, shown, { hidesHeads: switches.has('hidetableheaders') });
    return [{ kind: 'formatted', text }];
  },
};

/** So many properties Format-Table shows where nobody chose any. */
const mostDefault = 10;

const newObject: Cmdlet = {
  parameters: { positional: ['typename'], named: ['property'], constant: ['typename'], whole: ['property'] },
  check: ({ values }: Bound) => {
    const [type] = values.get('typename') ?? [];
    if (
      type === undefined ||
      !/^(?:System\.Management\.Automation\.)?(?:PSObject|PSCustomObject)$/i.test(plainText(type) ?? '')
    )
      throw new NotSimulated('New-Object of another type than PSObject');
  },
  run: ({ values }) => {
    const [given = null] = values('property');
    return [objectOf(isTable(given) ? given.entries.values() : [])];
  },
};

const addMember: Cmdlet = {
  parameters: {
    positional: ['membertype', 'name', 'value'],
    named: ['inputobject', 'notepropertyname', 'notepropertyvalue'],
    switches: ['force', 'passthru'],
    whole: ['value', 'notepropertyvalue', 'inputobject'],
  },
  check: ({ values }: Bound) => {
    const [type] = values.get('membertype') ?? [];
    if (type !== undefined && !/^NoteProperty$/i.test(plainText(type) ?? ''))
      throw new NotSimulated('Add-Member of another type than NoteProperty');
  },
  run: ({ input, values, switches }) => {
    const name = textOf(values('name')[0] ?? values('notepropertyname')[0] ?? null);
    const value = values('value')[0] ?? values('notepropertyvalue')[0] ?? null;
    const targets = input.length > 0 ? input : values('inputobject');
    for (const target of targets)
      if (isObject(target)) target.properties.set(name.toLowerCase(), { name, value });
    return switches.has('passthru') ? targets : [];
  },
};

/** Cmdlets of objects, by name. */
export const objectCmdlets: readonly (readonly [string, Cmdlet])[] = [
  ['where-object', whereObject],
  ['foreach-object', foreachObject],
  ['select-object', selectObject],
  ['sort-object', sortObject],
  ['measure-object', measureObject],
  ['format-list', formatList],
  ['format-table', formatTable],
  ['new-object', newObject],
  ['add-member', addMember],
];
