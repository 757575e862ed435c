import { officeFacts, generations } from './generations';
import { hostGroup, hostGroupOf } from './host-groups';
import type { Channel, Edition, HostGroupId, Sku } from './types';
import { labNamespaces } from './namespaces';
import { uuid5 } from './uuid5';

const channelName: Record<Exclude<Channel, 'csvlk' | 'oem'>, string> = {
  gvlk: 'VOLUME_KMSCLIENT',
  mak: 'VOLUME_MAK',
  retail: 'RETAIL',
  evaluation: 'TIMEBASED_EVAL',
  avma: 'VIRTUAL_MACHINE_ACTIVATION',
};

const keyChannel: Record<Exclude<Channel, 'oem'>, string> = {
  gvlk: 'Volume:GVLK',
  mak: 'Volume:MAK',
  csvlk: 'Volume:CSVLK',
  retail: 'Retail',
  evaluation: 'Retail:TB:Eval',
  avma: 'OEM:NONSLP',
};

function isBefore8(edition: Edition): boolean {
  const { release } = edition;
  return release.of === 'windows' && generations[release.generation].era < generations.win8.era;
}

function describedChannel(edition: Edition, channel: Channel, group: HostGroupId | null): string {
  if (channel === 'csvlk') return hostGroup(group ?? hostGroupOf(edition)).channelName;
  if (channel === 'oem') return isBefore8(edition) ? 'OEM_SLP' : 'OEM_DM';
  return channelName[channel];
}

function descriptionOf(edition: Edition): string {
  const { release } = edition;
  return release.of === 'office'
    ? officeFacts[release.generation].description
    : generations[release.generation].description;
}

function nameOf(edition: Edition, channel: Channel): string {
  const name = edition.productName;
  if (edition.kind === 'office' && channel === 'mak') return name.replace('KMS_Client', 'MAK');
  if (edition.kind === 'office' && channel === 'retail') {
    return name.replace(/(?:VL_|-)KMS_Client(?:_AE)?/, 'R_Retail');
  }
  if (channel === 'evaluation') return name.replace(/ edition$/, 'Eval edition');
  return name;
}

function syntheticId(edition: Edition, channel: Channel, group: HostGroupId | null): string {
  const scope = group === null ? channel : `${channel}|${group}`;
  // No published list of the real ones is used (activationIdPolicy).
  return uuid5(labNamespaces['activation-id'], `${edition.listedName ?? edition.friendlyName}|${scope}`);
}

/** The licence of an edition in a channel. For csvlk the group decides what it may activate; null: its own. */
export function makeSku(edition: Edition, channel: Channel, group: HostGroupId | null): Sku {
  const chosen = channel === 'csvlk' ? (group ?? hostGroupOf(edition)) : null;
  const published =
    edition.kind === 'office-host' && edition.release.of === 'office'
      ? officeFacts[edition.release.generation].hostActivationId
      : null;
  return {
    activationId: published ?? syntheticId(edition, channel, chosen),
    synthetic: published === null,
    edition,
    channel,
    hostGroup: chosen,
    name: nameOf(edition, channel),
    description: `${descriptionOf(edition)}, ${describedChannel(edition, channel, chosen)} channel`,
    productKeyChannel: channel === 'oem' ? (isBefore8(edition) ? 'OEM:SLP' : 'OEM:DM') : keyChannel[channel],
    isAddon: edition.kind === 'addon',
  };
}

/** Windows Server 2003: its licences are none of the licensing service's, but for the KMS add-on. */
export function isHostOnly({ release }: Edition): boolean {
  return release.of === 'windows' && release.generation === 'ws2003';
}

/** Channels that an edition has licences for, in the order in which the machine enumerates them. */
export function channelsOf(edition: Edition): readonly Channel[] {
  switch (edition.kind) {
    case 'client':
      return edition.editionName.startsWith('Enterprise') && !edition.editionName.includes('S')
        ? ['gvlk', 'mak', 'csvlk', 'retail', 'oem', 'evaluation']
        : ['gvlk', 'mak', 'csvlk', 'retail', 'oem'];
    case 'server':
      if (isHostOnly(edition)) return ['csvlk'];
      return [
        'gvlk',
        'mak',
        ...(edition.friendlyName.includes('Azure Edition') ? [] : (['csvlk'] as const)),
        'retail',
        'oem',
        'evaluation',
        ...(edition.avmaKey === null ? [] : (['avma'] as const)),
      ];
    case 'office':
      return ['gvlk', 'mak', 'retail'];
    case 'office-host':
      return ['csvlk'];
    case 'addon':
      return ['mak'];
  }
}
