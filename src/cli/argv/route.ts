import { type SplitCommandLine } from './split-options';

/** The tree of subcommand names: what may stand behind each first word; null where anything may. */
export type CommandNames = Readonly<Record<string, readonly string[] | null>>;

/** Which of the two grammars reads a command line. */
export type Route =
  | { readonly grammar: 'slmgr'; readonly words: readonly string[] }
  | {
      readonly grammar: 'command';
      readonly words: readonly string[];
      readonly rest: readonly string[] | null;
    };

/**
 * Chooses the grammar. If one of the first four words begins with `/` or `-`, it is slmgr's, even when the first word
 * is `lab` or `kms` (`slmgr lab /dlv` is the machine named lab). A path is no verb where a subcommand takes one: in
 * `lab export /tmp/estate.json` the two words in front name a subcommand and the third is no verb of slmgr's.
 * Without such a word a first word that names a subcommand wins; everything else is slmgr's, which then complains.
 */
export function route(
  line: Pick<SplitCommandLine, 'words' | 'rest'>,
  names: CommandNames,
  isVerb: (name: string) => boolean,
): Route {
  const words = line.words;
  const slmgr: Route = { grammar: 'slmgr', words: [...words, ...(line.rest ?? [])] };
  if (!namesCommand(words, names)) return slmgr;
  const command: Route = { grammar: 'command', words, rest: line.rest };
  // What help is asked about may be a verb. A machine of that name is `help.` or `ssh://help`.
  if (words[0]?.toLowerCase() === 'help') return command;
  const verb = words.slice(0, 4).find(looksLikeVerb);
  if (verb === undefined) return command;
  return isVerb(verb.slice(1).toLowerCase()) || !namesSubcommand(words, names) ? slmgr : command;
}

/** A lone `-` stands for a password to be asked for, or for standard input. */
function looksLikeVerb(word: string): boolean {
  return (word.startsWith('/') || word.startsWith('-')) && word !== '-';
}

function namesCommand(words: readonly string[], names: CommandNames): boolean {
  return words[0] !== undefined && Object.hasOwn(names, words[0].toLowerCase());
}

function namesSubcommand(words: readonly string[], names: CommandNames): boolean {
  const [first = '', second] = words;
  const below = names[first.toLowerCase()];
  if (below === null) return words.length > 1;
  return below?.includes((second ?? '').toLowerCase()) ?? false;
}
