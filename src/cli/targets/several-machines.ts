import type { Surroundings } from '../parts';
import { Refusal } from '../refusal';
import { isKnownMachine, type SaidWay } from './find-machine';

/**
 * Refuses `MACHINE USER PASSWORD` where all three are machines that are known: the second and the third would be sent to
 * the first as a user and a password.
 */
export async function refuseSeveral(
  words: readonly [string, string, string],
  { targets }: SaidWay,
  around: Surroundings,
): Promise<void> {
  // The user first: most of them are no machine, and then nothing more is looked at.
  for (const word of [words[1], words[2], words[0]]) {
    if (!(await isKnownMachine(word, targets, around))) return;
  }
  const quote = around.console.platform === 'win32' ? '"' : "'";
  const line = `slmgr ${quote}${words.join(',')}${quote} /VERB`;
  throw new Refusal(
    `${words.join(', ')} are three machines: what stands behind the first would be sent to it as a user ` +
      `and a password. Nothing was sent. For several machines: ${line}`,
  );
}
