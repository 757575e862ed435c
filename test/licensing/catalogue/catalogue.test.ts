import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { catalogue } from '../../../src/licensing/catalogue/catalogue';
import {
  groupActivates,
  groupRunsOn,
  hostGroup,
  hostGroupOf,
  hostGroups,
} from '../../../src/licensing/catalogue/host-groups';
import { sha1 } from '../../../src/licensing/catalogue/sha1';
import { hostGroupIds, type HostGroupId } from '../../../src/licensing/catalogue/types';
import { labNamespaces } from '../../../src/licensing/catalogue/namespaces';
import { uuid5 } from '../../../src/licensing/catalogue/uuid5';

const shop = catalogue();
const edition = (name: string): (typeof shop.editions)[number] => shop.findEdition(name)!;

interface Source {
  kmsClientRows: {
    marketingName: string;
    setupKey: string;
    name: string;
    description: string;
    applicationId: string;
    activationThreshold: number;
    alsoSells?: string[];
  }[];
  kmsHostKeyGroups: { id: string; label: string }[];
  officeKmsHosts: { hostActivationId: string }[];
  avma: { keys: { key: string }[] };
}
const source = path.resolve(__dirname, '../../../../shared/reference/product-catalog.json');
const withSource = existsSync(source) ? test : test.skip;
const read = (): Source => JSON.parse(readFileSync(source, 'utf8')) as Source;

withSource('every collected row is in the catalogue with its key, name, description and threshold', () => {
  for (const row of read().kmsClientRows) {
    const found = edition(row.marketingName);
    expect(found).toMatchObject({
      setupKey: row.setupKey,
      applicationId: row.applicationId,
      threshold: row.activationThreshold,
    });
    expect(shop.sku(found, 'gvlk')).toMatchObject({ name: row.name, description: row.description });
    for (const alias of row.alsoSells ?? []) expect(edition(alias).setupKey).toBe(row.setupKey);
    expect(
      shop
        .editionsOfSetupKey(row.setupKey.toLowerCase())
        .map(({ listedName, friendlyName }) => listedName ?? friendlyName),
    ).toContain(row.marketingName);
  }
});

withSource('every collected host key group, Office host and AVMA key is there', () => {
  const { kmsHostKeyGroups, officeKmsHosts, avma } = read();
  for (const { id, label } of kmsHostKeyGroups) expect(hostGroup(id as HostGroupId).label).toBe(label);
  for (const { hostActivationId } of officeKmsHosts) {
    expect(shop.findSku(hostActivationId)).toMatchObject({ channel: 'csvlk', synthetic: false });
  }
  for (const { key } of avma.keys) expect(shop.editionsOfAvmaKey(key)).not.toEqual([]);
});

test('K1.1 thresholds: client 25, server 5, Office 5', () => {
  expect(edition('Windows 7 Enterprise').threshold).toBe(25);
  expect(edition('Windows Server 2008 R2 Standard').threshold).toBe(5);
  expect(edition('Office LTSC Professional Plus 2021').threshold).toBe(5);
});

test('names are found in any case, by ID, with trade marks and the maker', () => {
  for (const name of [
    'windows 7 ENTERPRISE',
    ' Microsoft Windows(R) 7  Enterprise ',
    'windows-7-enterprise',
  ]) {
    expect(shop.findEdition(name)?.friendlyName).toBe('Windows 7 Enterprise');
  }
  expect(shop.findEdition('Windows 95')).toBeUndefined();
  expect(shop.suggestions('Windows 7 Enterprize')[0]).toMatch(/^Windows 7/);
  expect(shop.suggestions('xyz')).toEqual([]);
  expect(shop.suggestions('Windows 10 Entreprise')[0]).toBe('Windows 10 Enterprise');
  expect(shop.suggestions('Windows Server 2019')).toEqual([
    'Windows Server 2019 Datacenter',
    'Windows Server 2019 Essentials',
    'Windows Server 2019 Standard',
  ]);
  expect(shop.suggestions('Office')[0]).toMatch(/^Office /);
});

test('IDs and names of editions are their own', () => {
  expect(new Set(shop.editions.map(({ id }) => id)).size).toBe(shop.editions.length);
  expect(new Set(shop.editions.map(({ friendlyName }) => friendlyName.toLowerCase())).size).toBe(
    shop.editions.length,
  );
  for (const each of shop.editions) expect(shop.edition(each.id)).toBe(each);
  expect(() => shop.edition('no' as never)).toThrow(RangeError);
});

test('activation IDs are version 5 UUIDs, found again, one for each licence', () => {
  const seen = new Set<string>();
  for (const each of shop.editions) {
    for (const sku of shop.skusOf(each)) {
      expect(seen.has(sku.activationId)).toBe(false);
      seen.add(sku.activationId);
      if (sku.synthetic)
        expect(sku.activationId).toMatch(
          /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
        );
      const found = shop.findSku(sku.activationId.toUpperCase());
      // A system that no key of its own group runs on has no host licence to be found.
      if (sku.channel !== 'csvlk') expect(found).toEqual(sku);
    }
  }
});

