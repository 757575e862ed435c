import { RE2JS } from 're2js';
import { NotSimulated } from '../not-simulated';

const longest = 1000;

/** What a pattern found: the whole and its groups by number and by name; null for a group that took no part. */
export interface Found {
  readonly at: number;
  readonly groups: readonly (string | null)[];
  readonly names: ReadonlyMap<string, string | null>;
}

/** A regular expression of .NET whose work is linear in the text, whatever the pattern is. */
export interface Regex {
  readonly find: (text: string, from?: number) => Found | null;
  readonly replace: (text: string, by: string) => string;
  readonly split: (text: string, most: number) => readonly string[];
}

const cache = new Map<string, Regex>();
const mostCached = 200;

/**
 * Reads a regular expression of .NET.
 * @throws NotSimulated for what needs to look back at what was matched: lookarounds, references to groups
 */
export function regexOf(source: string, ignoresCase: boolean): Regex {
  const key = `${String(ignoresCase)} ${source}`;
  const known = cache.get(key);
  if (known !== undefined) return known;
  if (source.length > longest) throw new NotSimulated(`a pattern of more than ${longest} characters`);
  if (/\(\?(?:<?[=!]|>|\()|\\[1-9]|\\k/.test(source.replaceAll('\\\\', '')))
    throw new NotSimulated(
      `the regular expression "${source}": lookarounds and references are not simulated`,
    );
  const made = compiled(source, ignoresCase);
  if (cache.size >= mostCached) cache.clear();
  cache.set(key, made);
  return made;
}

function compiled(source: string, ignoresCase: boolean): Regex {
  let regex: RE2JS;
  try {
    const written = source.replaceAll(/\(\?<(?=[A-Za-z_])/g, '(?P<').replaceAll(/\\Z/g, String.raw`\n?\z`);
    regex = RE2JS.compile(written, ignoresCase ? RE2JS.CASE_INSENSITIVE : 0);
  } catch {
    throw new NotSimulated(`the regular expression "${source}"`);
  }
  const names = Object.keys(regex.namedGroups());
  const count = regex.groupCount();
  const find = (text: string, from = 0): Found | null => {
    const matcher = regex.matcher(text);
    if (!matcher.find(from)) return null;
    const groups = Array.from({ length: count + 1 }, (_, at) => matcher.group(at));
    return {
      ...{ at: matcher.start(), groups },
      names: new Map(names.map((name) => [name, matcher.group(name)])),
    };
  };
  return {
    find,
    replace: (text, by) => pieces(find, text, -1, (found) => substituted(by, found)).join(''),
    split: (text, most) => {
      const parts: string[] = [''];
      for (const piece of pieces(find, text, most > 0 ? most - 1 : -1, () => null)) {
        if (piece === null) parts.push('');
        else parts.push(`${parts.pop() ?? ''}${piece}`);
      }
      return parts;
    },
  };
}

/** A text in pieces: what is between matches, and what stands for each match. */
function pieces<T>(
  find: Regex['find'],
  text: string,
  most: number,
  of: (found: Found) => T,
): readonly (string | T)[] {
  const made: (string | T)[] = [];
  let at = 0;
  for (let from = 0, count = 0; from <= text.length && count !== most; count += 1) {
    const found = find(text, from);
    if (found === null) break;
    const length = found.groups[0]?.length ?? 0;
    made.push(text.slice(at, found.at), of(found));
    at = found.at + length;
    from = length === 0 ? at + 1 : at;
  }
  made.push(text.slice(at));
  return made;
}

/** `$1`, `${1}`, `${name}`, `$&`, `$$` of a replacement. */
function substituted(by: string, { groups, names }: Found): string {
  return by.replaceAll(
    /\$(?:(\d{1,2})|\{(\w+)\}|([$&]))/g,
    (whole, digits?: string, name?: string, sign?: string) => {
      if (sign === '$') return '$';
      if (sign === '&') return groups[0] ?? '';
      const wanted = digits ?? name ?? '';
      const found = /^\d+$/.test(wanted) ? groups[Number(wanted)] : names.get(wanted);
      return found === undefined ? whole : (found ?? '');
    },
  );
}
