import { version } from '../../package.json';
import { errorMessage } from '../transports/error-facts';
import { harmlessExcerpt } from '../transports/harmless-text';

/** What is said of a defect: one line that asks for a report, and the stack for those who asked for `--debug`. */
export function internalError(error: unknown, debug: boolean): string {
  const what = harmlessExcerpt(errorMessage(error), 300).replace(/\.$/, '');
  const stack = debug && error instanceof Error ? `${error.stack ?? ''}\n` : '';
  const how = debug ? '' : ', with what --debug adds';
  return `slmgr: internal error in version ${version}: ${what}. This is a defect: please report it${how}.\n${stack}`;
}
