import { GroupTree } from './group-tree';
import { InventoryError, type HostList, type Scalar } from './host-list';
import { expandHostPattern } from './host-pattern';

type Section =
  | { readonly kind: 'hosts'; readonly group: string }
  | { readonly kind: 'children'; readonly group: string }
  | { readonly kind: 'vars'; readonly group: string };

/**
 * Reads an Ansible inventory in the INI form: groups, `:children`, `:vars`, ranges of hosts and their variables.
 * Source: Ansible's documentation of the inventory plug-in `ansible.builtin.ini`.
 * @throws InventoryError with the line of the first mistake
 */
export function readAnsibleIni(text: string): HostList {
  const tree = new GroupTree();
  const declared = new Set(['all', 'ungrouped']);
  const mentioned = new Map<string, { readonly line: number; readonly what: string }>();
  let section: Section = { kind: 'hosts', group: 'ungrouped' };
  for (const [at, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    if (line.startsWith('[') && !/^\[[^\]]*:[^\]]*\]\S/.test(line)) {
      const header = sectionOf(line, at + 1);
      if (header !== null) {
        section = header;
        if (header.kind === 'vars') {
          mentioned.set(header.group.toLowerCase(), { line: at + 1, what: `[${header.group}:vars]` });
        } else {
          declared.add(header.group.toLowerCase());
          tree.group(header.group);
        }
        continue;
      }
    }
    const child = readLine(tree, section, line, at + 1);
    if (child !== null) {
      mentioned.set(child.toLowerCase(), { line: at + 1, what: `[${section.group}:children]` });
    }
  }
  for (const [group, { line, what }] of mentioned) {
    if (!declared.has(group))
      throw new InventoryError(`${what} speaks of a group ${group} that is not there`, line);
  }
  return tree.list();
}

function sectionOf(line: string, at: number): Section | null {
  const [, group = '', kind] = /^\[([^:\]]+)(?::(\w+))?\]\s*(?:[#;].*)?$/.exec(line) ?? [];
  if (group === '') return null;
  if (kind === undefined) return { kind: 'hosts', group };
  if (kind === 'vars' || kind === 'children') return { kind, group };
  if (kind === 'hosts') return { kind, group };
  throw new InventoryError(`[${group}:${kind}] is no kind of section; :children and :vars are`, at);
}

/** Takes one line of a section in; the name of a child group where it speaks of one. */
function readLine(tree: GroupTree, section: Section, line: string, at: number): string | null {
  switch (section.kind) {
    case 'children': {
      const [child = ''] = line.split(/\s/, 1);
      tree.addChild(section.group, child);
      return child;
    }
    case 'vars': {
      const [, name, value] = /^([^=\s]+)\s*=\s*(.*)$/.exec(line) ?? [];
      if (name === undefined) throw new InventoryError(`"${line}" is no variable; name = value is`, at);
      tree.setVariable(section.group, name, unquoted(withoutComment(value ?? '')));
      return null;
    }
    case 'hosts': {
      const [pattern = '', ...pairs] = words(line, at);
      const variables = pairs.map((pair) => variableOf(pair, at));
      const [name, port] = portOf(pattern);
      for (const host of expandHostPattern(name, at)) {
        tree.addHost(section.group, { name: host, port }, variables);
      }
      return null;
    }
  }
}

function variableOf(pair: string, line: number): readonly [string, Scalar] {
  const at = pair.indexOf('=');
  if (at < 1) throw new InventoryError(`"${pair}" is no variable; name=value is`, line);
  return [pair.slice(0, at), pair.slice(at + 1)];
}

/** `host:22` says a port; an address of IPv6 has its colons for itself, unless it stands in brackets. */
function portOf(pattern: string): readonly [string, number | null] {
  const [, bracketed, behind] = /^\[([\da-f:.]+)\](?::(\d+))?$/i.exec(pattern) ?? [];
  if (bracketed?.includes('::') === true || (bracketed?.split(':').length ?? 0) > 4) {
    return [bracketed ?? pattern, behind === undefined ? null : Number(behind)];
  }
  const [, name, port] = /^([^:[\]]*(?:\[[^\]]*\][^:[\]]*)*):(\d{1,5})$/.exec(pattern) ?? [];
  return name === undefined || port === undefined ? [pattern, null] : [name, Number(port)];
}

/** A piece of a word: quoted text, an escaped character, or what needs neither. */
const piece = /"(?<double>[^"]*)"|'(?<single>[^']*)'|\\(?<escaped>.)|(?<plain>[^\s"'\\]+)/y;
const blanks = /\s*/y;

/** The words of a host line as a POSIX shell would part them; a `#` in front of a word begins a comment. */
function words(line: string, at: number): readonly string[] {
  // Most lines have neither quotes nor comments.
  return /["'\\#]/.test(line) ? quotedWords(line, at) : line.split(/\s+/);
}

function quotedWords(line: string, at: number): readonly string[] {
  const found: string[] = [];
  let position = 0;
  while (position < line.length) {
    blanks.lastIndex = position;
    position += blanks.exec(line)?.[0].length ?? 0;
    if (position === line.length || line[position] === '#') break;
    let word = '';
    piece.lastIndex = position;
    for (let match = piece.exec(line); match !== null; match = piece.exec(line)) {
      word += Object.values(match.groups ?? {}).join('');
      position = piece.lastIndex;
    }
    if (position < line.length && !/\s/.test(line[position] ?? '')) {
      throw new InventoryError(`${line[position] ?? ''} is not closed`, at);
    }
    found.push(word);
  }
  return found;
}

function withoutComment(value: string): string {
  return /^["']/.test(value)
    ? value.replace(/^("[^"]*"|'[^']*')\s+#.*$/, '$1')
    : value.replace(/\s+#.*$/, '');
}

function unquoted(value: string): string {
  const [, inner] = /^"([^"]*)"$/.exec(value) ?? /^'([^']*)'$/.exec(value) ?? [];
  return inner ?? value;
}
