import { findVerb } from '../verbs/table';
import { splitOptions, type SplitCommandLine } from './argv/split-options';
import { nearest } from './argv/nearest';
import { route } from './argv/route';
import { commandNames } from './command-names';
import type { Console } from './console';
import { refused } from './exit-status';
import { completeWord, scriptHostWord } from './hidden-words';
import { optionNames } from './options';
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
  const unknown = unknownOptionBehindVerb(line.words);
  if (unknown !== null) return refuse(unknown, line, console);
  return runVerbLine({ words: chosen.words, options: line.options, self: null }, around);
}

/** No verb takes a word that begins with two hyphens: behind one it is an option with a typing error. */
function unknownOptionBehindVerb(words: readonly string[]): string | null {
  const verb = words.findIndex((word) => /^[/-]./.test(word) && findVerb(word.slice(1)) !== undefined);
  const stray = words.find((word, at) => verb !== -1 && at > verb && /^--[a-z]/i.test(word));
  if (stray === undefined) return null;
  const name = stray.replace(/^--|=.*$/g, '');
  const near = nearest(name, optionNames(['everywhere', 'verbs']));
  const hint = near === null ? '' : ` Did you mean --${near}?`;
  return `Unknown option ${stray}.${hint} What stands behind -- is no option.`;
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
