import * as z from 'zod';
import { printableJson } from '../../transports/harmless-text';
import { takeSnapshot } from '../../providers/snapshot/write';
import { defineCommand } from '../framework/command';
import { text } from '../framework/fields';
import { openTarget } from '../targets/open-target';
import { remoteOptionNames } from '../targets/remote-options';

const instance = z.record(z.string(), z.unknown());

/** slmgr snapshot [TARGET] */
export const snapshot = defineCommand({
  name: 'snapshot',
  summary: "Write a machine's licensing instances as one JSON file",
  description:
    'The file answers the reading verbs later and elsewhere: "slmgr --snapshot FILE /dlv". It holds no product key, only ' +
    'the last five characters of each. docs/guide.md has a PowerShell line that writes one on a real machine.',
  positionals: [
    { name: 'target', summary: 'Machine; the local one if none is named', optional: true, holds: 'machine' },
  ],
  options: ['snapshot', ...remoteOptionNames],
  examples: [
    { line: 'slmgr snapshot PC-001 > pc-001.json', does: 'record a machine' },
    { line: 'slmgr --snapshot pc-001.json /xpr', does: 'ask the recorded machine' },
  ],
  data: z.object({
    schema: z.string(),
    machine: z.string(),
    capturedAt: z.iso.datetime(),
    service: instance,
    products: z.array(instance),
    tokenLicenses: z.array(instance),
    certificates: z.array(z.string()).optional(),
    activationObjects: z.union([z.literal('unsupported'), z.array(instance)]),
    domain: z.string().nullable(),
  }),
  input: z.object({ target: text.optional() }),
  run: async ({ target }, context) => {
    const provider = await openTarget(target ?? null, context);
    try {
      const taken = await takeSnapshot(provider);
      return {
        data: taken,
        text: () => `${printableJson(taken, 2)}\n`,
        target: provider.description,
      };
    } finally {
      await provider.close();
    }
  },
});
