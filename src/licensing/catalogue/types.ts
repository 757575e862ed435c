/** Words of the product catalogue: editions, generations, channels, groups of KMS host keys. */

declare const editionIdBrand: unique symbol;

/** Catalogue row of an edition, e.g. "windows-7-enterprise": the lower-case words of its friendly name. */
export type EditionId = string & { readonly [editionIdBrand]: true };

/** Windows generations by licensing behaviour, oldest first. Office has {@link OfficeGeneration}. */
export const generationIds = [
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

/** Groups of KMS host keys (product-catalog.json; the three of 2008 and the Office ones follow its rules). */
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
