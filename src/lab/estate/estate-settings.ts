import { EstateError } from './errors';
import { requireEstate, type Laboratory } from './laboratory';
import { defaultSettings, type EstateSettings } from './settings';

/** A setting that `lab settings` shows and changes. */
export interface SettingDescription {
  readonly name: Exclude<keyof EstateSettings, 'dns'>;
  readonly summary: string;
  readonly range: { readonly least: number; readonly greatest: number } | 'yes-no';
}

/** The settings of an estate, in the order in which they are shown. */
export const settingDescriptions: readonly SettingDescription[] = [
  {
    name: 'clockToleranceMinutes',
    summary: "minutes by which a client's clock may differ from its KMS host's",
    range: { least: 0, greatest: 43_200 },
  },
  {
    name: 'publishOwnDomainBesideList',
    summary: 'whether a KMS host publishes in its own domain beside those of DnsDomainPublishList',
    range: 'yes-no',
  },
  {
    name: 'publishListNamesHosts',
    summary: "whether DnsDomainPublishList's lines begin with hosts of the own domain, not with domains",
    range: 'yes-no',
  },
  {
    name: 'firstHostOwnsRecords',
    summary:
      "whether the first KMS host owns its domain's SRV records, so that others are refused (event 12293)",
    range: 'yes-no',
  },
  {
    name: 'server2008GraceDays',
    summary: 'days of the initial grace of Windows Server 2008',
    range: { least: 1, greatest: 365 },
  },
  {
    name: 'activationGivesRearmBack',
    summary: 'whether an activation gives back the rearm that sysprep took',
    range: 'yes-no',
  },
  {
    name: 'eventsKept',
    summary: "entries that a machine's event log keeps",
    range: { least: 1, greatest: 10_000_000 },
  },
  {
    name: 'requestsKept',
    summary: "rows that a KMS host's request log keeps",
    range: { least: 1, greatest: 10_000_000 },
  },
];

/** A setting by its name in any case. @throws EstateError `invalid` for an unknown name */
export function describedSetting(name: string): SettingDescription {
  const found = settingDescriptions.find((each) => each.name.toLowerCase() === name.toLowerCase());
  if (found !== undefined) return found;
  const names = settingDescriptions.map((each) => each.name).join(', ');
  throw new EstateError('invalid', `"${name}" is no setting: ${names}.`);
}

/** The settings of the estate. @throws EstateError where there is none */
export function showSettings({ store }: Pick<Laboratory, 'store'>): EstateSettings {
  return store.read((reader) => requireEstate(reader.estate()).settings);
}

/**
 * Changes one setting of the estate, by its name in any case; null: back to its default. It holds for what happens
 * from now on.
 * @throws EstateError `invalid` for an unknown name or a value out of range
 */
export function changeSetting(
  { store }: Pick<Laboratory, 'store'>,
  name: string,
  text: string | null,
): EstateSettings {
  const description = describedSetting(name);
  const value = text === null ? defaultSettings[description.name] : parseSetting(description, text);
  return store.write((writer) => {
    const estate = requireEstate(writer.estate());
    const settings = { ...estate.settings, [description.name]: value };
    writer.putEstate({ ...estate, settings });
    return settings;
  });
}

function parseSetting({ name, range }: SettingDescription, text: string): number | boolean {
  const word = text.trim().toLowerCase();
  if (range === 'yes-no') {
    if (word === 'yes' || word === 'no') return word === 'yes';
    throw new EstateError('invalid', `${name} is yes or no.`);
  }
  const number = /^\d{1,9}$/.test(word) ? Number(word) : Number.NaN;
  if (number >= range.least && number <= range.greatest) return number;
  throw new EstateError('invalid', `${name} is a whole number from ${range.least} to ${range.greatest}.`);
}
