import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import type { HostList, ListedHost, Scalar } from '../../../src/remote/inventory/host-list';
import { parseTargetsFile } from '../../../src/remote/targets-file';
import { readInventory } from '../../../src/remote/inventory/read-inventory';

/** Debian's ansible-core, which is what we are held against. */
function hasAnsible(): boolean {
  try {
    execFileSync('ansible-inventory', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const testWithAnsible = hasAnsible() ? test : test.skip;
const skipped = hasAnsible() ? '' : ' (skipped: no ansible-inventory)';

interface Listed {
  readonly _meta: { readonly hostvars: Readonly<Record<string, Readonly<Record<string, unknown>>>> };
  readonly [group: string]: unknown;
}

/** What Ansible itself makes of a file. */
function byAnsible(text: string, extension: string): Listed {
  const folder = mkdtempSync(join(tmpdir(), 'inventory-'));
  try {
    const file = join(folder, `hosts${extension}`);
    writeFileSync(file, text);
    const env = { ...process.env, ANSIBLE_LOCALHOST_WARNING: 'False', HOME: folder };
    const options = {
      encoding: 'utf8' as const,
      env,
      stdio: ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'],
    };
    return JSON.parse(execFileSync('ansible-inventory', ['-i', file, '--list'], options)) as Listed;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function membersByAnsible(listed: Listed, group: string, seen = new Set<string>()): readonly string[] {
  if (seen.has(group)) return [];
  seen.add(group);
  const { hosts = [], children = [] } = (listed[group] ?? {}) as {
    readonly hosts?: readonly string[];
    readonly children?: readonly string[];
  };
  return [...hosts, ...children.flatMap((child) => membersByAnsible(listed, child, seen))];
}

function listOf(text: string): HostList {
  const list = readInventory(text, 'ansible');
  if (list === 'targets') throw new Error('not an inventory');
  return list;
}

/** Variables as text: Ansible makes numbers and truth values of words. */
function variables(
  of: Readonly<Record<string, unknown>> | ReadonlyMap<string, unknown>,
): Readonly<Record<string, string>> {
  const entries: readonly (readonly [string, unknown])[] =
    of instanceof Map ? [...(of as ReadonlyMap<string, unknown>)] : Object.entries(of);
  const texts = entries.map(([name, value]): [string, string] => [name, String(value).toLowerCase()]);
  return Object.fromEntries(texts.sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** All that a file says of a machine. */
function allOf(host: ListedHost | undefined): ReadonlyMap<string, Scalar> {
  return new Map([...(host?.inherited ?? []), host?.variables ?? new Map()].flatMap((layer) => [...layer]));
}

function expectSame(text: string, extension: string): void {
  const theirs = byAnsible(text, extension);
  const ours = listOf(text);
  const groups = Object.keys(theirs).filter((group) => group !== '_meta');
  const hosts = [...new Set(groups.flatMap((group) => membersByAnsible(theirs, group)))];
  expect([...ours.hosts.values()].map(({ name }) => name).sort()).toEqual(hosts.sort());
  for (const group of groups) {
    if (group === 'all') continue;
    const members = [...new Set(membersByAnsible(theirs, group))].sort();
    expect([group, [...(ours.groups.get(group.toLowerCase())?.members ?? [])].sort()]).toEqual([
      group,
      members,
    ]);
  }
  for (const host of ours.hosts.values()) {
    const { name } = host;
    expect([name, variables(allOf(host))]).toEqual([name, variables(theirs._meta.hostvars[name] ?? {})]);
  }
}

const ini = `
# of a branch
loner ansible_host=192.0.2.9 note="two words"   # a comment
[web]
web[01:12:3].example ansible_port=2222
db-[a:c]
plain:2200
[win:children]
web
desk
[desk]
PC-[001:003] ansible_user='CORP\\admin'
[desk:vars]
ansible_connection = winrm
ansible_port = 5986
where = "a b"
[all:vars]
site=berlin
ansible_user=nobody
`;

const yaml = `
all:
  vars: {site: berlin}
  hosts:
    loner: {ansible_host: 192.0.2.9}
  children:
    win:
      vars: {ansible_connection: winrm, ansible_port: 5986}
      children:
        desk:
          hosts:
            PC-[001:003]:
            PC-009: {ansible_port: 5985}
    other:
      hosts: {loner: {extra: 7}}
`;

describe('inventories of Ansible', () => {
  testWithAnsible(`INI and YAML are read as Ansible reads them${skipped}`, () => {
    expectSame(ini, '');
    expectSame(yaml, '.yml');
  });

  testWithAnsible(`so is what ansible-inventory --list prints${skipped}`, () => {
    const listed = byAnsible(ini, '');
    expect(listOf(JSON.stringify(listed))).toEqual(
      expect.objectContaining({ hosts: expect.anything() as unknown }),
    );
    const fromIni = listOf(ini);
    const fromJson = listOf(JSON.stringify(listed));
    expect([...fromJson.hosts.keys()].sort()).toEqual([...fromIni.hosts.keys()].sort());
    for (const [host, own] of fromJson.hosts) {
      expect([host, variables(allOf(own))]).toEqual([host, variables(allOf(fromIni.hosts.get(host)))]);
    }
  });

  testWithAnsible(
    `generated inventories, too${skipped}`,
    () => {
      const word = fc.constantFrom('a', 'b2', 'pc-1', 'srv.x', 'Web');
      const value = fc.constantFrom('1', 'x', '"q r"', "'s'", 'a=b', '07', 'C:\\\\dir');
      const host = fc
        .tuple(
          word,
          fc.constantFrom('', '[1:3]', '[08:10]', '[a:c]', ':2222'),
          fc.array(fc.tuple(fc.constantFrom('v', 'ansible_user'), value), { maxLength: 2 }),
        )
        .map(([name, range, vars]) => `${name}${range}${vars.map(([k, v]) => ` ${k}=${v}`).join('')}`);
      const section = fc.tuple(fc.constantFrom('g1', 'g2', 'G3', 'g4'), fc.array(host, { maxLength: 4 }));
      const inventory = fc
        .tuple(
          fc.array(host, { maxLength: 2 }),
          fc.uniqueArray(section, { maxLength: 3, selector: ([name]) => name }),
        )
        .map(([loose, sections]) => {
          const names = sections.map(([name]) => name);
          const parent =
            names.length > 1 ? `[top:children]\n${names.slice(0, 2).join('\n')}\n[top:vars]\ntv = 1 2\n` : '';
          const own = sections.map(
            ([name, hosts]) => `[${name}]\n${hosts.join('\n')}\n[${name}:vars]\nv=${name}\n`,
          );
          return `${loose.join('\n')}\n${own.join('')}${parent}`;
        });
      fc.assert(
        fc.property(inventory, (text) => {
          expectSame(text, '');
        }),
        { numRuns: 6 },
      );
    },
    120_000,
  );

  test.each([
    ['[web:childs]\na\n', 'line 1: [web:childs] is no kind of section'],
    ['[web:children]\nnowhere\n', 'line 2: [web:children] speaks of a group nowhere that is not there'],
    ['[web:vars]\na=1\n', 'line 1: [web:vars] speaks of a group web that is not there'],
    ['[web]\npc[1:\n', 'not closed'],
    ['[web]\npc[5:1]\n', 'line 2: pc[5:1]: [5:1] runs backwards'],
    ['[web]\npc[1:9999999]x[1:9999999]\n', 'makes more than'],
    ['[web]\npc1 oops\n', 'line 2: "oops" is no variable'],
    ['[a:children]\nb\n[b:children]\na\n', 'is within itself'],
    ['[web]\npc1 v="x\n', 'is not closed'],
  ])('%j is refused: %s', (text, reason) => {
    expect(() => readInventory(text, 'ansible')).toThrow(reason);
  });
});

describe('other files that name machines', () => {
  const names = (text: string, format: Parameters<typeof readInventory>[1] = null): readonly string[] => {
    const list = readInventory(text, format);
    return list === 'targets' ? ['targets'] : [...list.hosts.values()].map(({ name }) => name);
  };

  test.each([
    ['pc1\n# no\npc2 # yes\n\nPC1\n', ['targets']],
    ['name,site\npc1,x\npc2,y\n', ['pc1', 'pc2']],
    ['\uFEFFsite;Computer\r\nx;pc1\r\ny;"pc2"\r\n', ['pc1', 'pc2']],
    ['site\tother\nx\t1\n', ['x']],
    ['computer\npc1\npc2\n', ['pc1', 'pc2']],
    ['a ansible_host=192.0.2.1\nb\n', ['a', 'b']],
    ['[g]\na\nb\n', ['a', 'b']],
    ['all:\n  hosts:\n    a:\n    b:\n', ['a', 'b']],
    ['{"g": ["a", "b"], "_meta": {"hostvars": {}}}', ['a', 'b']],
    ['version: 1\ntargets:\n  a: {host: x}\n', ['targets']],
    ['targets:\n  a:\n  b:\n', ['targets']],
    ['groups:\n  g:\n    targets: [a]\n', ['targets']],
    ['{"targets": {"a": {"host": "x"}}}', ['targets']],
  ])('%j is told by its content', (text, expected) => {
    expect(names(text)).toEqual(expected);
  });

  test('columns of a CSV file are variables of the machine', () => {
    const list = readInventory('name;Site;user\nPC-1;berlin;CORP\\admin\n', null);
    expect(list).not.toBe('targets');
    expect(list !== 'targets' && Object.fromEntries(list.hosts.get('pc-1')?.variables ?? [])).toEqual({
      site: 'berlin',
      user: 'CORP\\admin',
    });
  });

  test.each([
    ['name,site\npc1\n', 'line 2: no CSV'],
    ['name,site\n,x\n', 'line 2: the machine has no name'],
    ['name,site\npc1,x\nPC1,y\n', 'line 3: PC1 stands here a second time'],
  ])('%j is refused: %s', (text, reason) => {
    expect(() => readInventory(text, null)).toThrow(reason);
  });

  test.each(['all:\n  hosts: [\n', '{"all": '])('%j is refused where it is said to be of Ansible', (text) => {
    expect(() => readInventory(text, 'ansible')).toThrow('neither YAML nor JSON');
  });

  test('variables of connections become the settings of a targets file', () => {
    const text =
      '[w]\nPC-1 ansible_host=192.0.2.1 ansible_port=5985\nPC-2\n[w:vars]\nansible_connection=winrm\nansible_user=admin\n';
    const file = parseTargetsFile(text, 'hosts', '/');
    expect(file.find('pc-1')).toMatchObject({
      host: '192.0.2.1',
      port: 5985,
      transport: 'winrm',
      user: 'admin',
    });
    expect(file.find('PC-2')).toMatchObject({ host: 'PC-2', transport: 'winrms', user: 'admin' });
    expect(file.groups).toEqual({ w: ['PC-1', 'PC-2'] });
    expect(() => parseTargetsFile('[w]\na ansible_port=x\n', 'hosts', '/')).toThrow('hosts: a: x is no port');
    expect(() => parseTargetsFile('[w]\na ansible_user="x\ty"\n', 'hosts', '/')).toThrow('control character');
  });

  test('no text ends in anything but a list or a sentence', () => {
    const parts = fc.constantFrom(
      '[g]',
      '[g:vars]',
      '[',
      ']',
      'a',
      '=',
      ':',
      '\n',
      ' ',
      '"',
      "'",
      '#',
      ',',
      ';',
      '{',
      '}',
      '-',
      '1',
      '\t',
      '&x',
      '*x',
      '!v',
    );
    fc.assert(
      fc.property(
        fc.array(parts, { maxLength: 40 }),
        fc.constantFrom(null, 'ansible', 'csv', 'hosts'),
        (words, format) => {
          try {
            readInventory(words.join(''), format);
          } catch (error) {
            expect(error).toHaveProperty('name', 'InventoryError');
          }
        },
      ),
      { numRuns: 3_000 },
    );
  });
});
