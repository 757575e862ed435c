import { Buffer } from 'node:buffer';
import { localMachineName } from '../../../lab/estate/names';
import type { Laboratory } from '../../../lab/estate/laboratory';
import { catchUp } from '../../../lab/estate/perform';
import { filesAsPrograms } from '../machine';
import { machineSystem } from '../machine-system';
import { ownPrograms } from '../served-machine';
import { MachineFiles } from './file-system';
import { machineOf as boundedMachine, signedIn } from './machine-shell';
import { NotSimulated, notSimulatedStatus, problemOf } from './not-simulated';
import { readingIn, signInEnvironment, type Machine, type ShellFacts } from './process';
import { exactTail, tailOf } from './programs/arguments';
import { programs } from './programs/index';
import { systemPrograms } from './programs/system-programs';
import { type MachineSystem } from './system';

/** A program of the machine, started on this computer: its words, its streams and this computer's files. */
export interface ProgramStart {
  readonly machine: string;
  readonly program: string;
  readonly words: readonly string[];
  /** Standard input as far as it answers a question. */
  readonly stdin: () => Buffer;
  /** All of standard input. */
  readonly allInput: () => Buffer;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly files: Pick<MachineSystem, 'readFile' | 'writeFile'>;
}

/** Runs a program of a lab machine as the estate's own administrator; the status that Windows ends it with. */
export async function runMachineProgram(laboratory: Laboratory, start: ProgramStart): Promise<number> {
  const shell = shells.get(start.program);
  if (shell !== undefined) return await runShell(laboratory, start, shell);
  const command = systemPrograms.get(start.program);
  if (command === undefined) throw new RangeError(`${start.program} is no program of a machine`);
  await catchUp(laboratory);
  const system = { ...machineSystem(laboratory, start.machine, null), ...start.files };
  const { name, running } = system.state();
  if (!running) {
    start.err(`slmgr: ${name} is stopped: start it with "slmgr lab start ${name}".\r\n`);
    return 1;
  }
  const facts = factsOf(name);
  const env = signInEnvironment(facts);
  try {
    const action = command(` ${exactTail(start.words)}`, {
      ...{ facts, env, commands: systemPrograms },
      ...{ folder: '', open: new Set<string>(), depth: 0 },
    });
    const io = {
      get stdin() {
        return start.stdin();
      },
      out: start.out,
      err: start.err,
    };
    return (await action.run({ machine: machineOf(facts, system), env, folder: '' }, io)) ?? 0;
  } catch (error) {
    if (!(error instanceof NotSimulated)) throw error;
    start.err(`slmgr: a machine of the lab does not have ${error.message}. Nothing was run.\r\n`);
    return notSimulatedStatus;
  }
}

function factsOf(name: string): ShellFacts {
  return {
    computerName: name === localMachineName ? name : name.toUpperCase(),
    user: 'Administrator',
    isLoader: () => false,
  };
}

/** The shells of a machine, and how the words behind them were meant. */
const shells: ReadonlyMap<string, (words: readonly string[]) => string> = new Map([
  ['cmd', cmdTail],
  ['powershell', exactTail],
]);

/** What stands behind `/c` is the line as it was typed: quotes around it keep those within it. */
function cmdTail(words: readonly string[]): string {
  const at = words.findIndex((word) => /^\/[cr]/i.test(word));
  if (at < 0) return words.join(' ');
  const glued = (words[at] ?? '').slice(2);
  const line = [...(glued === '' ? [] : [glued]), ...words.slice(at + 1)];
  const text = line.length === 1 ? (line[0] ?? '') : tailOf(line);
  return `${words.slice(0, at).join(' ')} ${(words[at] ?? '').slice(0, 2)} "${text}"`;
}

/** A line in a shell of the machine, whose disk lasts as long as the line. */
async function runShell(
  laboratory: Laboratory,
  start: ProgramStart,
  tailFrom: (words: readonly string[]) => string,
): Promise<number> {
  await catchUp(laboratory);
  const files = new MachineFiles();
  const system = { ...machineSystem(laboratory, start.machine, null), ...filesAsPrograms(files) };
  const { name, running } = system.state();
  if (!running) {
    start.err(`slmgr: ${name} is stopped: start it with "slmgr lab start ${name}".\r\n`);
    return 1;
  }
  const own = { ...ownPrograms(laboratory, name, files), bridge: onlyItself, files, system };
  const process = signedIn(boundedMachine(factsOf(name), own));
  let consequence = 'Nothing of the line was run.';
  try {
    const command = programs.get(start.program);
    const action = command?.(` ${tailFrom(start.words)}`, readingIn(process, 0));
    if (action === undefined) throw new RangeError(`${start.program} is no shell of a machine`);
    consequence = 'The line was ended there.';
    const stdin = action.input === 'text' ? start.allInput() : Buffer.alloc(0);
    return ((await action.run(process, { stdin, out: start.out, err: start.err })) ?? 0) >>> 0;
  } catch (error) {
    // The bounds of a line, and of what it reads.
    if (error instanceof RangeError) {
      start.err(`slmgr: ${error.message}. ${consequence}\r\n`);
      return 1;
    }
    const problem = problemOf(error, consequence);
    if (problem === null) throw error;
    start.err(problem.stderr);
    return problem.exitCode;
  }
}

function machineOf(facts: ShellFacts, system: MachineSystem): Machine {
  return {
    facts,
    programs: {
      slmgr: onlyItself,
      bridge: onlyItself,
      licensing: onlyItself,
      files: new MachineFiles(),
      system,
    },
    commands: systemPrograms,
    step: () => Promise.resolve(),
    spend: () => undefined,
  };
}

function onlyItself(): Promise<never> {
  return Promise.reject(new Error('a program that stands alone starts no other'));
}