test('K11.4 a host on Windows 7 activates client systems only', () => {
  const group = hostGroup('client-win7');
  expect(groupActivates(group, edition('Windows 7 Enterprise'))).toBe(true);
  expect(groupActivates(group, edition('Windows Vista Business'))).toBe(true);
  expect(groupActivates(group, edition('Windows Server 2008 R2 Standard'))).toBe(false);
  expect(groupRunsOn(group, edition('Windows 7 Professional'))).toBe(true);
  expect(groupRunsOn(group, edition('Windows Server 2008 R2 Standard'))).toBe(false);
});

test('server groups are cumulative: A inside B inside C, each with the clients', () => {
  const members = (id: HostGroupId): readonly string[] =>
    shop.editions.filter((each) => groupActivates(hostGroup(id), each)).map(({ id: name }) => name);
  const [a, b, c] = [members('2008R2-A'), members('2008R2-B'), members('2008R2-C')] as const;
  expect(b).toEqual(expect.arrayContaining([...a]));
  expect(c).toEqual(expect.arrayContaining([...b]));
  expect(a).toContain('windows-7-enterprise');
  expect(a).not.toContain('windows-server-2008-r2-standard');
  expect(b).toContain('windows-server-2008-standard');
  expect(b).not.toContain('windows-server-2008-r2-datacenter');
});

test('a Vista or Server 2008 host key activates neither Windows 7 nor Server 2008 R2', () => {
  for (const id of ['client-vista', '2008-A', '2008-B', '2008-C'] as const) {
    expect(groupActivates(hostGroup(id), edition('Windows 7 Enterprise'))).toBe(false);
    expect(groupActivates(hostGroup(id), edition('Windows Server 2008 R2 Datacenter'))).toBe(false);
  }
});

test.each([
  ['ws2016', 'Windows 10 Enterprise LTSB 2016', true],
  ['ws2012r2-for-win10', 'Windows 10 Enterprise LTSB 2016', false],
  ['ws2019', 'Windows 10 Enterprise LTSC 2019', true],
  ['ws2016', 'Windows 10 Enterprise LTSC 2019', false],
  ['ws2022', 'Windows 11 Enterprise', true],
  ['ws2019', 'Windows 11 Enterprise', false],
  ['ws2025', 'Windows 11 Enterprise LTSC 2024', true],
  ['ws2022', 'Windows 11 Enterprise LTSC 2024', false],
  ['win10', 'Windows Server 2016 Standard', false],
  ['office-2021', 'Office LTSC Professional Plus 2021', true],
  ['office-2021', 'Office Professional Plus 2019', false],
  ['ws2025', 'Office LTSC Professional Plus 2021', false],
] as const)('a key of group %s activates %s: %s', (id, name, activates) => {
  expect(groupActivates(hostGroup(id), edition(name))).toBe(activates);
  expect(shop.activatedBy(id).has(shop.sku(edition(name), 'gvlk').activationId)).toBe(activates);
});

test("every KMS client is activated by some group, and an edition's own key runs on it", () => {
  for (const each of shop.editions.filter(({ threshold }) => threshold > 0)) {
    expect(hostGroups.some((group) => groupActivates(group, each))).toBe(true);
    const hosts = each.kind !== 'office' && !each.friendlyName.includes('Azure Edition');
    if (hosts) expect(groupRunsOn(hostGroup(hostGroupOf(each)), each)).toBe(true);
  }
  expect(hostGroups.map(({ id }) => id)).toEqual([...hostGroupIds]);
});

test('an Azure Edition is no KMS host', () => {
  const azure = edition('Windows Server 2022 Datacenter: Azure Edition');
  expect(hostGroups.filter((group) => group.office === null && groupRunsOn(group, azure))).toEqual([]);
});

test('SHA-1 is that of the standard library', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(Buffer.from(sha1(bytes)).toString('hex')).toBe(createHash('sha1').update(bytes).digest('hex'));
    }),
  );
});

test.each(Object.entries(labNamespaces))('the namespace %s is what its name says', (name, namespace) => {
  expect(uuid5('6ba7b811-9dad-11d1-80b4-00c04fd430c8', `urn:slmgr:lab:${name}`)).toBe(namespace);
});

test('UUIDv5 of RFC 9562 appendix A.4', () => {
  expect(uuid5('6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'www.example.com')).toBe(
    '2ed6657d-e927-568b-95e1-2665a8aea6a2',
  );
});

test('no remark of the list stands in a name that people see; what was made under the listed name keeps its IDs', () => {
  for (const { friendlyName } of shop.editions) expect(friendlyName).not.toMatch(/listed name|=|guide|Table/);
  const core = edition('Windows 8 Core');
  expect(shop.editionsOfSetupKey('BN3D2-R7TKB-3YPBD-8DRP2-27GG4')).toEqual([core]);
  expect(edition('Windows Server 2012 (listed name) = edition Core')).toBe(core);
  expect(core.id).toBe('windows-server-2012-listed-name-edition-core');
  expect(shop.sku(core, 'gvlk').activationId).toBe('66e02a86-7b85-5d1e-b271-2189632257ba');
});
