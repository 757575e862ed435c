import { failure } from './failure';
import { propertiesOf } from './members';
import { isList, textOf, type Member, type Value } from './values';

/** A value as ConvertTo-Json of Windows PowerShell 5.1 writes it. */
export function jsonText(
  value: Value,
  { depth, compress }: { readonly depth: number; readonly compress: boolean },
): string {
  return new Writer(compress).text(value, depth, 0);
}

/** Nothing deeper than that. */
const deepest = 100;

class Writer {
  readonly #compress: boolean;

  constructor(compress: boolean) {
    this.#compress = compress;
  }

  text(value: Value, depth: number, indent: number): string {
    if (depth < -1 || indent > deepest * 40)
      throw failure('ConvertTo-Json : The maximum depth allowed for serialization is exceeded.');
    if (value === null) return 'null';
    if (typeof value === 'boolean') return value ? 'true' : 'false';
    if (typeof value === 'number') return textOf(value);
    if (typeof value === 'string') return quoted(value);
    if (depth < 0) return quoted(textOf(value));
    if (isList(value)) return this.#list(value, depth, indent);
    const members = membersOf(value);
    return members === null ? quoted(textOf(value)) : this.#object(members, depth, indent);
  }

  #list(items: readonly Value[], depth: number, indent: number): string {
    if (this.#compress) return `[${items.map((each) => this.text(each, depth - 1, 0)).join(',')}]`;
    const inner = ' '.repeat(indent + 4);
    const lines = items.map((each) => `${inner}${this.text(each, depth - 1, indent + 4)}`);
    return `[\r\n${lines.join(',\r\n')}\r\n${' '.repeat(indent)}]`;
  }

  #object(members: readonly Member[], depth: number, indent: number): string {
    if (this.#compress)
      return `{${members.map(({ name, value }) => `${quoted(name)}:${this.text(value, depth - 1, 0)}`).join(',')}}`;
    const inner = ' '.repeat(indent + 4);
    const lines = members.map(({ name, value }) => {
      const key = `${quoted(name)}:  `;
      return `${inner}${key}${this.text(value, depth - 1, indent + 4 + key.length)}`;
    });
    return `{\r\n${lines.join(',\r\n')}\r\n${' '.repeat(indent)}}`;
  }
}

function membersOf(value: Value): readonly Member[] | null {
  if (typeof value !== 'object' || value === null || isList(value)) return null;
  if (value.kind === 'table') return [...value.entries.values()];
  return value.kind === 'object' || value.kind === 'service' || value.kind === 'match'
    ? [...propertiesOf(value).values()]
    : null;
}

const signs: Readonly<Record<string, string>> = {
  ...{
    '"': String.raw`\"`,
    '\\': String.raw`\\`,
    '\n': String.raw`\n`,
    '\r': String.raw`\r`,
    '\t': String.raw`\t`,
  },
  ...{ '\b': String.raw`\b`, '\f': String.raw`\f` },
};

/** 5.1 also writes `'`, `<`, `>` and `&` by number. */
function quoted(text: string): string {
  // eslint-disable-next-line no-control-regex -- what JSON has to escape
  const inside = text.replaceAll(/["\\\u0000-\u001f'<>&]/g, (character) => {
    const known = signs[character];
    return known ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return `"${inside}"`;
}
