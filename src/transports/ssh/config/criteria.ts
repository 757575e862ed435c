import { matchesHostList, matchesList, matchesPattern } from '../patterns';

/** Whether lines hold: `unsure` where that hangs on something which is not asked here, as `why` says. */
export type Active =
  { readonly kind: 'yes' } | { readonly kind: 'no' } | { readonly kind: 'unsure'; readonly why: string };

export const yes: Active = { kind: 'yes' };
export const no: Active = { kind: 'no' };

/** What the criteria of a Match line are held against. */
export interface Candidate {
  /** As the configuration names it so far. */
  readonly host: string;
  readonly originalHost: string;
  readonly user: string;
  readonly localUser: string;
  readonly isFinalPass: boolean;
}

/** What came of a Match line. */
export interface Matched {
  readonly active: Active;
  /** The files have to be read a second time, with the host's final name. */
  readonly wantsFinalPass: boolean;
}

/** A line that OpenSSH would refuse as well. The message is the end of a sentence. */
export class CriteriaError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CriteriaError';
  }
}

/** Whether the patterns of a Host line are about a host: one that is excluded ends the search. */
export function matchesHostLine(patterns: readonly string[], host: string): boolean {
  let isMatched = false;
  for (const pattern of patterns) {
    const isExcluded = pattern.startsWith('!');
    if (!matchesPattern(host, isExcluded ? pattern.slice(1) : pattern)) continue;
    if (isExcluded) return false;
    isMatched = true;
  }
  return isMatched;
}

/** Criteria whose answer is not looked for here: commands are not run, and versions of OpenSSH differ about the rest. */
const unasked = ['exec', 'localnetwork', 'version', 'tagged', 'command', 'sessiontype'];

function answer(name: string, value: string, candidate: Candidate): boolean | 'unsure' {
  switch (name) {
    case 'host':
      return matchesHostList(candidate.host, value);
    case 'originalhost':
      return matchesHostList(candidate.originalHost, value);
    case 'user':
      return matchesList(candidate.user, value);
    case 'localuser':
      return matchesList(candidate.localUser, value);
    default:
      if (unasked.includes(name)) return 'unsure';
      throw new CriteriaError(`Match does not know ${name}`);
  }
}

/** The next criterion of a line: its value may stand behind `=`. */
class Criteria {
  readonly #words: string[];

  constructor(words: readonly string[]) {
    this.#words = [...words];
  }

  next(): { readonly name: string; readonly isNegated: boolean } | null {
    const word = this.#words.shift();
    if (word === undefined) return null;
    const isNegated = word.startsWith('!');
    const equals = word.indexOf('=');
    if (equals > 0) this.#words.unshift(word.slice(equals + 1));
    const name = word.slice(isNegated ? 1 : 0, equals > 0 ? equals : undefined);
    return { name: name.toLowerCase(), isNegated };
  }

  /** The value of a criterion that has just been named. */
  value(name: string): string {
    const first = this.#words.shift();
    const value = first === '=' ? this.#words.shift() : first?.replace(/^=(?=.)/s, '');
    if (value === undefined || (value === '' && name !== 'tagged' && name !== 'command'))
      throw new CriteriaError(`Match ${name} has no value`);
    return value;
  }

  get isAtEnd(): boolean {
    return this.#words.length === 0;
  }
}

/** Judges a Match line. Throws a {@link CriteriaError} for one that OpenSSH would refuse too. */
export function matchesCriteria(words: readonly string[], candidate: Candidate): Matched {
  const criteria = new Criteria(words);
  let holds = true;
  let wantsFinalPass = false;
  const unsure: string[] = [];
  let count = 0;
  for (let next = criteria.next(); next !== null; next = criteria.next()) {
    const { name, isNegated } = next;
    if (name === 'all') {
      if (count > 1 || !criteria.isAtEnd) throw new CriteriaError('Match all stands alone');
      holds &&= !isNegated;
      count += 1;
      break;
    }
    count += 1;
    if (name === 'final' || name === 'canonical') {
      wantsFinalPass ||= name === 'final' && !isNegated;
      holds &&= candidate.isFinalPass !== isNegated;
      continue;
    }
    const found = answer(name, criteria.value(name), candidate);
    if (found === 'unsure') unsure.push(name);
    else holds &&= found !== isNegated;
  }
  if (count === 0) throw new CriteriaError('Match has no criterion');
  return { active: outcome(holds, unsure), wantsFinalPass };
}

function outcome(holds: boolean, unsure: readonly string[]): Active {
  if (!holds) return no;
  return unsure.length === 0 ? yes : { kind: 'unsure', why: `Match ${unsure.join(' and ')}` };
}
