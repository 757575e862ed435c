import * as z from 'zod';
import { setMachine } from '../../../lab/estate/settings-of-machine';
import { defineCommand, UsageError } from '../../framework/command';
import { domainOrNone, oneOf, signedDuration } from '../../framework/fields';
import { withLaboratory } from '../../targets/laboratory';
import { machineName, machineWord } from './fields';

/** slmgr lab set NAME [--elevated yes|no] [--clock-skew 5h] [--slic ...] [--dns-suffix D] */
export const labSet = defineCommand({
  name: 'lab set',
  summary: 'Change what a machine is like',
  positionals: [machineWord],
  options: ['elevated', 'clock-skew', 'slic', 'dns-suffix'],
  examples: [
    { line: 'slmgr lab set PC-001 --elevated no', does: 'commands run as a standard user' },
    { line: 'slmgr lab set PC-001 --clock-skew 5h', does: 'its clock is five hours ahead' },
    { line: 'slmgr lab set PC-001 --slic no-marker', does: 'a BIOS that was not sold with Windows' },
    { line: 'slmgr lab set PC-001 --dns-suffix branch.example', does: 'where it looks for KMS hosts' },
  ],
  data: z.object({
    machine: z.string(),
    elevated: z.boolean(),
    clockSkewSeconds: z.number(),
    slic: z.enum(['none', 'marker', 'no-marker']),
    dnsSuffix: z.string().nullable(),
  }),
  input: z.object({
    name: machineName,
    elevated: oneOf('yes', 'no').optional(),
    'clock-skew': signedDuration.optional(),
    slic: oneOf('none', 'marker', 'no-marker').optional(),
    'dns-suffix': domainOrNone.optional(),
  }),
  run: async ({ name, elevated, slic, 'clock-skew': clockSkewMs, 'dns-suffix': dnsSuffix }, context) => {
    const given = [elevated, slic, clockSkewMs, dnsSuffix].some((value) => value !== undefined);
    if (!given)
      throw new UsageError('Nothing to set: name --elevated, --clock-skew, --slic or --dns-suffix.');
    const state = await withLaboratory(context, (laboratory) =>
      setMachine(laboratory, name, {
        ...(elevated === undefined ? {} : { elevated: elevated === 'yes' }),
        ...(clockSkewMs === undefined ? {} : { clockSkewMs }),
        ...(slic === undefined ? {} : { slic }),
        ...(dnsSuffix === undefined ? {} : { dnsSuffix }),
      }),
    );
    const data = {
      machine: state.name,
      elevated: state.elevated,
      clockSkewSeconds: state.clockSkewMs / 1000,
      slic: state.slic,
      dnsSuffix: state.dns.primary,
    };
    return { data, text: () => `Changed ${state.name}.\n` };
  },
});
