import { avmaLines, editionLines } from './data';
import { applicationId, generations, officeFacts } from './generations';
import { editionIdOf } from './edition-id';
import type { Edition, EditionId, GenerationId, OfficeGeneration, Release } from './types';

/** Windows clients and servers, Office: what the reference catalogue lists. The rest follows from it. */
type ListedKind = 'client' | 'server' | 'office';

const thresholds = { client: 25, server: 5, office: 5 } as const satisfies Record<ListedKind, number>;

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
  const own = /LTS[BC] \d{4}$|\)$/.test(friendlyName)
    ? builds.find(([pattern]) => pattern.test(friendlyName))?.[1]
    : undefined;
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

function avmaKeyOf(friendlyName: string, release: Release): string | null {
  if (release.of === 'office' || generations[release.generation].kind === 'client') return null;
  const edition =
    /(Datacenter: Azure Edition|Datacenter|Standard|Essentials)\b/.exec(friendlyName)?.[1] ?? '';
  // The Semi-Annual Channel uses the keys of its neighbours.
  const recent = /\((?:1709|1803)\)$/.test(friendlyName) ? 'ws2016' : 'ws2019';
  const generation = release.generation === 'ws-sac' ? recent : release.generation;
  return lineWith(avmaLines, `${generation}\t${edition}`)?.[2] ?? null;
}

/** The columns of the line that begins with these; undefined where there is none. */
function lineWith(lines: string, begin: string): readonly string[] | undefined {
  const at = `\n${lines}`.indexOf(`\n${begin}\t`);
  if (at < 0) return undefined;
  const end = lines.indexOf('\n', at);
  return lines.slice(at, end < 0 ? undefined : end).split('\t');
}

function listedNameOf([listedName]: readonly string[]): Pick<Edition, 'listedName'> {
  return listedName === undefined ? {} : { listedName };
}

function listedEdition(columns: readonly string[]): Edition {
  const [id = '', generation = '', friendlyName = '', editionName = '', productName = '', ...rest] = columns;
  const [setupKey = '', kindText = '', letter = '', confidence = '', verification = '', ...listed] = rest;
  const kind = kindText as ListedKind;
  const release = releaseOf(kind, generation);
  return {
    id: id as EditionId,
    friendlyName,
    ...listedNameOf(listed),
    editionName,
    kind,
    release,
    applicationId: applicationIdOf(release),
    productName,
    setupKey,
    avmaKey: avmaKeyOf(friendlyName, release),
    threshold: thresholds[kind],
    serverGroup: letter === '' ? null : (letter as 'A' | 'B' | 'C'),
    version: versionOf(friendlyName, release),
    nameConfidence: confidence as Edition['nameConfidence'],
    verification,
  };
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

/** KMS hosts alone: Microsoft publishes neither keys nor activation IDs for them. */
function hostsOf2003(): readonly Edition[] {
  return ['Standard', 'Enterprise', 'Datacenter'].map((name) =>
    withoutSetupKey({
      friendlyName: `Windows Server 2003 ${name}`,
      editionName: `Server${name}`,
      kind: 'server',
      release: { of: 'windows', generation: 'ws2003' },
      productName: `Windows Server(R) 2003, Server${name} edition`,
      nameConfidence: 'unverified',
    }),
  );
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

/** Where the catalogue's editions come from: one alone is read without the others. */
export interface EditionSource {
  /** Undefined where there is none with this ID. */
  find(id: EditionId): Edition | undefined;
  all(): readonly Edition[];
}

/** The published editions: those with a setup key, then the Office host packs and the add-ons. */
export function publishedEditions(): EditionSource {
  const known = new Map<EditionId, Edition>();
  const remember = (edition: Edition): Edition => {
    known.set(edition.id, edition);
    return edition;
  };
  let every: readonly Edition[] | null = null;
  const all = (): readonly Edition[] => {
    every ??= [
      ...editionLines.split('\n').map((line) => {
        const columns = line.split('\t');
        return known.get(columns[0] as EditionId) ?? remember(listedEdition(columns));
      }),
      ...[...officeHosts(), ...addons(), ...hostsOf2003()].map(remember),
    ];
    return every;
  };
  const find = (id: EditionId): Edition | undefined => {
    const found = known.get(id);
    if (found !== undefined || every !== null) return found;
    const columns = lineWith(editionLines, id);
    return columns === undefined
      ? all().find((edition) => edition.id === id)
      : remember(listedEdition(columns));
  };
  return { find, all };
}
