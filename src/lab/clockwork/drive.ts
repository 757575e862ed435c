import type { OutsideAnswer, OutsideRequest, Procedure } from '../model/outside';

/** A procedure's end, or the request that cannot be answered at once. */
export type Driven<T> =
  { readonly kind: 'done'; readonly value: T } | { readonly kind: 'waits'; readonly request: OutsideRequest };

/** Plays a procedure as far as its requests can be answered at once; `ask` gives null where one cannot. */
export function driveAtOnce<T>(
  procedure: Procedure<T>,
  ask: (request: OutsideRequest) => OutsideAnswer | null,
): Driven<T> {
  let step = procedure.next();
  while (step.done !== true) {
    const answer = ask(step.value);
    if (answer === null) return { kind: 'waits', request: step.value };
    step = procedure.next(answer);
  }
  return { kind: 'done', value: step.value };
}

/** Plays a procedure to its end, waiting for answers. */
export async function drive<T>(
  procedure: Procedure<T>,
  ask: (request: OutsideRequest) => Promise<OutsideAnswer>,
): Promise<T> {
  let step = procedure.next();
  while (step.done !== true) step = procedure.next(await ask(step.value));
  return step.value;
}
