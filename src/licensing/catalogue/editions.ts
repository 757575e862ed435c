import { avmaLines, editionLines } from './data';
import { applicationId, generations, officeFacts } from './generations';
import type { Edition, EditionId, GenerationId, OfficeGeneration, Release } from './types';

/** Windows clients and servers, Office: what the reference catalogue lists. The rest follows from it. */
type ListedKind = 'client' | 'server' | 'office';

const thresholds = { client: 25, server: 5, office: 5 } as const satisfies Record<ListedKind, number>;

/** ID of an edition: the lower-case words of its friendly name. */
export function editionIdOf(friendlyName: string): EditionId {
  return friendlyName
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/^-|-$/g, '') as EditionId;
}

/** Builds that a release of its own has, beside its generation's. */
const builds: readonly (readonly [pattern: RegExp, version: string])[] = [
  [/LTSB 2015$/, '10.0.10240.20915'],
  [/LTSB 2016$/, '10.0.14393.7876'],
  [/LTSC 2019$/, '10.0.17763.7009'],
  [/LTSC 2021$/, '10.0.19044.5608'],
  [/\(1803\)$/, '10.0.17134.2208'],
  [/\(1709\)$/, '10.0.16299.2166'],
];

function versionOf(friendlyName: string, release: Release): string | null {
  if (release.of === 'office') return null;
  const own = builds.find(([pattern]) => pattern.test(friendlyName))?.[1];
  return own ?? generations[release.generation].version;
}

function releaseOf(kind: ListedKind, generation: string): Release {
  return kind === 'office'
    ? { of: 'office', generation: generation as OfficeGeneration }
    : { of: 'windows', generation: generation as GenerationId };
}

function applicationIdOf(release: Release): string {
  return release.of === 'office' ? officeFacts[release.generation].applicationId : applicationId.windows;
}

/** AVMA keys by "generation edition"; the Semi-Annual Channel uses those of its neighbours. */
function avmaKeys(): ReadonlyMap<string, string> {
  const keys = avmaLines.split('\n').map((line) => {
    const [generation = '', edition = '', key = ''] = line.split('\t');
    return [`${generation} ${edition}`, key] as const;
  });
  return new Map(keys);
}

function avmaKeyOf(keys: ReadonlyMap<string, string>, friendlyName: string, release: Release): string | null {
  if (release.of === 'office') return null;
  const recent = /\((?:1709|1803)\)$/.test(friendlyName) ? 'ws2016' : 'ws2019';
  const generation = release.generation === 'ws-sac' ? recent : release.generation;
  const edition = /(Datacenter: Azure Edition|Datacenter|Standard|Essentials)\b/.exec(friendlyName)?.[1];
  return keys.get(`${generation} ${edition ?? ''}`) ?? null;
}

/** Windows 11 names of keys that are listed under Windows 10. */
function releaseOfAlias(friendlyName: string, release: Release): Release {
  return /^Windows 11 |^Windows IoT Enterprise LTSC 2024$/.test(friendlyName)
    ? { of: 'windows', generation: 'win11' }
    : release;
}

function listedEditions(): readonly Edition[] {
  const keys = avmaKeys();
  return editionLines.split('\n').flatMap((line) => {
    const [generation = '', name = '', editionName = '', productName = '', setupKey = '', ...rest] =
      line.split('\t');
    const [kindText = '', letter = '', confidence = '', verification = '', aliases = ''] = rest;
    const kind = kindText as ListedKind;
    const release = releaseOf(kind, generation);
    const make = (friendlyName: string, of: Release): Edition => ({
      id: editionIdOf(friendlyName),
      friendlyName,
      editionName,
      kind,
      release: of,
      applicationId: applicationIdOf(of),
      productName,
      setupKey,
      avmaKey: avmaKeyOf(keys, friendlyName, of),
      threshold: thresholds[kind],
      serverGroup: letter === '' ? null : (letter as 'A' | 'B' | 'C'),
      version: versionOf(friendlyName, of),
      nameConfidence: confidence as Edition['nameConfidence'],
      verification,
    });
    const sold = aliases === '' ? [] : aliases.split(';');
    return [make(name, release), ...sold.map((alias) => make(alias, releaseOfAlias(alias, release)))];
  });
}

function withoutSetupKey(
  edition: Pick<
    Edition,
    'friendlyName' | 'editionName' | 'kind' | 'release' | 'productName' | 'nameConfidence'
  >,
): Edition {
  return {
    ...edition,
    id: editionIdOf(edition.friendlyName),
    applicationId: applicationIdOf(edition.release),
    setupKey: null,
    avmaKey: null,
    threshold: 0,
    serverGroup: null,
    version: null,
    verification: '',
  };
}

/** Name of the host product: as printed for Office 2016, by the pattern of the generation for the others. */
const officeHostName: Record<OfficeGeneration, string> = {
  '2010': 'OfficeKMSHost-KMS_Host',
  '2013': 'OfficeKMSHostVL_KMS_Host',
  '2016': 'OfficeKMSHostVL_KMS_Host',
  '2019': 'Office19KMSHost2019VL_KMS_Host_AE',
  '2021': 'Office21KMSHost2021VL_KMS_Host_AE',
  '2024': 'Office24KMSHost2024VL_KMS_Host_AE',
};

function officeHosts(): readonly Edition[] {
  return (Object.keys(officeFacts) as OfficeGeneration[]).map((generation) => {
    const { title, description } = officeFacts[generation];
    return withoutSetupKey({
      friendlyName: `${title} KMS Host`,
      editionName: 'KMSHost',
      kind: 'office-host',
      release: { of: 'office', generation },
      productName: `${description}, ${officeHostName[generation]} edition`,
      nameConfidence: generation === '2016' ? 'documented' : 'unverified',
    });
  });
}

/** Extended Security Updates: add-on licences beside an edition, activated by a MAK. */
const addonReleases = [
  ['Windows 7', 'win7', 'Windows(R) 7, Client'],
  ['Windows Server 2008 R2', 'ws2008r2', 'Windows Server(R), Server'],
  ['Windows 10', 'win10', 'Windows(R), Enterprise edition, Client'],
] as const;

function addons(): readonly Edition[] {
  return addonReleases.flatMap(([title, generation, name]) =>
    [1, 2, 3].map((year) =>
      withoutSetupKey({
        friendlyName: `${title} ESU Year ${String(year)}`,
        editionName: `ESU-Year${String(year)}`,
        kind: 'addon',
        release: { of: 'windows', generation },
        productName: `${name}-ESU-Year${String(year)}`,
        nameConfidence: 'unverified',
      }),
    ),
  );
}

/** Every edition: those with a setup key, then the Office host packs and the add-ons. */
export function readEditions(): readonly Edition[] {
  return [...listedEditions(), ...officeHosts(), ...addons()];
}
