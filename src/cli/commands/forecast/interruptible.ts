import type { CommandContext } from '../../framework/command';
import { interruptedStatus } from '../../exit-status';

/** How long work goes on before it lets signals in, in milliseconds. */
const breathMs = 50;

type Signal = keyof typeof interruptedStatus;

class Interruption extends Error {}

/** How work ended that a signal may stop. */
type Ended<T> =
  { readonly kind: 'done'; readonly value: T } | { readonly kind: 'interrupted'; readonly exitCode: number };

/**
 * Runs work that takes long, and stops it at SIGINT or SIGTERM. The work calls `pause` often: it lets signals in, and
 * throws where one came.
 */
export async function untilInterrupted<T>(
  { console }: Pick<CommandContext, 'console'>,
  work: (pause: () => Promise<void>, signal: AbortSignal) => Promise<T>,
): Promise<Ended<T>> {
  const stop = new AbortController();
  let by: Signal = 'SIGINT';
  const forget = console.onInterrupt((signal) => {
    if (!stop.signal.aborted) by = signal;
    stop.abort();
  });
  let breathedAt = console.now();
  const pause = async (): Promise<void> => {
    if (!stop.signal.aborted && console.now() - breathedAt < breathMs) return;
    await console.sleep(0);
    breathedAt = console.now();
    if (stop.signal.aborted) throw new Interruption();
  };
  try {
    return { kind: 'done', value: await work(pause, stop.signal) };
  } catch (error) {
    if (!(error instanceof Interruption)) throw error;
    console.progress('');
    return { kind: 'interrupted', exitCode: interruptedStatus[by] };
  } finally {
    forget();
  }
}
