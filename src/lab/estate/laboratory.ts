import type { Catalogue } from '../../licensing/catalogue/types';
import type { OutsideNetwork } from '../clockwork/outside-network';
import type { ModelContext } from '../model/context';
import { EstateError } from './errors';
import { seededRandom } from './random';
import { defaultSettings } from './settings';
import type { EstateRecord, EstateStore, EstateWriter } from './store-port';
import { estateTime } from './time';

/** What the use cases work with. Time and seeds come from outside; everything else is in the store. */
export interface Laboratory {
  readonly store: EstateStore;
  /** The real time, epoch ms. */
  readonly realNow: () => number;
  /** A seed for an estate that names none: a whole number of 32 bits. */
  readonly freshSeed: () => number;
  readonly catalogue: Catalogue;
  /** Sockets of served hosts and real DNS; without it, nothing but the estate itself can be reached. */
  readonly network?: OutsideNetwork | null;
  /** Told of a machine that stayed due whatever it did, and was set aside while its estate was brought up to date. */
  readonly onSetAside?: ((machine: string) => void) | undefined;
}

/** One change of the estate: the transaction, the estate's record, and what the model takes from outside. */
export interface Change {
  readonly writer: EstateWriter;
  readonly estate: EstateRecord;
  readonly context: ModelContext;
}

/** The record of the store that holds nothing but the local machine. */
export function implicitEstate(seed: number, now: number): EstateRecord {
  return { kind: 'implicit', domain: null, seed, draws: 0, createdAt: now, settings: defaultSettings };
}

/**
 * Changes the estate in one transaction; the numbers that were drawn count even where they were the only change.
 * @throws EstateError `not-found` where `lab init` was never said
 */
export function changeEstate<T>(laboratory: Laboratory, work: (change: Change) => T): T {
  return changeStore(laboratory, (change) => {
    if (change.estate.kind === 'lab') return work(change);
    throw noEstate();
  });
}

/** Like {@link changeEstate}, where the local machine alone is enough: its estate is made when it is missing. */
export function changeStore<T>(laboratory: Laboratory, work: (change: Change) => T): T {
  return laboratory.store.write((writer) => {
    const now = estateTime(writer.clock(), laboratory.realNow());
    const stored = writer.estate();
    const estate = stored ?? implicitEstate(laboratory.freshSeed(), now);
    const random = seededRandom(estate.seed, estate.draws);
    const { catalogue } = laboratory;
    const result = work({
      writer,
      estate,
      context: { now, random: random.next, catalogue, settings: estate.settings },
    });
    if (random.draws() !== estate.draws) {
      writer.putEstate({ ...(writer.estate() ?? estate), draws: random.draws() });
    }
    return result;
  });
}

/** The estate, or the refusal that says how to make one. */
export function requireEstate(estate: EstateRecord | null): EstateRecord {
  if (estate?.kind === 'lab') return estate;
  throw noEstate();
}

function noEstate(): EstateError {
  return new EstateError('not-found', 'There is no estate yet: make one with "slmgr lab init".');
}
