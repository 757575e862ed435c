import yargs from 'yargs';
import type { Console } from '../console';
import type { Command } from './command';
import { wrapText } from '../output/wrap';
import { usageLine, yargsFor } from './parse-words';

const widest = 110;

/** Help of one command: usage, what it does, words, options, examples. */
export async function commandHelp(command: Command, console: Pick<Console, 'width'>): Promise<string> {
  const help = await yargsFor(command).wrap(columns(console)).getHelp();
  const whole =
    command.description === undefined
      ? help
      : help.replace(`${command.summary}.`, () =>
          [`${command.summary}.`, wrapText(command.description ?? '', columns(console))].join('\n\n'),
        );
  return `${whole.trimEnd()}\n\n${examplesOf(command)}`;
}

/** Each example on a line of its own, never broken: it can be copied. What it does stands above it. */
function examplesOf({ examples }: Command): string {
  return ['Examples:', ...examples.flatMap(({ line, does }) => [`  # ${does}`, `  ${line}`])].join('\n');
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
