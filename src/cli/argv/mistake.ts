import { distance, nearest } from '../../licensing/nearest';
import { withoutHostWords, type Complaint } from '../../verbs/grammar';
import { findVerb, verbs } from '../../verbs/table';
import { commandNames } from '../command-names';
import { optionNames } from '../options';
import { listed } from './listed';
import { meantLine } from './meant-words';
import { isStrayOption, isVerbWord } from './verb-word';

const verbNames = verbs.map(({ name }) => name);
const ownOptions = optionNames(['everywhere', 'verbs']);
const helpWords: ReadonlySet<string> = new Set(['?', 'h', 'help', 'usage']);
/** Commands that are about one machine, one file or one number, which stands behind them. */
const withOperand: ReadonlySet<string> = new Set(
  'apply check check-connection explain forecast plan snapshot targets'.split(' '),
);
const lists = '"slmgr help" lists verbs and commands.';

/**
 * A mistake that is no line of slmgr's own: a long option that nobody has, or a command that nobody knows. Null where
 * slmgr's grammar is to judge.
 */
export function foreignMistake(words: readonly string[]): string | null {
  return unknownOption(words) ?? unknownCommand(words);
}

/** A word with two hyphens is an option with a typing error, unless it is a verb with a hyphen too many. */
function unknownOption(words: readonly string[]): string | null {
  const stray = words.find(isStrayOption);
  if (stray === undefined) return null;
  const name = stray.replace(/^--|=.*$/g, '');
  const isFirst = words.slice(0, 4).find((word) => /^[/-]./.test(word)) === stray;
  if (isFirst && findVerb(name) !== undefined) return null;
  const near = nearest(name, ownOptions);
  const hint = near === null ? ' "slmgr help" lists the options.' : ` Did you mean --${near}?`;
  return `Unknown option ${stray}.${hint} What stands behind -- is no option.`;
}

/** The first word where it is nearer to a command than to a verb; no verb stands on the line. */
function unknownCommand(words: readonly string[]): string | null {
  const [first = ''] = words;
  if (first === '' || words.slice(0, 4).some(isVerbWord)) return null;
  if (findVerb(first) !== undefined) return null;
  const meant = meantLine(first);
  if (meant !== null && words.length === 1)
    return `There is no command "${first}". Did you mean "slmgr ${meant}"?`;
  const below = groupsWith(first);
  if (below.length > 0) return `There is no command "${first}". Did you mean ${alternatives(below)}?`;
  const near = nearestCommand(first);
  if (near === null) return null;
  const verb = nearest(first, verbNames);
  const isVerb = verb !== null && distance(first.toLowerCase(), verb) < distance(first.toLowerCase(), near);
  return isVerb ? null : `There is no command "${first}". Did you mean "slmgr ${near}"?`;
}

function nearestCommand(word: string): string | null {
  return nearest(word, Object.keys(commandNames));
}

/** `list` is a command of `lab`. */
function groupsWith(word: string): readonly string[] {
  return Object.entries(commandNames)
    .filter(([, below]) => below?.includes(word.toLowerCase()))
    .map(([group]) => `slmgr ${group} ${word.toLowerCase()}`);
}

function alternatives(lines: readonly string[]): string {
  return listed(
    lines.map((line) => `"${line}"`),
    'or',
  );
}

/** What a line that slmgr refuses probably meant, in one sentence or two. Words that may be a password are not repeated. */
export function hintOf(complaint: Complaint, words: readonly string[]): string {
  switch (complaint.kind) {
    case 'unrecognized-option':
      return optionHint(complaint.option);
    case 'missing-parameter':
      return `/${complaint.verb} needs ${complaint.parameter}: "slmgr help ${complaint.verb}" shows how.`;
    case 'invalid-combination':
      return combinationHint(withoutHostWords(words));
  }
}

function optionHint(option: string): string {
  const name = option.replace(/^[/-]+/, '').toLowerCase();
  if (helpWords.has(name)) return `${option} is no verb; "slmgr help" shows help.`;
  const meant = meantBy(name);
  return `${option} is no verb. ${meant === null ? lists : `Did you mean ${meant}?`}`;
}

function meantBy(name: string): string | null {
  if (findVerb(name) !== undefined) return `/${name}`;
  if (Object.hasOwn(commandNames, name)) return `"slmgr ${name}"`;
  if (ownOptions.some((option) => option === name)) return `--${name}`;
  const verb = nearest(name, verbNames);
  if (verb !== null) return `/${verb}`;
  const option = nearest(name, ownOptions);
  if (option !== null) return `--${option}`;
  const command = nearestCommand(name);
  return command === null ? null : `"slmgr ${command}"`;
}

function combinationHint(words: readonly string[]): string {
  const [first] = words;
  if (first === undefined) return `No verb was given. ${lists}`;
  const verb = words.findIndex((word) => /^[/-]./.test(word));
  if (verb > 3) return 'At most three words stand in front of a verb: Machine, User and Password.';
  if (verb === 2 && withOperand.has(first.toLowerCase())) {
    const [, machine = '', option = ''] = words;
    return `A command takes no verb. Did you mean "slmgr ${first} ${machine}" or "slmgr ${machine} ${option}"?`;
  }
  if (verb === 2) return `A user name needs a password behind it: Machine User Password ${words[2] ?? ''}`;
  if (verb !== -1) return `The words in front of ${words[verb] ?? ''} are no machine. ${lists}`;
  return wordHint(words, first);
}

/** What words without a verb were probably meant to be. */
function wordHint(words: readonly string[], first: string): string {
  const bare = words.slice(0, 4).findIndex((word) => findVerb(word) !== undefined);
  if (bare !== -1) return `A verb begins with /. Did you mean ${bareLine(words, bare)}?`;
  const turned = turnedLine(words);
  if (turned !== null) return `A command stands before what it is about. Did you mean "${turned}"?`;
  const glued = gluedLine(words);
  if (glued !== null) return `A blank stands between a machine and its verb. Did you mean "${glued}"?`;
  const last = words.at(-1) ?? '';
  const meant = words.length === 2 ? meantLine(last) : null;
  if (meant?.startsWith('/') === true) return `"${last}" is no verb. Did you mean "slmgr ${first} ${meant}"?`;
  const near = words.length > 2 ? null : nearest(last, verbNames);
  if (near !== null) return `"${last}" is neither a verb nor a command. Did you mean /${near}?`;
  return `"${first}" is neither a verb nor a command; with a machine a verb follows: slmgr ${first} /dli`;
}

/** `PC-001 check`: a machine, as before a verb, and then a command. */
function turnedLine([first = '', second = '', ...more]: readonly string[]): string | null {
  const command = second.toLowerCase();
  return withOperand.has(command) && more.length === 0 ? `slmgr ${command} ${first}` : null;
}

/** `PC-001/dli`, `PC-001:/dli` and a machine and its verb in one pair of quotes. */
function gluedLine([first = '']: readonly string[]): string | null {
  const [, machine, verb = ''] = /^([^\s/:]+)[\s:]*\/([a-z-]+)(?:\s.*)?$/i.exec(first) ?? [];
  if (machine === undefined || findVerb(verb) === undefined) return null;
  return `slmgr ${machine} /${verb.toLowerCase()}`;
}

function bareLine(words: readonly string[], at: number): string {
  const verb = `/${(words[at] ?? '').toLowerCase()}`;
  if (at === 0) return `"slmgr ${verb}"`;
  return at === 1 ? `"slmgr ${words[0] ?? ''} ${verb}"` : verb;
}
