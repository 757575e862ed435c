import * as z from 'zod';
import { installProduct } from '../../../lab/estate/machines';
import { defineCommand } from '../../framework/command';
import { option } from '../../framework/fields';
import { withLaboratory } from '../../targets/laboratory';
import { machineName, machineWord } from './fields';

/** slmgr lab install NAME --product PRODUCT */
export const labInstall = defineCommand({
  name: 'lab install',
  summary: 'Install another product on a machine',
  positionals: [machineWord],
  options: ['product'],
  examples: [
    {
      line: 'slmgr lab install PC-001 --product "Office LTSC Professional Plus 2021"',
      does: 'Office beside Windows',
    },
  ],
  data: z.object({ machine: z.string(), product: z.string() }),
  input: z.object({ name: machineName, product: option }),
  run: async ({ name, product }, context) => {
    const data = await withLaboratory(context, (laboratory) => ({
      machine: installProduct(laboratory, name, product).name,
      product: laboratory.catalogue.findEdition(product)?.friendlyName ?? product,
    }));
    return { data, text: () => `Installed ${data.product} on ${data.machine}.\n` };
  },
});
