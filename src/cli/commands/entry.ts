import { catalogue } from '../../licensing/catalogue/catalogue';
import { findVerb, verbs } from '../../verbs/table';
import { complete, files } from '../completion/complete';
import type { Console } from '../console';
import { refused } from '../exit-status';
import { filesFitStatus } from '../hidden-words';
import type { CommandLine, RunProgram, Surroundings } from '../parts';
import { renderHelp } from '../framework/help-page';
import { findCommand, runCommand } from '../framework/run-command';
import { mainPage, verbPage } from '../manual/verb-help';
import { commands } from './index';

export { explainShortly } from './explain';
export { runScriptHost } from '../script-host/run-script-host';

/** Runs a subcommand; the status that the process ends with. */
export function runSubcommand(
  line: CommandLine,
  around: Surroundings & { readonly run: RunProgram },
): Promise<number> {
  return runCommand(commands, line, around);
}

/** The status of wrong words of the subcommand that words name: 1, for a monitoring plugin 3. */
export function usageStatus(words: readonly string[]): number {
  return findCommand(commands, words)?.usageStatus ?? refused;
}

/** `slmgr --help`, `slmgr /ipk --help`: help of the program, or of the verb that the words have. */
export function showHelp(words: readonly string[], console: Console): number {
  const verb = words.map((word) => (/^[/-]./.test(word) ? findVerb(word.slice(1)) : undefined)).find(Boolean);
  console.out(renderHelp(verb === undefined ? mainPage(commands) : verbPage(verb), console));
  return 0;
}

/** Prints completion candidates, one a line, or says by its status that files fit. Never complains: a shell is listening. */
export function printCompletions(words: readonly string[], around: Surroundings): number {
  const found = complete(words, {
    commands,
    verbs: verbs.map(({ name }) => name),
    machines: () => around.parts.lab().machineNames(around),
    products: () => catalogue().editions.map(({ friendlyName }) => friendlyName),
  });
  if (found === files) return filesFitStatus;
  around.console.out(found.map((candidate) => `${candidate}\n`).join(''));
  return 0;
}
