import { findVerb } from '../verbs/table';
import { splitOptions, type SplitCommandLine } from './argv/split-options';
import { mayBeForeign } from './argv/verb-word';
import { route } from './argv/route';
import { commandNames } from './command-names';
import type { Console } from './console';
import { refused } from './exit-status';
import { completeWord, scriptHostWord } from './hidden-words';
import type { RunProgram, Surroundings } from './parts';
import { documentLine } from './output/document';
import { tell } from './output/tell';
import { showVersion } from './version';
import { runVerbLine } from './verb-line';

/** The program with its last word: output that could not be written is an error, whatever was done. */
export async function program(argv: readonly string[], around: Surroundings): Promise<number> {
  const status = await main(argv, around);
  const { out, err } = await around.console.unwritten();
  if (out === null && err === null) return status;
  if (out !== null) around.console.err(`slmgr: Standard output cannot be written: ${out}.\n`);
  return out === null && status !== 0 ? status : statusOfLoss(argv, around);
}

function statusOfLoss(argv: readonly string[], { parts }: Surroundings): number {
  const chosen = route(splitOptions(argv), commandNames, (name) => findVerb(name) !== undefined);
  return chosen.grammar === 'command' ? parts.commands().usageStatus(chosen.words) : refused;
}

/**
 * The program: a command line in, the status that the process ends with out. Long options are taken out first; then
 * one of the two grammars reads the rest.
 */
export async function main(argv: readonly string[], around: Surroundings): Promise<number> {
  const { console, parts } = around;
  if (argv[0] === scriptHostWord) return parts.commands().runScriptHost(argv.slice(1), around);
  if (argv[0] === completeWord) return parts.commands().printCompletions(argv.slice(1), around);
  const line = splitOptions(argv);
  if (line.problem !== null) return refuse(line.problem, line, console);
  if (line.options.version === true) return showVersion(around, line.options.json === true);
  const chosen = route(line, commandNames, (name) => findVerb(name) !== undefined);
  if (chosen.grammar === 'command') {
    const run: RunProgram = (words, console) => main(words, { console, parts });
    return parts.commands().runSubcommand({ ...chosen, options: line.options }, { console, parts, run });
  }
  if (line.options.help === true) return parts.commands().showHelp(chosen.words, console);
  const mistake = mayBeForeign(line.words) ? parts.mistakes().foreignMistake(line.words) : null;
  if (mistake !== null) return refuse(mistake, line, console);
  return runVerbLine({ words: chosen.words, options: line.options, self: null }, around);
}

function refuse(problem: string, line: SplitCommandLine, console: Console): number {
  if (line.options.json === true) {
    const facts = { verb: null, target: null, ok: false, exitCode: refused, hresult: null, data: null };
    console.out(documentLine({ ...facts, messages: [problem] }));
  } else {
    tell(console, `slmgr: ${problem}`);
  }
  return refused;
}
