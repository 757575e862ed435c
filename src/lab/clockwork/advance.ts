import type { OutsideNetwork } from './outside-network';
import { step } from '../model/step';
import { actAtOnce } from './act-at-once';
import { actOutside } from './act-outside';
import type { Acting, Span, SpanSource } from './span';

/** Steps that one span plays at most: what one transaction of the store holds. */
const stepsPerSpan = 500;

/** Steps of one machine at one instant beyond which the model is at fault. */
const stepsAtOneInstant = 1000;

/** How far an advance came. */
export interface Advanced {
  /** The estate's time now. */
  readonly at: number;
  /** Steps that were played. */
  readonly played: number;
  /** True where it was stopped before the end. */
  readonly interrupted: boolean;
  /** Machines that stayed due and were set aside: they do nothing of themselves until something changes them. */
  readonly setAside: readonly string[];
}

/** How far an advance is. */
export type Progress = Pick<Advanced, 'at' | 'played'>;

export interface AdvanceOptions {
  readonly source: SpanSource;
  /**
   * Where time is to stand afterwards, epoch milliseconds, or by how many milliseconds it is to go on, whatever others
   * move it by meanwhile; nothing due later is played.
   */
  readonly to: number | { readonly by: number };
  /** Null: nothing but the estate itself can be reached. */
  readonly network: OutsideNetwork | null;
  /** Looked at between spans. */
  readonly signal?: { readonly aborted: boolean };
  /** Called between spans, awaited: lets others run, and shows how far it is. */
  readonly onProgress?: (progress: Progress) => Promise<void> | void;
}

/** Notices a machine whose step leaves it due at the same instant for ever. */
class StandstillGuard {
  readonly setAside = new Set<string>();
  #last = '';
  #count = 0;

  standsStill({ state, at }: Acting): boolean {
    const key = `${state.name}@${String(at)}`;
    this.#count = key === this.#last ? this.#count + 1 : 1;
    this.#last = key;
    if (this.#count <= stepsAtOneInstant) return false;
    this.setAside.add(state.name);
    return true;
  }
}

/** Where a span of play ended. */
interface Spanned {
  readonly played: number;
  /** The time that it reached. */
  readonly at: number;
  readonly end: { readonly kind: 'all-played' | 'full' } | { readonly kind: 'outside'; readonly due: Acting };
}

function playSpan(
  span: Span,
  { to, network }: { readonly to: number } & Pick<AdvanceOptions, 'network'>,
  guard: StandstillGuard,
): Spanned {
  let at = span.now;
  for (let played = 0; played < stepsPerSpan; played += 1) {
    const due = span.nextDue(to);
    if (due === null) {
      span.setTime(to);
      return { played, at: to, end: { kind: 'all-played' } };
    }
    at = Math.max(at, due.at);
    if (guard.standsStill(due)) {
      span.setAside(due.state.name);
      continue;
    }
    // Whoever is asked over the network goes by the estate's clock: it must show this time before the request leaves.
    span.setTime(due.at);
    if (actAtOnce(span, due, step, network) === null) {
      // A clock that runs may be further already; the request is then late, as that of a machine that slept.
      const outside = { state: due.state, at: Math.max(due.at, span.now) };
      return { played, at, end: { kind: 'outside', due: outside } };
    }
  }
  return { played: stepsPerSpan, at, end: { kind: 'full' } };
}

/** Plays one span towards the goal, and says what is left of it. */
function playTowards(
  options: Pick<AdvanceOptions, 'source' | 'to' | 'network'>,
  guard: StandstillGuard,
): Spanned & Pick<AdvanceOptions, 'to'> {
  const { source, to, network } = options;
  return source.span((span) => {
    const begun = span.now;
    const goal = typeof to === 'number' ? to : begun + to.by;
    const spanned = playSpan(span, { to: goal, network }, guard);
    return { ...spanned, to: typeof to === 'number' ? to : { by: Math.max(goal - spanned.at, 0) } };
  });
}

/**
 * Plays everything that is due up to `to`, in order of time and of name at one time, and sets the estate's time. It
 * goes span by span: each is recorded as a whole, so that an interruption loses nothing and leaves a time that fits.
 * What needs the network is played between spans. A machine that stays due whatever it does is set aside and named.
 */
export async function advance(options: AdvanceOptions): Promise<Advanced> {
  const { source, network, signal, onProgress } = options;
  const guard = new StandstillGuard();
  let played = 0;
  let to = options.to;
  const ended = (at: number, interrupted: boolean): Advanced => ({
    at,
    played,
    interrupted,
    setAside: [...guard.setAside],
  });
  for (;;) {
    const spanned = playTowards({ ...options, to }, guard);
    played += spanned.played;
    to = spanned.to;
    const { at, end } = spanned;
    if (end.kind === 'all-played') return ended(at, false);
    if (end.kind === 'outside' && network !== null) {
      if ((await actOutside({ source, network }, end.due, step)) !== null) played += 1;
    }
    await onProgress?.({ at, played });
    if (signal?.aborted === true) return ended(at, true);
  }
}

/** The same without waiting, for an estate that nothing beyond itself is reached from. */
export function advanceAtOnce(options: {
  readonly source: SpanSource;
  readonly to: number;
}): Omit<Advanced, 'interrupted'> {
  const guard = new StandstillGuard();
  let played = 0;
  for (;;) {
    const spanned = playTowards({ ...options, network: null }, guard);
    played += spanned.played;
    if (spanned.end.kind === 'all-played') {
      return { at: options.to, played, setAside: [...guard.setAside] };
    }
  }
}
