import { NotSimulated } from '../not-simulated';
import { argumentsOf } from '../programs/arguments';

/** The words behind a built-in command. */
export interface BuiltInWords {
  readonly switches: readonly string[];
  readonly words: readonly string[];
}

/** Splits them: quotes taken away, switches in lower case; refuses those that are not known, and patterns of names. */
export function builtInWords(name: string, tail: string, known: readonly string[]): BuiltInWords {
  // A backslash in front of a closing quote ends a folder's name, and is no escape here.
  const all = argumentsOf(tail.replaceAll(/\\(?="(?:\s|$))/g, ''));
  const [switches, words]: [string[], string[]] = [[], []];
  for (const word of all) {
    if (/^\/-?[a-z?](?::\S*)?(?:\/-?[a-z](?::\S*)?)*$/i.test(word))
      switches.push(...word.toLowerCase().split(/(?=\/)/));
    else words.push(word);
  }
  const other = switches.find((each) => !known.includes(each));
  if (other !== undefined) throw new NotSimulated(`${name} ${other}`);
  const pattern = words.find((word) => /[*?]/.test(word));
  if (pattern !== undefined) throw new NotSimulated(`${name} ${pattern}: names with * and ?`);
  return { switches, words };
}
