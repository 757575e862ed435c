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
}

export interface AdvanceOptions {
  readonly source: SpanSource;
  /** Where time is to stand afterwards, epoch milliseconds; nothing due later is played. */
  readonly to: number;
  /** Null: nothing but the estate itself can be reached. */
  readonly network: OutsideNetwork | null;
  /** Looked at between spans. */
  readonly signal?: { readonly aborted: boolean };
  /** Called between spans, awaited: lets others run, and shows how far it is. */
  readonly onProgress?: (progress: Omit<Advanced, 'interrupted'>) => Promise<void> | void;
}

/** Notices a machine whose step leaves it due at the same instant for ever. */
class StandstillGuard {
  #last = '';
  #count = 0;

  check({ state, at }: Acting): void {
    const key = `${state.name}@${String(at)}`;
    this.#count = key === this.#last ? this.#count + 1 : 1;
    this.#last = key;
    if (this.#count > stepsAtOneInstant)
      throw new Error(`${state.name} stays due at ${new Date(at).toISOString()}`);
  }
}

/** Where a span of play ended. */
interface Spanned {
  readonly played: number;
  readonly at: number | null;
  readonly end: { readonly kind: 'all-played' | 'full' } | { readonly kind: 'outside'; readonly due: Acting };
}

function playSpan(
  span: Span,
  { to, network }: Pick<AdvanceOptions, 'to' | 'network'>,
  guard: StandstillGuard,
): Spanned {
  let at: number | null = null;
  for (let played = 0; played < stepsPerSpan; played += 1) {
    const due = span.nextDue(to);
    if (due === null) {
      span.setTime(to);
      return { played, at: to, end: { kind: 'all-played' } };
    }
    guard.check(due);
    if (actAtOnce(span, due, step, network) === null) {
      // Whoever is asked over the network goes by the estate's clock: it must show this time before the request leaves.
      // A clock that runs may be further already; the request is then late, as that of a machine that slept.
      span.setTime(due.at);
      const outside = { state: due.state, at: Math.max(due.at, span.now) };
      return { played, at, end: { kind: 'outside', due: outside } };
    }
    at = due.at;
    span.setTime(at);
  }
  return { played: stepsPerSpan, at, end: { kind: 'full' } };
}

/**
 * Plays everything that is due up to `to`, in order of time and of name at one time, and sets the estate's time. It
 * goes span by span: each is recorded as a whole, so that an interruption loses nothing and leaves a time that fits.
 * What needs the network is played between spans.
 */
export async function advance(options: AdvanceOptions): Promise<Advanced> {
  const { source, network, signal, onProgress } = options;
  const guard = new StandstillGuard();
  let played = 0;
  let at = Number.NEGATIVE_INFINITY;
  for (;;) {
    const spanned = source.span((span) => playSpan(span, options, guard));
    played += spanned.played;
    at = spanned.at ?? at;
    if (spanned.end.kind === 'all-played') return { at, played, interrupted: false };
    if (spanned.end.kind === 'outside' && network !== null) {
      const { due } = spanned.end;
      if ((await actOutside({ source, network }, due, step)) !== null) played += 1;
      at = due.at;
    }
    await onProgress?.({ at, played });
    if (signal?.aborted === true) return { at, played, interrupted: true };
  }
}

/** The same without waiting, for an estate that nothing beyond itself is reached from. */
export function advanceAtOnce(options: Pick<AdvanceOptions, 'source' | 'to'>): Advanced {
  const guard = new StandstillGuard();
  let played = 0;
  for (;;) {
    const spanned = options.source.span((span) => playSpan(span, { ...options, network: null }, guard));
    played += spanned.played;
    if (spanned.end.kind === 'all-played') return { at: options.to, played, interrupted: false };
  }
}
