/**
 * Writes src/licensing/catalogue/data.ts from the collected product catalogue: one line for each edition with a
 * published setup key and each published AVMA key, tab-separated, so that loading costs a string and no objects.
 * Run: npx tsx scripts/build-catalogue.ts [CATALOGUE.json]
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { editionIdOf } from '../src/licensing/catalogue/edition-id';

const source = z.object({
  kmsClientRows: z.array(
    z.object({
      family: z.string(),
      marketingName: z.string(),
      editionId: z.string(),
      name: z.string(),
      description: z.string(),
      setupKey: z.string().regex(/^[A-Z0-9]{5}(-[A-Z0-9]{5}){4}$/),
      applicationId: z.string(),
      kind: z.enum(['client', 'server', 'office', 'ambiguous']),
      activationThreshold: z.number(),
      productKeyGroup: z.string(),
      nameConfidence: z.enum(['documented', 'derived', 'unverified']),
      verification: z.string(),
      alsoSells: z.array(z.string()).optional(),
    }),
  ),
  avma: z.object({ keys: z.array(z.object({ family: z.string(), edition: z.string(), key: z.string() })) }),
});

const generationOfFamily: Readonly<Record<string, string>> = {
  'Windows Vista': 'vista',
  'Windows Server 2008': 'ws2008',
  'Windows 7': 'win7',
  'Windows Server 2008 R2': 'ws2008r2',
  'Windows 8': 'win8',
  'Windows Server 2012': 'ws2012',
  'Windows 8 / Server 2012 (disputed)': 'win8',
  'Windows 8.1': 'win8.1',
  'Windows Server 2012 R2': 'ws2012r2',
  'Windows 10 / Windows 11': 'win10',
  'Windows 10 / Windows 11 LTSC and LTSB': 'win10',
  'Windows Server 2016': 'ws2016',
  'Windows Server 2019': 'ws2019',
  'Windows Server 2022': 'ws2022',
  'Windows Server 2025': 'ws2025',
  'Windows Server SAC 1809, 1903, 1909, 2004, 20H2': 'ws-sac',
  'Windows Server SAC 1803': 'ws-sac',
  'Windows Server SAC 1709': 'ws-sac',
  'Office 2010': '2010',
  'Office 2013': '2013',
  'Office 2016': '2016',
  'Office 2019': '2019',
  'Office LTSC 2021': '2021',
  'Office LTSC 2024': '2024',
};

const generationOfAvmaFamily: Readonly<Record<string, string>> = {
  'Windows Server 2022': 'ws2022',
  'Windows Server 2019 and SAC 1809-1909': 'ws2019',
  'Windows Server 2016 and SAC 1709/1803': 'ws2016',
  'Windows Server 2012 R2': 'ws2012r2',
};

function known(table: Readonly<Record<string, string>>, name: string): string {
  const found = table[name];
  if (found === undefined) throw new Error(`No generation for the family "${name}": add it to this script.`);
  return found;
}

const here = path.resolve(__dirname, '..');
const input = process.argv[2] ?? path.join(here, '../shared/reference/product-catalog.json');
const catalogue = source.parse(JSON.parse(readFileSync(input, 'utf8')));

/** Rows whose listed name carries a remark or names another product than the key installs. Their IDs stay those of the row. */
const ownNames: Readonly<Record<string, string>> = {
  'Windows Server 2012 (listed name) = edition Core': 'Windows 8 Core',
  'Windows Server 2012 N (listed name) = edition CoreN': 'Windows 8 Core N',
  'Windows Server 2012 Single Language (listed name) = edition CoreSingleLanguage':
    'Windows 8 Core Single Language',
  'Windows Server 2012 Country Specific (listed name) = edition CoreCountrySpecific':
    'Windows 8 Core Country Specific',
  'Windows Server 2008 R2 HPC Edition (2009 guide, Table 6)':
    'Windows Server 2008 R2 HPC Edition (key of 2009)',
};

/** Names that are listed as other products with the key of a Windows 10 row. */
function generationOfAlias(name: string, generation: string): string {
  return /^Windows 11 |^Windows IoT Enterprise LTSC 2024$/.test(name) ? 'win11' : generation;
}

const editions = catalogue.kmsClientRows.flatMap((row) => {
  const generation = known(generationOfFamily, row.family);
  const line = (name: string, of: string): string =>
    [
      editionIdOf(name),
      of,
      ownNames[name] ?? name,
      row.editionId,
      row.name,
      row.setupKey,
      row.kind === 'ambiguous' ? 'client' : row.kind,
      /^Server Group ([ABC])/.exec(row.productKeyGroup)?.[1] ?? '',
      row.nameConfidence,
      row.verification,
      ...(ownNames[name] === undefined ? [] : [name]),
    ].join('\t');
  const aliases = (row.alsoSells ?? []).map((name) => line(name, generationOfAlias(name, generation)));
  return [line(row.marketingName, generation), ...aliases];
});
const avma = catalogue.avma.keys.map((row) =>
  [known(generationOfAvmaFamily, row.family), row.edition.replace(/ \(.*\)$/, ''), row.key].join('\t'),
);

const text = `// Written by scripts/build-catalogue.ts; do not edit by hand.

/**
 * Editions with a published KMS client setup key. Columns: ID, generation, friendly name, EditionID, Name, setup key,
 * kind, server key group, confidence of Name, verification of the key; the name that the key is listed under, where
 * that is another.
 */
export const editionLines = \`${editions.join('\n')}\`;

/** Published AVMA keys. Columns: generation, edition of that generation, key. */
export const avmaLines = \`${avma.join('\n')}\`;
`;
writeFileSync(path.join(here, 'src/licensing/catalogue/data.ts'), text);
console.log(`${editions.length} editions, ${avma.length} AVMA keys`);
