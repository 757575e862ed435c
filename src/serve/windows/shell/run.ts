import { type Buffer } from 'node:buffer';
import { setImmediate } from 'node:timers/promises';
import { performFileTask, type MachineFiles } from './files';
import { filtered, type LineFilter } from './filters';
import { interpret, type ShellFacts, type ShellKind, type ShellTask } from './interpret';

/** What a command left behind. The exit code is Windows' full number, as an unsigned 32-bit value. */
export interface CommandOutcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What the simulated machine can really do; both ends with the rights of who signed in. */
export interface MachinePrograms {
  /** slmgr's own words; text with LF ends and the exit code that Windows' script ends with. */
  readonly slmgr: (args: readonly string[]) => Promise<{ readonly text: string; readonly exitCode: number }>;
  /** Our licensing script: its standard input in, its standard output out. */
  readonly bridge: (stdin: string) => Promise<string>;
  readonly files: MachineFiles;
}

const bannerLines =
  'Microsoft (R) Windows Script Host Version 5.812\nCopyright (C) Microsoft Corporation. All rights reserved.\n\n';

/** Longest command line of Windows, in characters (CreateProcess). */
export const longestLine = 32_767;
/** Most that the commands of one line may print, in characters. */
const mostOutput = 8 * 1024 * 1024;

/** A command line, and whether somebody still waits for what it does. */
export interface CommandCall {
  readonly line: string;
  readonly stdin: Buffer;
  readonly shell: ShellKind;
  readonly signal?: AbortSignal;
}

/**
 * Runs what a command line asks for, one task after the other; the exit code is the last one's. Rejects where nobody
 * waits for it any more, and where it prints without end.
 */
export async function runCommandLine(
  command: CommandCall,
  facts: ShellFacts,
  programs: MachinePrograms,
): Promise<CommandOutcome> {
  if (command.line.length > longestLine) return tooLong;
  const done: CommandOutcome[] = [];
  let printed = 0;
  for (const task of interpret(command.line, command.shell, facts)) {
    // Other clients have their turn between two tasks.
    await setImmediate();
    command.signal?.throwIfAborted();
    printed += done.at(-1)?.stdout.length ?? 0;
    if (printed > mostOutput) throw new RangeError('the commands of the line print too much');
    if (task.kind === 'filter') done.push(behind(task.filter, done.pop()));
    else done.push(await runTask(task, command.stdin, programs));
  }
  return {
    exitCode: (done.at(-1)?.exitCode ?? 0) >>> 0,
    stdout: done.map(({ stdout }) => stdout).join(''),
    stderr: done.map(({ stderr }) => stderr).join(''),
  };
}

const tooLong: CommandOutcome = { exitCode: 1, stdout: '', stderr: 'The command line is too long.\r\n' };

/** What is left of a command's output behind a pipe; the status is that of the filter. */
function behind(filter: LineFilter, before: CommandOutcome | undefined): CommandOutcome {
  const { text, exitCode } = filtered(filter, before?.stdout ?? '');
  return { exitCode, stdout: text, stderr: before?.stderr ?? '' };
}

async function runTask(
  task: Exclude<ShellTask, { kind: 'filter' }>,
  stdin: Buffer,
  programs: MachinePrograms,
): Promise<CommandOutcome> {
  switch (task.kind) {
    case 'print':
      return { exitCode: 0, stdout: task.text, stderr: '' };
    case 'slmgr': {
      const { text, exitCode } = await programs.slmgr(task.args);
      return { exitCode, stdout: windowsLines((task.banner ? bannerLines : '') + text), stderr: '' };
    }
    case 'bridge':
      return { exitCode: 0, stdout: await programs.bridge(stdin.toString('latin1')), stderr: '' };
    case 'file': {
      const printed = performFileTask(programs.files, task.task);
      return printed === null
        ? { exitCode: 1, stdout: '', stderr: 'The system cannot find the file specified.\r\n' }
        : { exitCode: 0, stdout: printed, stderr: '' };
    }
    case 'missing-script': {
      const text = `Input Error: Can not find script file "${task.script}".\n`;
      return { exitCode: 1, stdout: windowsLines((task.banner ? bannerLines : '') + text), stderr: '' };
    }
    case 'agent':
      return { exitCode: 1, stdout: '', stderr: 'slmgr: the agent needs a connection of its own.\r\n' };
    case 'unknown':
      return { exitCode: 1, stdout: '', stderr: notFound(task.program, task.shell) };
  }
}

function windowsLines(text: string): string {
  return text.replace(/\r?\n/g, '\r\n');
}

function notFound(program: string, shell: ShellKind): string {
  return shell === 'cmd'
    ? `'${program}' is not recognized as an internal or external command,\r\noperable program or batch file.\r\n`
    : `${program} : The term '${program}' is not recognized as the name of a cmdlet, function, script file, or operable program.\r\n`;
}
