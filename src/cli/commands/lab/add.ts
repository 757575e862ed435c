import * as z from 'zod';
import { addMachines } from '../../../lab/estate/machines';
import { defineCommand } from '../../framework/command';
import { domainOrNone, flag, oneOf, option, text, wholeNumber } from '../../framework/fields';
import { withLaboratory } from '../../targets/laboratory';

const channels = { volume: 'gvlk', mak: 'mak', retail: 'retail', oem: 'oem', eval: 'evaluation' } as const;

/** slmgr lab add NAME --product PRODUCT */
export const labAdd = defineCommand({
  name: 'lab add',
  summary: 'Add machines to the estate',
  description:
    'The machine has its edition with the setup key, as a volume installation does, and contacts nobody yet: its first ' +
    'automatic attempt is due one activation interval after it was added. With --count names are numbered, one machine ' +
    'too, and go on behind the highest number that is there. With --channel eval it is an activated evaluation (180 days, ' +
    'a client 90); with oem it is licensed by its firmware.',
  positionals: [{ name: 'name', summary: 'Name of the machine, or the part in front of -001 with --count' }],
  options: ['product', 'count', 'channel', 'vm', 'domain'],
  examples: [
    { line: 'slmgr lab add KMS01 --product "Windows Server 2008 R2 Standard"', does: 'one server' },
    { line: 'slmgr lab add PC --product "Windows 7 Enterprise" --count 25', does: 'PC-001 to PC-025' },
    {
      line: 'slmgr lab add TRIAL --product "Windows Server 2022 Standard" --channel eval',
      does: 'an evaluation, 180 days',
    },
    {
      line: 'slmgr lab add VM --product "Windows 11 Enterprise" --vm --domain ""',
      does: 'a virtual workgroup machine',
    },
  ],
  data: z.object({ machines: z.array(z.string()) }),
  input: z.object({
    name: text,
    product: option,
    count: wholeNumber(1, 100_000).optional(),
    channel: oneOf('volume', 'mak', 'retail', 'oem', 'eval').default('volume'),
    vm: flag,
    domain: domainOrNone.optional(),
  }),
  run: async ({ name, product, count, channel, vm, domain }, context) => {
    const added = await withLaboratory(context, (laboratory) =>
      addMachines(laboratory, {
        name,
        product,
        ...(count === undefined ? {} : { count }),
        virtual: vm,
        channel: channels[channel],
        ...(domain === undefined ? {} : { domain }),
      }),
    );
    const machines = added.map(({ state }) => state.name);
    return { data: { machines }, text: () => `Added ${listed(machines)}.\n` };
  },
});

function listed(names: readonly string[]): string {
  const [first = '', ...others] = names;
  if (names.length <= 3) return names.join(', ');
  return `${first} to ${others.at(-1) ?? ''} (${names.length} machines)`;
}
