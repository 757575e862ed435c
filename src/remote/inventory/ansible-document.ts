import { GroupTree } from './group-tree';
import { InventoryError, type HostList, type Scalar } from './host-list';
import { expandHostPattern } from './host-pattern';

/** An object of a document that was parsed already. */
type Mapping = Readonly<Record<string, unknown>>;

const deepest = 50;

/** Whether a parsed document has the shape of an Ansible inventory: groups with hosts, vars and children. */
export function isAnsibleDocument(document: unknown): boolean {
  if (!isMapping(document)) return false;
  const entries = Object.entries(document);
  // An empty mapping under a name of its own says nothing; it may as well be a mistake in a targets file.
  if (!entries.some(([key, value]) => key === '_meta' || hasContent(value))) return false;
  return entries.every(
    ([key, value]) =>
      key === '_meta' ||
      (Array.isArray(value) && value.every((each) => typeof each === 'string')) ||
      (isMapping(value) && Object.keys(value).every((inner) => /^(?:hosts|vars|children)$/.test(inner))) ||
      (value === null && key !== 'targets' && key !== 'groups' && key !== 'defaults'),
  );
}

function hasContent(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

/**
 * Reads an Ansible inventory that was parsed from YAML (`hosts` and `children` are mappings) or from the JSON of
 * `ansible-inventory --list` (they are lists, and `_meta.hostvars` has the variables).
 * Source: Ansible's documentation of the inventory plug-ins `ansible.builtin.yaml` and `ansible.builtin.script`.
 * @throws InventoryError that names the group where the shape is another
 */
export function readAnsibleDocument(document: unknown): HostList {
  if (!isMapping(document)) throw new InventoryError('an Ansible inventory is a mapping of groups', null);
  const tree = new GroupTree();
  const meta = document['_meta'];
  const hostvars = isMapping(meta) && isMapping(meta['hostvars']) ? meta['hostvars'] : {};
  for (const [name, group] of Object.entries(document)) {
    if (name !== '_meta') readGroup(tree, name, group, { hostvars, depth: 0 });
  }
  return tree.list();
}

interface Around {
  readonly hostvars: Mapping;
  readonly depth: number;
}

function readGroup(tree: GroupTree, name: string, group: unknown, around: Around): void {
  if (around.depth > deepest) throw new InventoryError(`groups stand more than ${deepest} deep`, null);
  tree.group(name);
  if (group === null) return;
  const content: Mapping = Array.isArray(group) ? { hosts: group } : mapping(group, name);
  for (const [host, variables] of entriesOf(content['hosts'], `${name}.hosts`)) {
    const known = around.hostvars[host];
    const own = isMapping(variables) ? variables : isMapping(known) ? known : {};
    for (const each of expandHostPattern(host, null)) tree.addHost(name, { name: each }, scalars(own));
  }
  for (const [variable, value] of scalars(mapping(content['vars'] ?? {}, `${name}.vars`))) {
    tree.setVariable(name, variable, value);
  }
  for (const [child, inner] of entriesOf(content['children'], `${name}.children`)) {
    tree.addChild(name, child);
    if (isMapping(inner)) readGroup(tree, child, inner, { ...around, depth: around.depth + 1 });
  }
}

/** Names with what stands behind them: of a mapping, or of a list of names. */
function entriesOf(value: unknown, place: string): readonly (readonly [string, unknown])[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) {
    return value.map((each: unknown) => {
      if (typeof each !== 'string') throw new InventoryError(`${place} has what is no name`, null);
      return [each, null] as const;
    });
  }
  if (typeof value === 'string') return [[value, null]];
  return Object.entries(mapping(value, place));
}

/** Lists, mappings and encrypted values say nothing about how a machine is reached. */
function scalars(variables: Mapping): readonly (readonly [string, Scalar])[] {
  return Object.entries(variables).filter(
    (entry): entry is [string, Scalar] =>
      typeof entry[1] === 'string' || typeof entry[1] === 'number' || typeof entry[1] === 'boolean',
  );
}

function mapping(value: unknown, place: string): Mapping {
  if (!isMapping(value)) throw new InventoryError(`${place} is no mapping`, null);
  return value;
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
