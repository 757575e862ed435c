import { idProblem } from '../../verbs/arguments';
import type { CommandLine } from '../../verbs/grammar';

/** A word that stands for an activation ID and can be none, which slmgr only fails to find; null where there is none. */
export function wrongId({ verb, args }: Extract<CommandLine, { readonly kind: 'call' }>): string | null {
  const at = verb.parameters.findIndex(({ name }) => name === 'activationId');
  const word = args[at] ?? '';
  return verb.parameters[at]?.choices?.includes(word.toLowerCase()) === true
    ? null
    : idProblem(word, 'activation ID');
}
