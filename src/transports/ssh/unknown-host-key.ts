import { connectSsh } from './connect';
import { mayBeAsked } from './host-key';
import { hostKeyCheck } from './host-key-files';
import { planRoute } from './route';
import { type HostKeyQuestion, type SshConnectOptions } from './settings';

/** A key on a way that is not on file. */
export interface UnknownHostKey {
  readonly question: HostKeyQuestion;
  /** Whether it is that of the target, and not of a machine in front of it. */
  readonly isTargets: boolean;
}

/** Whether a person may be asked about a key of a way before it is gone to its end. Nothing is connected. */
export function mayMeetUnknownKey({ target, ports }: Pick<SshConnectOptions, 'target' | 'ports'>): boolean {
  return planRoute(target, ports).some((hop) => mayBeAsked(hostKeyCheck(hop, target, ports)));
}

/**
 * Goes a way as far as the target's host key, and no further: the first key on it that is not on file and that
 * `ports.confirmHostKey` does not take; null where there is none, or the way ends before.
 */
export async function firstUnknownKey(options: SshConnectOptions): Promise<UnknownHostKey | null> {
  const { target, ports } = options;
  const machines = planRoute(target, ports).length;
  const stop = new AbortController();
  let accepted = 0;
  const found: HostKeyQuestion[] = [];
  const confirmHostKey = async (question: HostKeyQuestion): Promise<boolean> => {
    if ((await ports.confirmHostKey?.(question)) === true) return true;
    found.push(question);
    return false;
  };
  const connecting = connectSsh({
    ...options,
    ports: { ...ports, confirmHostKey },
    signal: stop.signal,
    progress: ({ step }) => {
      if (step === 'host-key') accepted += 1;
      // Nobody signs in on the target.
      if (accepted === machines) stop.abort();
    },
  });
  // Why a way ends is told when it is gone for what is wanted there.
  await connecting.then((connection) => connection.close()).catch(() => undefined);
  const [question] = found;
  return question === undefined ? null : { question, isTargets: accepted === machines - 1 };
}
