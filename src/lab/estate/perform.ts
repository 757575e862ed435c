import { advance, type Advanced, type AdvanceOptions, type Progress } from '../clockwork/advance';
import { perform as performAct } from '../clockwork/perform';
import type { SpanSource } from '../clockwork/span';
import { storeSpans } from '../clockwork/store-span';
import type { ModelContext } from '../model/context';
import type { Outcome } from '../model/outcome';
import type { Procedure } from '../model/outside';
import type { MachineState } from '../model/state';
import { checkLater } from './clock';
import { EstateError } from './errors';
import { requireEstate, type Laboratory } from './laboratory';
import { requireMachine } from './names';
import { checkClock, estateTime } from './time';

function spansOf({ store, catalogue, realNow }: Laboratory): SpanSource {
  return storeSpans({ store, catalogue, realNow });
}

export interface MoveOptions {
  /** Looked at between transactions: what is played by then stays, and the clock stands where it fits. */
  readonly signal?: { readonly aborted: boolean };
  readonly onProgress?: (progress: Progress) => Promise<void> | void;
}

/**
 * Plays what has become due since somebody last looked: an estate that follows the real clock has no process of its
 * own, so every use catches up first.
 */
export async function catchUp(laboratory: Laboratory, options: MoveOptions = {}): Promise<void> {
  const { due, to } = laboratory.store.read((reader) => ({
    due: reader.earliestDue(),
    to: estateTime(reader.clock(), laboratory.realNow()),
  }));
  if (due === null || due > to) return;
  const { network = null, onSetAside } = laboratory;
  const { setAside } = await advance({ source: spansOf(laboratory), network, to, ...options });
  setAside.forEach((machine) => onSetAside?.(machine));
}

/**
 * Moves the estate's time on by `byMs` and plays everything that is due on the way, in order. Of several processes that
 * do so at once, each moves it by its own length.
 * @throws EstateError `not-possible` for a negative length, or beyond the range of the clock
 */
export async function advanceClock(
  laboratory: Laboratory,
  byMs: number,
  options: MoveOptions = {},
): Promise<Advanced> {
  if (byMs < 0)
    throw new EstateError('not-possible', 'The clock of an estate cannot go back: what happened stays.');
  const { store, realNow } = laboratory;
  store.read((reader) => {
    requireEstate(reader.estate());
    return checkClock(estateTime(reader.clock(), realNow()) + byMs);
  });
  return await moveTo(laboratory, { by: byMs }, options);
}

/**
 * Sets the estate's time and plays everything that is due on the way, in order.
 * @throws EstateError `not-possible` for an earlier time
 */
export async function setClock(
  laboratory: Laboratory,
  to: number,
  options: MoveOptions = {},
): Promise<Advanced> {
  const { store, realNow } = laboratory;
  store.read((reader) => {
    requireEstate(reader.estate());
    return checkLater(estateTime(reader.clock(), realNow()), checkClock(to));
  });
  return await moveTo(laboratory, to, options);
}

function moveTo(laboratory: Laboratory, to: AdvanceOptions['to'], options: MoveOptions): Promise<Advanced> {
  return advance({ source: spansOf(laboratory), network: laboratory.network ?? null, to, ...options });
}

/** What is done to a machine: at once, or with questions to the world outside it. */
export type Deed = (machine: MachineState, context: ModelContext) => Outcome | Procedure<Outcome>;

/**
 * Does something to a machine at the estate's time and records all of it together: state, log entries, what KMS hosts
 * counted, published records. Where the network has to be asked, no transaction is open meanwhile; if another process
 * changed the machine until the answer came, it is begun anew on what the machine is then.
 * @throws EstateError `not-found` where there is no such machine
 */
export async function perform(laboratory: Laboratory, name: string, deed: Deed): Promise<Outcome> {
  await catchUp(laboratory);
  const { store, realNow } = laboratory;
  const { machine, now } = store.read((reader) => ({
    machine: requireMachine(reader, name).state.name,
    now: estateTime(reader.clock(), realNow()),
  }));
  const options = { source: spansOf(laboratory), network: laboratory.network ?? null, now };
  const outcome = await performAct(options, machine, procedureOf(deed));
  if (outcome !== null) return outcome;
  throw new EstateError('not-found', `${machine} was removed by another process.`);
}

function procedureOf(deed: Deed): (machine: MachineState, context: ModelContext) => Procedure<Outcome> {
  return function* act(machine, context) {
    const begun = deed(machine, context);
    return 'next' in begun ? yield* begun : begun;
  };
}
