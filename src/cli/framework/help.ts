import yargs from 'yargs';
import type { Console } from '../console';
import type { Command } from './command';
import { wrapText } from '../output/wrap';
import { usageLine, yargsFor } from './parse-words';

const widest = 110;

/** Help of one command: usage, what it does, words, options, examples. */
export async function commandHelp(command: Command, console: Pick<Console, 'width'>): Promise<string> {
  const help = await yargsFor(command).wrap(columns(console)).getHelp();
  return command.description === undefined
    ? help
    : help.replace(`${command.summary}.`, () =>
        [`${command.summary}.`, wrapText(command.description ?? '', columns(console))].join('\n\n'),
      );
}

/** Help of a group ("lab"): its commands with their summaries. */
export async function groupHelp(
  commands: readonly Command[],
  group: string,
  console: Pick<Console, 'width'>,
): Promise<string> {
  const parser = yargs()
    .scriptName('slmgr')
    .locale('en')
    .exitProcess(false)
    .help(false)
    .version(false)
    .usage(`slmgr ${group} <command>`)
    .wrap(columns(console))
    .epilogue(`"slmgr ${group} <command> --help" shows a command's words, options and examples.`);
  for (const command of commands) {
    if (command.name.startsWith(`${group} `)) parser.command(usageLine(command), command.summary);
  }
  return parser.getHelp();
}

/** Columns that help is wrapped to. */
export function columns({ width }: Pick<Console, 'width'>): number {
  return Math.max(60, Math.min(width, widest));
}
