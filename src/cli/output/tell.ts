import type { Console } from '../console';
import { stripControls } from './controls';
import { folded } from './wrap';

/** A message for people on standard error, harmless to a terminal and folded at blanks there. */
export function tell(
  { err, errIsTerminal, width }: Pick<Console, 'err' | 'errIsTerminal' | 'width'>,
  text: string,
): void {
  err(`${folded(stripControls(text), { terminal: errIsTerminal, width })}\n`);
}
