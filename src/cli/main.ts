import { findVerb } from '../verbs/table';
import { splitOptions, type SplitCommandLine } from './argv/split-options';
import { route } from './argv/route';
import { bundles } from './bundles';
import { commandNames } from './command-names';
import type { Console } from './console';
import { refused } from './exit-status';
import { completeWord, scriptHostWord } from './hidden-words';
import { stripControls } from './output/controls';
import { documentLine } from './output/document';
import { showVersion } from './version';
import { runVerbLine } from './verb-line';

/**
 * The program: a command line in, the status that the process ends with out. Long options are taken out first; then
 * one of the two grammars reads the rest.
 */
export async function main(argv: readonly string[], console: Console): Promise<number> {
  if (argv[0] === scriptHostWord) return bundles.commands().runScriptHost(argv.slice(1), console);
  if (argv[0] === completeWord) return bundles.commands().printCompletions(argv.slice(1), console);
  const line = splitOptions(argv);
  if (line.problem !== null) return refuse(line.problem, line, console);
  if (line.options.version === true) return showVersion(console, line.options.json === true);
  const chosen = route(line, commandNames, (name) => findVerb(name) !== undefined);
  if (chosen.grammar === 'command') {
    return bundles.commands().runSubcommand({ ...chosen, options: line.options }, console, main);
  }
  if (line.options.help === true) return bundles.commands().showHelp(chosen.words, console);
  return runVerbLine({ words: chosen.words, options: line.options, self: null }, console);
}

function refuse(problem: string, line: SplitCommandLine, console: Console): number {
  if (line.options.json === true) {
    const facts = { verb: null, target: null, ok: false, exitCode: refused, hresult: null, data: null };
    console.out(documentLine({ ...facts, messages: [problem] }));
  } else {
    console.err(`slmgr: ${stripControls(problem)}\n`);
  }
  return refused;
}
