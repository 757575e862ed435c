import * as z from 'zod';
import { initEstate } from '../../../lab/estate/init';
import { estateTime } from '../../../lab/estate/time';
import { defineCommand } from '../../framework/command';
import { flag, instant, option, wholeNumber } from '../../framework/fields';
import { withLaboratory } from '../../targets/laboratory';
import { iso, isoTime } from './fields';

/** slmgr lab init */
export const labInit = defineCommand({
  name: 'lab init',
  summary: 'Make a fresh estate',
  description:
    'An estate is what a laboratory consists of: machines, a DNS zone, Active Directory, keys, a clock. With --now its ' +
    'time stands still until "slmgr lab clock" moves it; without, it follows the real clock.',
  positionals: [],
  options: ['domain', 'now', 'seed', 'force'],
  examples: [
    { line: 'slmgr lab init', does: 'an estate in the domain lab.example' },
    {
      line: 'slmgr lab init --now 2026-01-05T08:00:00Z --seed 1 --force',
      does: 'the same estate every time',
    },
  ],
  data: z.object({
    domain: z.string().nullable(),
    seed: z.int(),
    clock: z.object({ mode: z.enum(['held', 'running']), now: isoTime }),
    replaced: z.boolean(),
  }),
  input: z.object({
    domain: option.optional(),
    now: instant.optional(),
    seed: wholeNumber(0, 2 ** 32 - 1).optional(),
    force: flag,
  }),
  run: async ({ domain, now, seed, force }, context) => {
    const { estate, clock, replaced } = await withLaboratory(context, (laboratory) =>
      initEstate(laboratory, {
        force,
        ...(domain === undefined ? {} : { domain }),
        ...(now === undefined ? {} : { now }),
        ...(seed === undefined ? {} : { seed }),
      }),
    );
    const data = {
      domain: estate.domain,
      seed: estate.seed,
      clock: { mode: clock.mode, now: iso(estateTime(clock, context.console.now())) },
      replaced,
    };
    const time = clock.mode === 'held' ? `stands still at ${data.clock.now}` : 'follows the real clock';
    return { data, text: () => `Made an estate in ${estate.domain ?? 'no domain'}; its time ${time}.\n` };
  },
});
