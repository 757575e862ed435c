import type { GenerationId, OfficeGeneration } from './types';

/** How licensing behaves in one generation of Windows. Minutes null: the generation has no such grace (K4.2, K4.5). */
export interface GenerationFacts {
  readonly title: string;
  readonly kind: 'client' | 'server';
  /** Order of appearance; client and server of one code base share a number. */
  readonly era: number;
  /** SoftwareLicensingService.Version of a current build of it. */
  readonly version: string;
  /** Text of Description before the channel. */
  readonly description: string;
  readonly oobGraceMinutes: number | null;
  readonly ootGraceMinutes: number | null;
  /** Windows rearms of a new machine (K5.1 to K5.4). */
  readonly windowsRearms: number;
  /** Rearms of each SKU; -1: there is no such counter. */
  readonly skuRearms: number;
}

const days = (count: number): number => count * 24 * 60;

/** Graces of the generations that have them: 30 days each (K4.1, K4.5). */
const graces = { oobGraceMinutes: days(30), ootGraceMinutes: days(30) };
/** From Windows 8.1 and Server 2012 R2 straight to Notification (K4.2); Windows 8 and 2012 go with them. */
const noGraces = { oobGraceMinutes: null, ootGraceMinutes: null };
const older = { ...graces, windowsRearms: 3, skuRearms: -1 };
const newer = {
  ...noGraces,
  windowsRearms: 1000,
  skuRearms: 1000,
  description: 'Windows(R) Operating System',
};

/** Facts by generation. Graces: K4; rearms: K5; descriptions: product-catalog.json. */
export const generations = {
  // Only a KMS host, with the add-on for it; nothing is published of its licences but the keys that it takes.
  ws2003: {
    ...older,
    title: 'Windows Server 2003',
    kind: 'server',
    era: 52,
    version: '5.2.3790.3959',
    description: 'Windows Operating System - Windows Server(R) 2003',
  },
  vista: {
    ...older,
    title: 'Windows Vista',
    kind: 'client',
    era: 60,
    version: '6.0.6002.18005',
    description: 'Windows Operating System - Vista',
  },
  ws2008: {
    ...older,
    title: 'Windows Server 2008',
    kind: 'server',
    era: 60,
    version: '6.0.6002.18005',
    description: 'Windows Operating System - Windows Server(R) 2008',
  },
  win7: {
    ...older,
    title: 'Windows 7',
    kind: 'client',
    era: 61,
    version: '6.1.7601.17514',
    description: 'Windows Operating System - Windows(R) 7',
  },
  ws2008r2: {
    ...older,
    title: 'Windows Server 2008 R2',
    kind: 'server',
    era: 61,
    version: '6.1.7601.17514',
    description: 'Windows Operating System - Windows Server(R)',
  },
  win8: { ...newer, title: 'Windows 8', kind: 'client', era: 62, version: '6.2.9200.16384' },
  ws2012: { ...newer, title: 'Windows Server 2012', kind: 'server', era: 62, version: '6.2.9200.16384' },
  'win8.1': { ...newer, title: 'Windows 8.1', kind: 'client', era: 63, version: '6.3.9600.17415' },
  ws2012r2: { ...newer, title: 'Windows Server 2012 R2', kind: 'server', era: 63, version: '6.3.9600.17415' },
  win10: { ...newer, title: 'Windows 10', kind: 'client', era: 100, version: '10.0.19041.5794' },
  ws2016: { ...newer, title: 'Windows Server 2016', kind: 'server', era: 100, version: '10.0.14393.7876' },
  'ws-sac': {
    ...newer,
    title: 'Windows Server Semi-Annual Channel',
    kind: 'server',
    era: 101,
    version: '10.0.19042.1889',
  },
  ws2019: { ...newer, title: 'Windows Server 2019', kind: 'server', era: 101, version: '10.0.17763.7009' },
  ws2022: { ...newer, title: 'Windows Server 2022', kind: 'server', era: 102, version: '10.0.20348.3207' },
  win11: { ...newer, title: 'Windows 11', kind: 'client', era: 102, version: '10.0.26100.3194' },
  ws2025: { ...newer, title: 'Windows Server 2025', kind: 'server', era: 103, version: '10.0.26100.3194' },
} as const satisfies Record<GenerationId, GenerationFacts>;

/** Facts of a generation, widened. */
export function generationFacts(id: GenerationId): GenerationFacts {
  return generations[id];
}

/** First code base with Active Directory-based activation: Windows 8 and Server 2012 (K15.1). */
export const adActivationEra = generations.win8.era;
/** First code base whose guests may be activated by their host: Server 2012 R2 (K15.4). */
export const avmaEra = generations.ws2012r2.era;
/** Windows 7 and Server 2008 R2: SRV priorities count (K6.12), no administrator needed to activate (K11.7). */
export const windows7Era = generations.win7.era;

/** Application IDs of the catalogue. */
export const applicationId = {
  windows: '55c92734-d682-4d71-983e-d6ec3f16059f',
  office2010: '59a52881-a989-479d-af46-f275c6370663',
  office: '0ff1ce15-a989-479d-af46-f275c6370663',
} as const;

/** How licensing behaves in one generation of Office. */
export interface OfficeFacts {
  readonly title: string;
  /** "Office 16": first words of Name and Description. */
  readonly description: string;
  readonly applicationId: string;
  /** Activation ID of the KMS host product, as published. */
  readonly hostActivationId: string;
  /** Whether the published page gives that ID (the older two are quoted by the community). */
  readonly hostIdDocumented: boolean;
}

/** Facts by Office generation (officeKmsHosts of product-catalog.json). */
export const officeFacts = {
  '2010': {
    title: 'Office 2010',
    description: 'Office 14',
    applicationId: applicationId.office2010,
    hostActivationId: 'bfe7a195-4f8f-4f0b-a622-cf13c7d16864',
    hostIdDocumented: false,
  },
  '2013': {
    title: 'Office 2013',
    description: 'Office 15',
    applicationId: applicationId.office,
    hostActivationId: '2e28138a-847f-42bc-9752-61b03fff33cd',
    hostIdDocumented: false,
  },
  '2016': {
    title: 'Office 2016',
    description: 'Office 16',
    applicationId: applicationId.office,
    hostActivationId: '98ebfe73-2084-4c97-932c-c0cd1643bea7',
    hostIdDocumented: true,
  },
  '2019': {
    title: 'Office 2019',
    description: 'Office 19',
    applicationId: applicationId.office,
    hostActivationId: '70512334-47b4-44db-a233-be5ea33b914c',
    hostIdDocumented: true,
  },
  '2021': {
    title: 'Office LTSC 2021',
    description: 'Office 21',
    applicationId: applicationId.office,
    hostActivationId: '47f3b983-7c53-4d45-abc6-bcd91e2dd90a',
    hostIdDocumented: true,
  },
  '2024': {
    title: 'Office LTSC 2024',
    description: 'Office 24',
    applicationId: applicationId.office,
    hostActivationId: 'f3d89bbf-c0ec-47ce-a8fa-e5a5f97e447f',
    hostIdDocumented: true,
  },
} as const satisfies Record<OfficeGeneration, OfficeFacts>;
