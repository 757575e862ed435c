import type { Outcome } from '../model/outcome';
import type { MachineState } from '../model/state';
import { actAtOnce } from './act-at-once';
import { actOutside } from './act-outside';
import type { OutsideNetwork } from './outside-network';
import type { MachineAct, SpanSource } from './span';

/** How often an act is tried anew where others keep changing the machine. */
const tries = 20;

export interface PerformOptions {
  readonly source: SpanSource;
  /** Null: nothing but the estate itself can be reached. */
  readonly network: OutsideNetwork | null;
  /** The estate's time, epoch milliseconds. */
  readonly now: number;
}

/** The end of an attempt to perform: `changed` where another process wrote the machine meanwhile. */
type Performed = { readonly kind: 'done'; readonly outcome: Outcome } | { readonly kind: 'gone' | 'changed' };

async function tryOnce(
  { source, network, now }: PerformOptions,
  name: string,
  act: MachineAct,
): Promise<Performed> {
  const begun = source.span(
    (span): Performed | { readonly kind: 'outside'; readonly state: MachineState } => {
      const state = span.findMachine(name);
      if (state === null) return { kind: 'gone' };
      const outcome = actAtOnce(span, { state, at: now }, act, network);
      return outcome === null ? { kind: 'outside', state } : { kind: 'done', outcome };
    },
  );
  if (begun.kind !== 'outside') return begun;
  if (network === null) return { kind: 'changed' };
  const outcome = await actOutside({ source, network }, { state: begun.state, at: now }, act);
  return outcome === null ? { kind: 'changed' } : { kind: 'done', outcome };
}

/**
 * Lets a machine do something now: a method that somebody calls. In process in one transaction where that is
 * possible, else over the network; what came of it is recorded when this resolves. Null where there is no such
 * machine.
 *
 * @throws Error where other processes keep changing the machine
 */
export async function perform(
  options: PerformOptions,
  name: string,
  act: MachineAct,
): Promise<Outcome | null> {
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const performed = await tryOnce(options, name, act);
    if (performed.kind === 'done') return performed.outcome;
    if (performed.kind === 'gone') return null;
  }
  throw new Error(`${name} was changed by others ${tries} times while it acted`);
}
