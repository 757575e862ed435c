import * as z from 'zod';
import { defineCommand, UsageError } from '../../framework/command';
import { option, wholeNumber } from '../../framework/fields';
import { rawOptions } from '../../targets/open-target';
import { remoteOptionNames } from '../../targets/remote-options';

/** slmgr fleet worker */
export const fleetWorker = defineCommand({
  name: 'fleet worker',
  summary: 'Take part in shared runs of a team: bring machines to their end that others handed over',
  description:
    'Goes on until it is interrupted. A worker goes its own way to each machine, by its own targets files and credentials; the database ' +
    'holds none. One that is killed is replaced by the others within half a minute: what it had begun is looked at and not sent again. ' +
    'docs/shared-runs.md tells the whole.',
  positionals: [],
  options: ['store', 'site', 'concurrency', ...remoteOptionNames],
  examples: [
    {
      line: 'slmgr fleet worker --store postgres://fleet@db/fleet --targets hosts.yaml',
      does: 'take part with the machines of a targets file',
    },
    {
      line: 'slmgr fleet worker --site berlin --concurrency 64',
      does: 'take the machines of a site alone, of runs with --sites',
    },
  ],
  data: z.null(),
  input: z.object({
    store: option.optional(),
    site: option.optional(),
    concurrency: wholeNumber(1, 4096).optional(),
  }),
  run: async ({ concurrency, site = '' }, context) => {
    const options = rawOptions(context);
    const sites = site.split(',').flatMap((word) => (word.trim() === '' ? [] : [word.trim()]));
    if (context.options['site'] !== undefined && sites.length === 0)
      throw new UsageError('--site names no site.');
    const exitCode = await context.parts
      .shared()
      .workHere({ options, concurrency: concurrency ?? null, sites }, context);
    return { data: null, text: () => '', exitCode };
  },
});
