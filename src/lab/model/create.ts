import { generationFacts, generations } from '../../licensing/catalogue/generations';
import { isHostOnly } from '../../licensing/catalogue/skus';
import type { Channel, Edition } from '../../licensing/catalogue/types';
import type { ModelContext } from './context';
import { evaluationRearms } from './evaluation';
import { newCmid } from './identity';
import { mintKey, type LabKeyType } from './keys';
import { keyedProduct, withoutKey } from './product';
import { loadHostSettings } from './settings';
import type { MachineName, MachineState, Slic } from './state';

/** What a new machine is to be. */
export interface NewMachine {
  readonly name: string;
  /** An edition of Windows. */
  readonly edition: Edition;
  /** AD and DNS domain; null: a workgroup machine without a suffix. */
  readonly domain: string | null;
  readonly virtual: boolean;
  /** What it comes with: its published setup key unless another channel is named. */
  readonly channel?: Exclude<Channel, 'csvlk'>;
  readonly slic?: Slic;
  readonly elevated?: boolean;
  /** Name of the lab machine whose hypervisor runs it. */
  readonly hypervisor?: string | null;
}

const rearmsOfVistaEnterprise = 5;
/** Rearms of an Office application (K5.5). */
export const officeRearms = 5;

/** Windows rearms of a new machine (K5.1 to K5.4). */
function windowsRearms(edition: Edition, channel: Channel): number {
  if (edition.release.of !== 'windows') return 0;
  const facts = generationFacts(edition.release.generation);
  if (channel === 'evaluation' && edition.kind === 'server')
    return Math.min(evaluationRearms, facts.windowsRearms);
  const isVistaEnterprise =
    edition.release.generation === 'vista' && edition.editionName.startsWith('Enterprise');
  return isVistaEnterprise ? rearmsOfVistaEnterprise : facts.windowsRearms;
}

function keyText(edition: Edition, channel: Channel, random: () => number): string | null {
  if (channel === 'gvlk') return edition.setupKey;
  if (channel === 'avma') return edition.avmaKey;
  const type: LabKeyType = channel;
  return mintKey({ type, edition }, random);
}

function withEdition(
  machine: MachineState,
  edition: Edition,
  channel: Channel,
  context: ModelContext,
): MachineState {
  const withIt: MachineState = {
    ...machine,
    editions: [...machine.editions, edition.id],
    applications:
      edition.kind === 'office' && !(edition.applicationId in machine.applications)
        ? {
            ...machine.applications,
            [edition.applicationId]: { rearmsLeft: officeRearms, extraRearmGiven: false },
          }
        : machine.applications,
  };
  const text = keyText(edition, channel, context.random);
  if (text === null) return isHostOnly(edition) ? withHostProduct(withIt, edition, context) : withIt;
  return withKey(withIt, edition, { channel, text }, context);
}

/** The licence that a host key goes on, before there is one: all that such a Windows has. */
function withHostProduct(machine: MachineState, edition: Edition, context: ModelContext): MachineState {
  const sku = context.catalogue.sku(edition, 'csvlk');
  const product = withoutKey(keyedProduct(machine, sku, '', { before: undefined, context }));
  return { ...machine, products: [...machine.products, { ...product, graceEndsAt: null }] };
}

function withKey(
  machine: MachineState,
  edition: Edition,
  key: { readonly channel: Channel; readonly text: string },
  context: ModelContext,
): MachineState {
  const sku = context.catalogue.sku(edition, key.channel);
  const product = keyedProduct(machine, sku, key.text, { before: undefined, context });
  return {
    ...machine,
    products: [...machine.products, product],
    keyInRegistry: edition.kind === 'office' ? machine.keyInRegistry : product.activationId,
  };
}

/** A machine that was sold with Windows before firmware carried keys has the marker. */
function slicOf(channel: Channel, hasKeyInFirmware: boolean): Slic {
  return channel === 'oem' && !hasKeyInFirmware ? 'marker' : 'none';
}

/**
 * A machine with one edition of Windows, running, that has contacted nobody: its first automatic attempt is due one
 * activation interval from now.
 *
 * @throws RangeError where the edition is no Windows
 */
export function newMachine(facts: NewMachine, context: ModelContext): MachineState {
  const { edition } = facts;
  if ((edition.kind !== 'client' && edition.kind !== 'server') || edition.release.of !== 'windows') {
    throw new RangeError(`${edition.friendlyName} is no edition of Windows: install it on a machine`);
  }
  const { generation } = edition.release;
  const { channel = 'gvlk' } = facts;
  const hasKeyInFirmware = channel === 'oem' && generationFacts(generation).era >= generations.win8.era;
  const bare: MachineState = {
    schema: 1,
    name: facts.name as MachineName,
    domain: facts.domain,
    dns: { primary: facts.domain, dhcp: null, searchList: [] },
    virtual: facts.virtual,
    hypervisor: facts.hypervisor ?? null,
    generation,
    version: edition.version ?? generationFacts(generation).version,
    lcid: 1033,
    elevated: facts.elevated ?? true,
    clockSkewMs: 0,
    slic: facts.slic ?? slicOf(channel, hasKeyInFirmware),
    running: true,
    addedAt: context.now,
    startedAt: context.now,
    restartWanted: false,
    pendingRearm: null,
    cmid: newCmid(context.random),
    previousCmid: null,
    hardware: 1,
    windowsRearmsLeft: windowsRearms(edition, channel),
    generalizeRearms: 0,
    applications: {},
    editions: [],
    products: [],
    keyInRegistry: null,
    registry: {},
    loadedHost: loadHostSettings({}),
    publishAt: null,
    tokenLicenses: [],
    certificates: [],
    kmsUpdates: true,
    dataExchange: true,
  };
  if (!hasKeyInFirmware) return withEdition(bare, edition, channel, context);
  const firmwareKey = mintKey({ type: 'oem', edition }, context.random);
  return withKey(
    { ...bare, editions: [edition.id], firmwareKey },
    edition,
    { channel, text: firmwareKey },
    context,
  );
}

/**
 * Another product on the machine: Office with its setup key, an Office KMS host pack or an add-on without a key.
 *
 * @throws RangeError for another Windows, or where the product is there already
 */
export function installEdition(machine: MachineState, edition: Edition, context: ModelContext): MachineState {
  if (edition.kind === 'client' || edition.kind === 'server') {
    throw new RangeError(`${edition.friendlyName} is a Windows of its own: add a machine for it`);
  }
  if (machine.editions.includes(edition.id)) {
    throw new RangeError(`${edition.friendlyName} is on ${machine.name} already`);
  }
  if (edition.kind === 'office') return withEdition(machine, edition, 'gvlk', context);
  return { ...machine, editions: [...machine.editions, edition.id] };
}
