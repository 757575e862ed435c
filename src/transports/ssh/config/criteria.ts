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

  next(): Criterion | null {
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
  const answers: Answer[] = [];
  for (let next = criteria.next(); next !== null; next = criteria.next()) {
    const isLast = next.name === 'all';
    if (isLast && (answers.length > 1 || !criteria.isAtEnd))
      throw new CriteriaError('Match all stands alone');
    answers.push(answerTo(next, criteria, candidate));
    if (isLast) break;
  }
  if (answers.length === 0) throw new CriteriaError('Match has no criterion');
  return {
    active: outcome(answers),
    wantsFinalPass: answers.some(({ name, isNegated }) => name === 'final' && !isNegated),
  };
}

interface Criterion {
  readonly name: string;
  readonly isNegated: boolean;
}

type Answer = Criterion & { readonly holds: boolean | 'unsure' };

function answerTo(criterion: Criterion, criteria: Criteria, candidate: Candidate): Answer {
  const { name, isNegated } = criterion;
  const found = foundFor(name, criteria, candidate);
  return { ...criterion, holds: found === 'unsure' ? found : found !== isNegated };
}

function foundFor(name: string, criteria: Criteria, candidate: Candidate): boolean | 'unsure' {
  if (name === 'all') return true;
  if (name === 'final' || name === 'canonical') return candidate.isFinalPass;
  return answer(name, criteria.value(name), candidate);
}

function outcome(answers: readonly Answer[]): Active {
  if (answers.some(({ holds }) => holds === false)) return no;
  const unsure = answers.filter(({ holds }) => holds === 'unsure').map(({ name }) => name);
  return unsure.length === 0 ? yes : { kind: 'unsure', why: `Match ${unsure.join(' and ')}` };
}
