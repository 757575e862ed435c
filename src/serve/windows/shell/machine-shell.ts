import { type Buffer } from 'node:buffer';
import { setImmediate } from 'node:timers/promises';
import { readCmdLine } from './cmd/run';
import { type DefaultShell } from './default-shell';
import { NotSimulated, problemOf } from './not-simulated';
import {
  homeFolder,
  signInEnvironment,
  type Action,
  type Machine,
  type MachinePrograms,
  type Process,
  type Reading,
  type ShellFacts,
} from './process';
import { readScript } from './engine/read-script';
import { programs as commands } from './programs/index';

/** What a command left behind. The exit code is Windows' full number, as an unsigned 32-bit value. */
export interface CommandOutcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Longest command line of Windows, in characters (CreateProcess). */
export const longestLine = 32_767;
/** Most that the commands of one line may print, in characters. */
const mostOutput = 8 * 1024 * 1024;
/** Most commands that one line may run. */
const mostSteps = 10_000;

/** A command line, and whether somebody still waits for what it does. */
export interface CommandCall {
  readonly line: string;
  readonly stdin: Buffer;
  readonly signal?: AbortSignal;
  /** What runs it; cmd.exe unless told. */
  readonly shell?: DefaultShell;
}

/**
 * Runs a command line in the machine's default shell. All of it is read before anything of it runs: a line
 * that asks for what is not simulated ends with {@link notSimulatedStatus}, and nothing was done. Rejects where nobody
 * waits for the line any more, and where it runs or prints without end.
 */
export async function runCommandLine(
  call: CommandCall,
  facts: ShellFacts,
  programs: MachinePrograms,
): Promise<CommandOutcome> {
  const action = readLine(call.line, facts, call.shell);
  if ('exitCode' in action) return action;
  const [stdout, stderr]: [string[], string[]] = [[], []];
  const machine = machineOf(facts, programs, call.signal);
  const written = (texts: string[]) => (text: string) => {
    machine.spend(text.length);
    texts.push(text);
  };
  const process = signedIn(machine);
  let exitCode: number;
  try {
    const io = { stdin: call.stdin, out: written(stdout), err: written(stderr) };
    exitCode = (await action.run(process, io)) ?? 0;
  } catch (error) {
    const problem = problemOf(error, 'The line was ended there.');
    if (problem === null) throw error;
    stderr.push(problem.stderr);
    exitCode = problem.exitCode;
  }
  return { exitCode: exitCode >>> 0, stdout: stdout.join(''), stderr: stderr.join('') };
}

/** What a command line takes on standard input: nothing, text, a request for our script, or a talk with the agent. */
export function inputOf(
  line: string,
  facts: ShellFacts,
  shell?: DefaultShell,
): 'text' | 'bridge' | 'agent' | null {
  const action = readLine(line, facts, shell);
  return 'exitCode' in action ? null : (action.input ?? null);
}

function readLine(
  line: string,
  facts: ShellFacts,
  shell: DefaultShell = { kind: 'cmd' },
): Action | CommandOutcome {
  if (line.length > longestLine)
    return { exitCode: 1, stdout: '', stderr: 'The command line is too long.\r\n' };
  try {
    const env = signInEnvironment(facts);
    const reading: Reading = {
      facts,
      commands,
      env,
      folder: homeFolder(facts.user),
      open: new Set(),
      depth: 0,
    };
    switch (shell.kind) {
      case 'cmd':
        return readCmdLine(line, reading);
      case 'powershell':
        return readScript(line, reading);
      case 'other':
        throw new NotSimulated(`the default shell ${shell.path}`);
    }
  } catch (error) {
    const problem = problemOf(error, 'Nothing of the line was run.');
    if (problem === null) throw error;
    return problem;
  }
}

/** A machine for the commands of one line, with the bounds of a line. */
export function machineOf(facts: ShellFacts, programs: MachinePrograms, signal?: AbortSignal): Machine {
  let [printed, steps] = [0, 0];
  return {
    ...{ facts, programs, commands },
    ...(signal === undefined ? {} : { signal }),
    step: async () => {
      steps += 1;
      if (steps > mostSteps) throw new RangeError('the line runs too many commands');
      // Other clients have their turn between two commands.
      await setImmediate();
      signal?.throwIfAborted();
    },
    spend: (characters) => {
      printed += characters;
      if (printed > mostOutput) throw new RangeError('the commands of the line print too much');
    },
  };
}

/** A process of who signed in, in the user's own folder. */
export function signedIn(machine: Machine): Process {
  const env = signInEnvironment(machine.facts);
  const { files } = machine.programs;
  files.makeFolders(env.get('TEMP') ?? '');
  const home = homeFolder(machine.facts.user);
  return { machine, env, folder: files.find(home)?.path ?? 'C:' };
}
