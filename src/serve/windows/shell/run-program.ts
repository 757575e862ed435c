import { type Buffer } from 'node:buffer';
import { localMachineName } from '../../../lab/estate/names';
import type { Laboratory } from '../../../lab/estate/laboratory';
import { catchUp } from '../../../lab/estate/perform';
import { machineSystem } from '../machine-system';
import { MachineFiles } from './file-system';
import { NotSimulated, notSimulatedStatus } from './not-simulated';
import { signInEnvironment, type Machine, type ShellFacts } from './process';
import { exactTail } from './programs/arguments';
import { systemPrograms } from './programs/system-programs';
import { type MachineSystem } from './system';

/** A program of the machine, started on this computer: its words, its streams and this computer's files. */
export interface ProgramStart {
  readonly machine: string;
  readonly program: string;
  readonly words: readonly string[];
  /** Standard input as far as it answers a question. */
  readonly stdin: () => Buffer;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly files: Pick<MachineSystem, 'readFile' | 'writeFile'>;
}

/** Runs a program of a lab machine as the estate's own administrator; the status that Windows ends it with. */
export async function runMachineProgram(laboratory: Laboratory, start: ProgramStart): Promise<number> {
  const command = systemPrograms.get(start.program);
  if (command === undefined) throw new RangeError(`${start.program} is no program of a machine`);
  await catchUp(laboratory);
  const system = { ...machineSystem(laboratory, start.machine, null), ...start.files };
  const { name, running } = system.state();
  if (!running) {
    start.err(`slmgr: ${name} is stopped: start it with "slmgr lab start ${name}".\r\n`);
    return 1;
  }
  const facts: ShellFacts = {
    computerName: name === localMachineName ? name : name.toUpperCase(),
    user: 'Administrator',
    isLoader: () => false,
  };
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
