import * as z from 'zod';
import { defineCommand } from '../../framework/command';
import { option } from '../../framework/fields';
import { table } from '../../output/table';
import { rawOptions } from '../../targets/open-target';

const head = ['Worker', 'Computer', 'Process', 'Sites', 'At once', 'Does', 'Seen'];

/** slmgr fleet workers */
export const fleetWorkers = defineCommand({
  name: 'fleet workers',
  summary: 'List the workers of shared runs: where they are, what they do, when they were last seen',
  description:
    'A worker says every few seconds that it is there. Those that were killed are listed for a day.',
  positionals: [],
  options: ['store', 'tsv'],
  examples: [
    { line: 'slmgr fleet workers --store postgres://fleet@db.example/fleet', does: "all of a team's" },
  ],
  data: z.object({
    workers: z.array(
      z.object({
        id: z.string(),
        computer: z.string(),
        process: z.int(),
        concurrency: z.int(),
        sites: z
          .array(z.string())
          .describe('Whose machines alone it takes; none: those of all runs without --sites'),
        doing: z.string(),
        startedAt: z.iso.datetime(),
        seenSecondsAgo: z.int(),
      }),
    ),
  }),
  input: z.object({ store: option.optional() }),
  run: async (_input, context) => {
    const workers = await context.parts.shared().knownWorkers(rawOptions(context), context);
    const rows = workers.map((worker) => [
      worker.id.slice(0, 8),
      worker.computer,
      String(worker.process),
      worker.sites.join(', '),
      String(worker.concurrency),
      worker.doing,
      `${String(worker.seenSecondsAgo)} s ago`,
    ]);
    return {
      data: {
        workers: workers.map(({ startedAt, sites, ...worker }) => ({
          ...worker,
          sites: [...sites],
          startedAt: new Date(startedAt).toISOString(),
        })),
      },
      text: (style) => (rows.length === 0 ? 'There is no worker.\n' : table(head, rows, style)),
      table: { head, rows },
    };
  },
});
