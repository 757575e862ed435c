import * as z from 'zod';
import type { Laboratory } from '../../../lab/estate/laboratory';
import { restartMachine, startMachine, stopMachine } from '../../../lab/estate/power';
import type { MachineState } from '../../../lab/model/state';
import { defineCommand, type Command } from '../../framework/command';
import { withLaboratory } from '../../targets/laboratory';
import { chosenMachines, chosenWords, labChoosing, labChoosingInput } from './chosen-machines';

const data = z.object({ machines: z.array(z.object({ machine: z.string(), running: z.boolean() })) });

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
    positionals: [chosenWords],
    options: [...labChoosing],
    examples: [
      { line: `slmgr lab ${word} KMS01`, does: `${word} KMS01` },
      { line: `slmgr lab ${word} PC-001 PC-002`, does: 'several, in this order' },
      { line: `slmgr lab ${word} 'PC-0*'`, does: 'all whose names begin so' },
      { line: `slmgr lab ${word} --rerun unreachable`, does: 'those that the last run did not reach' },
    ],
    data,
    input: z.object(labChoosingInput),
    run: async ({ names }, context) => {
      const machines = await withLaboratory(context, async (laboratory) => {
        const states: { readonly machine: string; readonly running: boolean }[] = [];
        for (const name of await chosenMachines(laboratory, names, context)) {
          const { name: machine, running } = await act(laboratory, name);
          states.push({ machine, running });
        }
        return states;
      });
      return {
        data: { machines },
        text: () => machines.map(({ machine }) => `${machine} ${done}.\n`).join(''),
      };
    },
  });
}

/** slmgr lab stop NAME... */
export const labStop = powerCommand({
  word: 'stop',
  summary: 'Stop machines',
  description: 'A stopped machine sends and answers nothing; its grace and its validity run on.',
  done: 'is stopped',
  act: stopMachine,
});

/** slmgr lab start NAME... */
export const labStart = powerCommand({
  word: 'start',
  summary: 'Start machines',
  description:
    'Its licensing service starts with it: it loads its settings and, as a KMS client, tries to activate.',
  done: 'is running',
  act: startMachine,
});

/** slmgr lab restart NAME... */
export const labRestart = powerCommand({
  word: 'restart',
  summary: 'Restart machines (and with them their licensing services)',
  description: 'Settings of a KMS host and a rearm take effect at a restart.',
  done: 'was restarted',
  act: restartMachine,
});
