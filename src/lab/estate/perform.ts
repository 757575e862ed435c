import { advance, type Advanced } from '../clockwork/advance';
import type { MachineModel, Span } from '../clockwork/span';
import { stepAtOnce } from '../clockwork/step-at-once';
import { stepOutside } from '../clockwork/step-outside';
import type { ModelContext } from '../model/context';
import type { MethodResult, Outcome } from '../model/outcome';
import type { Procedure } from '../model/outside';
import type { MachineState } from '../model/state';
import { checkLater } from './clock';
import { EstateError } from './errors';
import { requireEstate, type Laboratory } from './laboratory';
import { requireMachine } from './names';
import { spanSource } from './span-source';
import { estateTime } from './time';

/** How often a change is begun anew because another process changed the machine while the network was asked. */
const greatestTries = 20;

/**
 * Plays what has become due since somebody last looked: an estate that follows the real clock has no process of its
 * own, so every use catches up first.
 */
export async function catchUp(laboratory: Laboratory): Promise<void> {
  const { due, to } = laboratory.store.read((reader) => ({
    due: reader.earliestDue(),
    to: estateTime(reader.clock(), laboratory.realNow()),
  }));
  if (due === null || due > to) return;
  const { model, network } = laboratory;
  await advance({ source: spanSource(laboratory, 'nothing'), model, network, to });
}

export interface MoveOptions {
  readonly signal?: { readonly aborted: boolean };
  readonly onProgress?: (progress: Omit<Advanced, 'interrupted'>) => Promise<void> | void;
}

/** Moves the estate's time on by `byMs` and plays everything that is due on the way, in order. */
export function advanceClock(
  laboratory: Laboratory,
  byMs: number,
  options: MoveOptions = {},
): Promise<Advanced> {
  if (byMs >= 0) return moveTo(laboratory, (now) => now + byMs, options);
  throw new EstateError('not-possible', 'The clock of an estate cannot go back: what happened stays.');
}

/**
 * Sets the estate's time and plays everything that is due on the way, in order.
 * @throws EstateError `not-possible` for an earlier time
 */
export function setClock(laboratory: Laboratory, to: number, options: MoveOptions = {}): Promise<Advanced> {
  return moveTo(laboratory, (now) => checkLater(now, to), options);
}

async function moveTo(
  laboratory: Laboratory,
  target: (now: number) => number,
  options: MoveOptions,
): Promise<Advanced> {
  const to = laboratory.store.read((reader) => {
    requireEstate(reader.estate());
    return target(estateTime(reader.clock(), laboratory.realNow()));
  });
  const { model, network } = laboratory;
  return await advance({ source: spanSource(laboratory, 'clock'), model, network, to, ...options });
}

/** What is done to a machine: at once, or with questions to the world outside it. */
export type Deed = (machine: MachineState, context: ModelContext) => Outcome | Procedure<Outcome>;

/** What became of it. */
export interface Performed {
  readonly state: MachineState;
  readonly result: MethodResult;
}

/**
 * Does something to a machine at the estate's time and records all of it together: state, log entries, what KMS hosts
 * counted, published records. Where the network has to be asked, no transaction is open meanwhile; if another process
 * changed the machine until the answer came, it is begun anew on what the machine is then.
 * @throws EstateError `not-found` where there is no such machine
 */
export async function perform(laboratory: Laboratory, name: string, deed: Deed): Promise<Performed> {
  await catchUp(laboratory);
  for (let tries = 0; tries < greatestTries; tries += 1) {
    const done = await performOnce(laboratory, name, deed);
    if (done !== null) return done;
  }
  throw new EstateError('not-possible', `${name} was changed again and again by other processes. Try again.`);
}

async function performOnce(laboratory: Laboratory, name: string, deed: Deed): Promise<Performed | null> {
  const { network, store } = laboratory;
  const source = spanSource(laboratory, 'nothing');
  const { state, due } = store.read((reader) => ({
    state: requireMachine(reader, name).state,
    due: estateTime(reader.clock(), laboratory.realNow()),
  }));
  const seen: { outcome: Outcome | null } = { outcome: null };
  const model = modelOfDeed(laboratory.model, deed, seen);
  const isDone = source.span((span) =>
    stepAtOnce(span, { state: freshState(span, state), due }, model, network),
  );
  const isRecorded =
    isDone || (network !== null && (await stepOutside({ source, network }, { state, due }, model)));
  if (!isRecorded || seen.outcome === null) return null;
  return { state: seen.outcome.state, result: seen.outcome.result };
}

/** The machine as it is in the transaction that changes it. */
function freshState(span: Span, state: MachineState): MachineState {
  const fresh = span.findMachine(state.name);
  if (fresh !== null) return fresh;
  throw new EstateError('not-found', `${state.name} was removed by another process.`);
}

function modelOfDeed(model: MachineModel, deed: Deed, seen: { outcome: Outcome | null }): MachineModel {
  return {
    nextDue: (state) => model.nextDue(state),
    *step(state, context) {
      const begun = deed(state, context);
      const outcome = 'next' in begun ? yield* begun : begun;
      seen.outcome = outcome;
      return outcome;
    },
  };
}
