import { NotSimulated } from '../not-simulated';
import { changed } from './expand';

/** `!NAME!`, `!NAME:~FROM,LENGTH!`, `!NAME:OLD=NEW!`: a variable of delayed expansion, whatever its name has in it. */
const variable = /!([^!:]+)(?::([^!]*))?!/g;

/** Replaces the variables of delayed expansion; one that is not set is nothing, and so is a mark that is left over. */
export function expandDelayed(text: string, valueOf: (name: string) => string | undefined): string {
  return text
    .replaceAll(variable, (whole, name: string, change?: string) => {
      const value = valueOf(name);
      if (value === undefined) return '';
      return change === undefined ? value : changed(value, change, whole);
    })
    .replaceAll('!', '');
}

/**
 * Whether only the run will tell what a text becomes.
 * @throws NotSimulated for a change of a value that is not simulated, before anything runs
 */
export function hasDelayed(text: string): boolean {
  for (const [whole, , change] of text.matchAll(variable))
    if (change !== undefined) changed('', change, whole);
  return text.includes('!');
}

/** @throws NotSimulated where a list has variables: how many there are only the run will tell */
export function refuseDelayed(items: readonly string[]): void {
  if (items.some((item) => item.includes('!')))
    throw new NotSimulated('a list of for that only the run will tell');
}
