/** Words of the product catalogue: editions, generations, channels, groups of KMS host keys. */

declare const editionIdBrand: unique symbol;

/** Catalogue row of an edition, e.g. "windows-7-enterprise": the lower-case words of its friendly name. */
export type EditionId = string & { readonly [editionIdBrand]: true };

/** Windows generations by licensing behaviour, oldest first. Office has {@link OfficeGeneration}. */
export const generationIds = [
  'ws2003',
  'vista',
  'ws2008',
  'win7',
  'ws2008r2',
  'win8',
  'ws2012',
  'win8.1',
  'ws2012r2',
  'win10',
  'ws2016',
  'ws-sac',
  'ws2019',
  'ws2022',
  'win11',
  'ws2025',
] as const;
export type GenerationId = (typeof generationIds)[number];

/** Office generations with volume licences. */
export const officeGenerations = ['2010', '2013', '2016', '2019', '2021', '2024'] as const;
export type OfficeGeneration = (typeof officeGenerations)[number];

/** Licence channels that a key selects. */
export const channels = ['gvlk', 'mak', 'csvlk', 'retail', 'oem', 'evaluation', 'avma'] as const;
export type Channel = (typeof channels)[number];

/** Groups of KMS host keys (product-catalog.json; those of 2008 and the Office ones follow from its rules). */
export const hostGroupIds = [
  'client-vista',
  '2008-A',
  '2008-B',
  '2008-C',
  'client-win7',
  '2008R2-A',
  '2008R2-B',
  '2008R2-C',
  'win8.1',
  'ws2012r2',
  'win10',
  'ws2012r2-for-win10',
  'ws2016',
  'ws2019',
  'ws2022',
  'ws2025',
  'office-2010',
  'office-2013',
  'office-2016',
  'office-2019',
  'office-2021',
  'office-2024',
] as const;
export type HostGroupId = (typeof hostGroupIds)[number];

/** What an edition belongs to: a generation of Windows or of Office. */
export type Release =
  | { readonly of: 'windows'; readonly generation: GenerationId }
  | { readonly of: 'office'; readonly generation: OfficeGeneration };

/** Server key groups of the 2008 generations: A inside B inside C. */
export type ServerGroup = 'A' | 'B' | 'C';

/** An edition of the catalogue: what one installs, under the name that people know it by. */
export interface Edition {
  readonly id: EditionId;
  readonly friendlyName: string;
  /** The name that its setup key is listed under, where that is another; IDs are made of it. */
  readonly listedName?: string;
  /** EditionID as Windows has it: "Enterprise", "ServerStandard". */
  readonly editionName: string;
  /** `office-host`: the licences that make a machine a KMS host for Office; `addon`: extended updates. */
  readonly kind: 'client' | 'server' | 'office' | 'office-host' | 'addon';
  readonly release: Release;
  readonly applicationId: string;
  /** SoftwareLicensingProduct.Name. */
  readonly productName: string;
  /** Published KMS client setup key; null where there is none. */
  readonly setupKey: string | null;
  /** Published AVMA key; null where there is none. */
  readonly avmaKey: string | null;
  /** Count that the host must report before the client accepts (K1.1); 0 where KMS does not activate it. */
  readonly threshold: number;
  readonly serverGroup: ServerGroup | null;
  /** SoftwareLicensingService.Version of this edition; null for what is no Windows. */
  readonly version: string | null;
  readonly nameConfidence: 'documented' | 'derived' | 'unverified';
  /** Where the setup key was seen: "microsoft+independent", "microsoft-only", "independent-copies" or "". */
  readonly verification: string;
}

/** One licence of an edition: what SoftwareLicensingProduct shows, whether or not a key is on it. */
export interface Sku {
  readonly activationId: string;
  /** True: made for the lab (UUIDv5), not Windows' own number. */
  readonly synthetic: boolean;
  readonly edition: Edition;
  readonly channel: Channel;
  /** Group of the host key for a csvlk, else null. */
  readonly hostGroup: HostGroupId | null;
  readonly name: string;
  readonly description: string;
  /** ProductKeyChannel of a key of this channel. */
  readonly productKeyChannel: string;
  readonly isAddon: boolean;
}

/** The product catalogue as the model asks it. */
export interface Catalogue {
  /** Every edition, in the catalogue's order. */
  readonly editions: readonly Edition[];
  /** Throws a RangeError for an ID that is not in the catalogue. */
  edition(id: EditionId): Edition;
  /** By friendly name or ID, in any case, with or without (R), (TM), "Microsoft"; undefined where unknown. */
  findEdition(text: string): Edition | undefined;
  /** Friendly names near to a text that was not found, best first. */
  suggestions(text: string): readonly string[];
  /** The editions for which a setup key is published (Windows 10 and 11 share theirs); empty where unknown. */
  editionsOfSetupKey(key: string): readonly Edition[];
  editionsOfAvmaKey(key: string): readonly Edition[];
  /** The licence of an edition in a channel; for csvlk that of its own host group unless another is named. */
  sku(edition: Edition, channel: Channel, hostGroup?: HostGroupId): Sku;
  /** The licences that an installed edition brings, one for each of its channels. */
  skusOf(edition: Edition): readonly Sku[];
  /** By activation ID in any case; undefined where unknown. */
  findSku(activationId: string): Sku | undefined;
  /** KMS client activation IDs that a key of the group activates (K11.3). */
  activatedBy(group: HostGroupId): ReadonlySet<string>;
}
