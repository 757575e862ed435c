import type { Console } from '../console';
import { folded } from './wrap';

/** A message for people on standard error, folded at blanks there. */
export function tell(
  { err, errIsTerminal, width }: Pick<Console, 'err' | 'errIsTerminal' | 'width'>,
  text: string,
): void {
  err(`${folded(text, { terminal: errIsTerminal, width })}\n`);
}
