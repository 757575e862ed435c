import { isExpression } from '../../fleet/targets/is-expression';
import type { OptionValues } from '../argv/option-values';
import { UsageError } from '../framework/command';
import { chooseMany, runOptionOf } from '../runs/own-options';

/**
 * Whether the words and options of a command mean several machines: then it is a run.
 * @throws UsageError where one machine is meant and an option has no meaning for it
 */
export function manyMeant(words: readonly string[], options: OptionValues): boolean {
  if (chooseMany(options) || words.some(isExpression)) return true;
  const name = runOptionOf(options);
  if (name !== null) throw new UsageError(`--${name} belongs to lines about many machines: 'PC-*', --where.`);
  return false;
}
