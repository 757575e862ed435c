import * as z from 'zod';
import type { Laboratory } from '../../../lab/estate/laboratory';
import { EstateError } from '../../../lab/estate/errors';
import { listMachines, showMachine } from '../../../lab/estate/machines';
import { fitsPattern } from '../../../lab/estate/name-pattern';
import { evaluate } from '../../../fleet/targets/evaluate';
import { parseExpression } from '../../../fleet/targets/expression';
import { isExpression } from '../../../fleet/targets/is-expression';
import { joinSources } from '../../../fleet/targets/known-targets';
import { text } from '../../framework/fields';
import type { Positional } from '../../framework/command';
import { labAddress } from '../../targets/lab-address';

/** A machine's name as a word of a command. */
export const machineWord: Positional = { name: 'name', summary: 'Name of a lab machine', holds: 'machine' };

/** Name of a machine that exists, also as lab://NAME; the estate knows which do. */
export const machineName = text.transform((word) => labAddress(word) ?? word);

/** Names of machines as words of a command. */
export const machineWords: Positional = {
  name: 'names',
  summary: "Names of lab machines, or expressions of them: 'PC-0*', 'PC-[01-10]', '@all!SRV-*'",
  many: true,
  holds: 'machine',
};

/** Names of machines that exist. */
export const machineNames = z.array(machineName).min(1, 'a name is missing');

/**
 * The names as the estate writes them, each once, with those that fit a pattern. A name that is not there stops a command before it has done anything.
 * @throws EstateError for a name of no machine
 */
export function namesThatExist(laboratory: Laboratory, names: readonly string[]): readonly string[] {
  const found = names.flatMap((name) => {
    if (!isExpression(name)) return [showMachine(laboratory, name).state.name];
    return /[,[\]!&@]/.test(name) ? namesMeant(laboratory, name) : namesThatFit(laboratory, name);
  });
  return [...new Set(found)];
}

/** The machines of the estate that an expression means. */
function namesMeant(laboratory: Laboratory, expression: string): readonly string[] {
  const names = listMachines(laboratory).map(({ state }) => state.name);
  try {
    const known = joinSources([{ kind: 'lab', label: 'lab', names, groups: new Map() }]);
    return evaluate(parseExpression(expression), known);
  } catch (error) {
    if (error instanceof Error && error.name === 'ExpressionError')
      throw new EstateError('not-found', error.message);
    throw error;
  }
}

function namesThatFit(laboratory: Laboratory, pattern: string): readonly string[] {
  const found = listMachines(laboratory)
    .map(({ state }) => state.name)
    .filter((name) => fitsPattern(name, pattern));
  if (found.length === 0)
    throw new EstateError('not-found', `No machine fits ${pattern}: "slmgr lab list" shows them.`);
  return found;
}

/** JSON of an instant. */
export const isoTime = z.iso.datetime();

/** The JSON form of an instant in epoch milliseconds. */
export function iso(at: number): string {
  return new Date(at).toISOString();
}

/** The JSON form of an instant that may be missing. */
export function isoOrNull(at: number | null): string | null {
  return at === null ? null : iso(at);
}
