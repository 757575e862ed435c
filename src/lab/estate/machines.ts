import type { Catalogue, Channel, Edition } from '../../licensing/catalogue/types';
import { installEdition, newMachine } from '../model/create';
import { nextDue } from '../clockwork/due';
import type { MachineState } from '../model/state';
import { EstateError } from './errors';
import { changeEstate, changeStore, requireEstate, type Change, type Laboratory } from './laboratory';
import { checkDomain, checkMachineName, localMachineName, requireEdition, requireMachine } from './names';
import type { EstateReader, StoredMachine } from './store-port';

export interface AddOptions {
  readonly name: string;
  /** Friendly name of an edition of Windows. */
  readonly product: string;
  /** Machines to add, 1 to 100000: NAME-001 and so on, behind those that are there. Undefined: one, called NAME. */
  readonly count?: number;
  readonly virtual?: boolean;
  /** The key that it comes with; undefined: the published setup key. */
  readonly channel?: NewMachineChannel;
  /** Its domain instead of the estate's; null: a workgroup machine. */
  readonly domain?: string | null;
}

/** Channels that a machine can come with. */
export type NewMachineChannel = Extract<Channel, 'gvlk' | 'mak' | 'retail' | 'oem' | 'evaluation'>;

const greatestCount = 100_000;

/**
 * Adds machines. They have contacted nobody: their first automatic attempt is due one activation interval from now.
 * All are added, or none.
 * @throws EstateError for a name that is taken or none, an unknown product, one that is no Windows
 */
export function addMachines(laboratory: Laboratory, options: AddOptions): readonly StoredMachine[] {
  const base = checkMachineName(options.name);
  checkCount(options.count);
  const edition = requireEdition(laboratory.catalogue, options.product);
  if (edition.kind !== 'client' && edition.kind !== 'server') {
    throw new EstateError(
      'invalid',
      `${edition.friendlyName} is no Windows: add a machine, then "lab install" it.`,
    );
  }
  const { channel = 'gvlk' } = options;
  checkChannel(laboratory.catalogue, edition, channel);
  const own = options.domain == null ? options.domain : checkDomain(options.domain);
  return changeEstate(laboratory, (change) => {
    const domain = own === undefined ? change.estate.domain : own;
    return namesOf(base, options.count, change.writer).map((name) => {
      const facts = {
        name: checkMachineName(name),
        edition,
        domain,
        virtual: options.virtual ?? false,
        channel,
      };
      return addOne(change, newMachine(facts, change.context));
    });
  });
}

/** @throws EstateError `invalid` where the edition has no licence of the channel */
export function checkChannel(catalogue: Catalogue, edition: Edition, channel: Channel): void {
  if (channel === 'gvlk') return;
  const known = catalogue.skusOf(edition).map((sku) => sku.channel);
  if (known.includes(channel)) return;
  throw new EstateError('invalid', `There is no ${channel} of ${edition.friendlyName}.`);
}

function checkCount(count: number | undefined): void {
  if (count === undefined || (Number.isInteger(count) && count >= 1 && count <= greatestCount)) return;
  throw new EstateError('invalid', `--count is a whole number from 1 to ${greatestCount}.`);
}

/** Numbered names go on behind the highest number that is there. */
function namesOf(
  name: string,
  count: number | undefined,
  reader: Pick<EstateReader, 'machineNames'>,
): readonly string[] {
  if (count === undefined) return [name];
  const prefix = `${name}-`.toLowerCase();
  const used = reader
    .machineNames()
    .filter((one) => one.toLowerCase().startsWith(prefix) && /^\d{1,9}$/.test(one.slice(prefix.length)))
    .map((one) => Number(one.slice(prefix.length)));
  const first = used.reduce((most, one) => Math.max(most, one), 0) + 1;
  const width = Math.max(3, String(first + count - 1).length);
  return Array.from({ length: count }, (_, index) => prefixed(name, first + index, width));
}

function prefixed(name: string, number: number, width: number): string {
  return `${name}-${String(number).padStart(width, '0')}`;
}

/** Adds one machine under its name. */
export function addOne({ writer }: Change, state: MachineState): StoredMachine {
  if (writer.machine(state.name) !== null) {
    throw new EstateError('exists', `There is a machine ${state.name} already.`);
  }
  const due = nextDue(state);
  return { id: writer.addMachine(state, due), state, nextDue: due };
}

/**
 * Installs another product on a machine: Office with its setup key, an Office KMS host pack, an add-on.
 * @throws EstateError for an unknown product, another Windows, a product that is there already
 */
export function installProduct(laboratory: Laboratory, name: string, product: string): MachineState {
  const edition = requireEdition(laboratory.catalogue, product);
  return changeEstate(laboratory, (change) => {
    const { id, state } = requireMachine(change.writer, name);
    const installed = asEstateError(() => installEdition(state, edition, change.context));
    change.writer.putMachine(id, installed, nextDue(installed));
    return installed;
  });
}

/**
 * Every machine that exists, in the order in which they were added; the local one is among them once it was made.
 * @throws EstateError `not-found` where there is neither an estate nor a machine
 */
export function listMachines(laboratory: Pick<Laboratory, 'store'>): readonly StoredMachine[] {
  return laboratory.store.read((reader) => {
    const machines = reader.machines();
    if (machines.length === 0) requireEstate(reader.estate());
    return machines;
  });
}

/** One machine; the local one as well. */
export function showMachine(laboratory: Pick<Laboratory, 'store'>, name: string): StoredMachine {
  return laboratory.store.read((reader) => requireMachine(reader, name));
}

/** Removes a machine with its logs. Its DNS records stay, as they do when a real one goes (K7.3). */
export function removeMachine(laboratory: Laboratory, name: string): MachineState {
  return changeEstate(laboratory, ({ writer }) => {
    const { id, state } = requireMachine(writer, name);
    writer.removeMachine(id);
    return state;
  });
}

/** Whether a word names a machine of the estate: NAME in any case, or NAME.domain with its domain. */
export function findMachine(reader: EstateReader, word: string): StoredMachine | null {
  const [label = '', ...rest] = word.split('.');
  const machine = reader.machine(label);
  if (machine === null || rest.length === 0) return machine;
  const { state } = machine;
  const suffix = rest.join('.').toLowerCase().replace(/\.$/, '');
  return [state.dns.primary, state.domain].some((each) => each?.toLowerCase() === suffix) ? machine : null;
}

const localEdition = 'Windows 11 Enterprise';

/** The local simulated machine, made at its first use: Windows 11 Enterprise with its setup key, not activated. */
export function localMachine(laboratory: Laboratory): {
  readonly machine: StoredMachine;
  readonly isNew: boolean;
} {
  const found = laboratory.store.read((reader) => reader.machine(localMachineName));
  if (found !== null) return { machine: found, isNew: false };
  return changeStore(laboratory, (change) => {
    const { writer, estate, context } = change;
    const there = writer.machine(localMachineName);
    if (there !== null) return { machine: there, isNew: false };
    if (writer.estate() === null) writer.putEstate(estate);
    const edition = requireEdition(laboratory.catalogue, localEdition);
    const state = newMachine({ name: localMachineName, edition, domain: null, virtual: false }, context);
    return { machine: addOne(change, state), isNew: true };
  });
}

/** The model's refusals of what a user asked for are RangeErrors with a sentence for the user. */
export function asEstateError<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof RangeError ? new EstateError('invalid', `${error.message}.`) : error;
  }
}
