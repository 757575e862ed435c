import * as z from 'zod';
import { cloneMachine, sysprepMachine } from '../../../lab/estate/images';
import { removeMachine, showMachine } from '../../../lab/estate/machines';
import { changeMachineHardware } from '../../../lab/estate/settings-of-machine';
import { defineCommand } from '../../framework/command';
import { withLaboratory } from '../../targets/laboratory';
import { text } from '../../framework/fields';
import { chosenMachines, chosenWords, labChoosing, labChoosingInput } from './chosen-machines';
import { machineName, machineWord } from './fields';

/** slmgr lab sysprep NAME */
export const labSysprep = defineCommand({
  name: 'lab sysprep',
  summary: 'Generalize a machine, as "sysprep /generalize" does',
  description:
    'Resets the activation timer and the client machine ID for an image, shuts the machine down, and uses one rearm. With SkipRearm=1 ' +
    'in the registry the licensing state stays as it is.',
  positionals: [machineWord],
  options: [],
  examples: [{ line: 'slmgr lab sysprep IMAGE', does: 'make IMAGE ready to be cloned' }],
  data: z.object({ machine: z.string(), rearmed: z.boolean() }),
  input: z.object({ name: machineName }),
  run: async ({ name }, context) => {
    const { state, rearmed } = await withLaboratory(context, (laboratory) =>
      sysprepMachine(laboratory, name),
    );
    const machine = state.name;
    return {
      data: { machine, rearmed },
      text: () =>
        rearmed
          ? `${machine} is generalized and shut down.\n`
          : `${machine} is generalized and shut down, but its activation timers were not reset (SkipRearm).\n`,
    };
  },
});

/** slmgr lab clone NAME NEW */
export const labClone = defineCommand({
  name: 'lab clone',
  summary: 'Copy a machine with everything on it, its client machine ID included',
  positionals: [machineWord, { name: 'new', summary: 'Name of the copy' }],
  options: [],
  examples: [
    { line: 'slmgr lab clone IMAGE PC-001', does: 'a copy; without sysprep both count as one on a KMS host' },
  ],
  data: z.object({ machine: z.string(), clonedFrom: z.string() }),
  input: z.object({ name: machineName, new: text }),
  run: async ({ name, new: copy }, context) => {
    const data = await withLaboratory(context, async (laboratory) => {
      const cloned = await cloneMachine(laboratory, name, copy);
      return { machine: cloned.state.name, clonedFrom: showMachine(laboratory, name).state.name };
    });
    return { data, text: () => `Cloned ${data.clonedFrom} to ${data.machine}.\n` };
  },
});

/** slmgr lab hardware-change NAME */
export const labHardwareChange = defineCommand({
  name: 'lab hardware-change',
  summary: 'Change hardware past the tolerance of the activation',
  positionals: [machineWord],
  options: [],
  examples: [{ line: 'slmgr lab hardware-change PC-001', does: 'a new disk and board' }],
  data: z.object({ machine: z.string() }),
  input: z.object({ name: machineName }),
  run: async ({ name }, context) => {
    const { name: machine } = await withLaboratory(context, (laboratory) =>
      changeMachineHardware(laboratory, name),
    );
    return { data: { machine }, text: () => `The hardware of ${machine} has changed.\n` };
  },
});

/** slmgr lab remove NAME... */
export const labRemove = defineCommand({
  name: 'lab remove',
  summary: 'Remove machines from the estate',
  description: 'A KMS host does not remove its DNS record when it goes: see "slmgr lab dns remove".',
  positionals: [chosenWords],
  options: [...labChoosing],
  examples: [
    { line: 'slmgr lab remove PC-001', does: 'PC-001 is gone, with its event log' },
    { line: 'slmgr lab remove PC-002 PC-003', does: 'several' },
  ],
  data: z.object({ machines: z.array(z.string()) }),
  input: z.object(labChoosingInput),
  run: async ({ names }, context) => {
    const machines = await withLaboratory(context, async (laboratory) => {
      const there = await chosenMachines(laboratory, names, context);
      return there.map((name) => removeMachine(laboratory, name).name);
    });
    return { data: { machines }, text: () => machines.map((machine) => `Removed ${machine}.\n`).join('') };
  },
});
