import * as z from 'zod';
import type { Laboratory } from '../../../lab/estate/laboratory';
import { restartMachine, startMachine, stopMachine } from '../../../lab/estate/power';
import type { MachineState } from '../../../lab/model/state';
import { defineCommand, type Command } from '../../framework/command';
import { withLaboratory } from '../../targets/laboratory';
import { machineName, machineWord } from './fields';

const data = z.object({ machine: z.string(), running: z.boolean() });

interface Power {
  readonly word: 'start' | 'stop' | 'restart';
  readonly summary: string;
  readonly description: string;
  readonly done: string;
  readonly act: (laboratory: Laboratory, name: string) => Promise<MachineState>;
}

function powerCommand({ word, summary, description, done, act }: Power): Command {
  return defineCommand({
    name: `lab ${word}`,
    summary,
    description,
    positionals: [machineWord],
    options: [],
    examples: [{ line: `slmgr lab ${word} KMS01`, does: summary.toLowerCase() }],
    data,
    input: z.object({ name: machineName }),
    run: async ({ name }, context) => {
      const { name: machine, running } = await withLaboratory(context, (laboratory) => act(laboratory, name));
      return { data: { machine, running }, text: () => `${machine} ${done}.\n` };
    },
  });
}

/** slmgr lab stop NAME */
export const labStop = powerCommand({
  word: 'stop',
  summary: 'Stop a machine',
  description: 'A stopped machine sends and answers nothing; its grace and its validity run on.',
  done: 'is stopped',
  act: stopMachine,
});

/** slmgr lab start NAME */
export const labStart = powerCommand({
  word: 'start',
  summary: 'Start a machine',
  description:
    'Its licensing service starts with it: it loads its settings and, as a KMS client, tries to activate.',
  done: 'is running',
  act: startMachine,
});

/** slmgr lab restart NAME */
export const labRestart = powerCommand({
  word: 'restart',
  summary: 'Restart a machine (and with it its licensing service)',
  description: 'Settings of a KMS host and a rearm take effect at a restart.',
  done: 'was restarted',
  act: restartMachine,
});
