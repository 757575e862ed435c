import * as z from 'zod';
import { outcomes, type Outcome } from '../../fleet/runs/outcome';
import { runCounts } from '../schemas/run';
import { outcomeOfUnended, type NotedDetail, type PastRun } from '../../fleet/runs/run-journal';

const head = z.object({
  v: z.literal(1),
  id: z.string(),
  verb: z.string(),
  line: z.string(),
  changes: z.boolean(),
  who: z.string().default(''),
  store: z.string().default('own'),
  startedAt: z.number(),
  process: z.int(),
  isShared: z.boolean().default(false),
  machines: z.array(z.string()),
});

const entry = z.union([
  z.object({ begun: z.string() }),
  z.object({
    ended: z.string(),
    outcome: z.enum(outcomes),
    verification: z.enum(['verified', 'accepted', 'not-verifiable']).nullable().default(null),
    exitCode: z.number().nullable().default(null),
    hresult: z.string().nullable().default(null),
    step: z.string().nullable().default(null),
    seconds: z.number().default(0),
    attempts: z.number().default(1),
  }),
  z.object({ end: z.object({ endedAt: z.number(), exitCode: z.int(), counts: runCounts }) }),
]);

/**
 * Reads the file of a run. A last line without its end was cut with the process that wrote it, and counts for nothing.
 * @returns null where the first line is that of no run
 */
export function readRun(text: string): PastRun | null {
  const lines = text.split('\n').slice(0, -1);
  const first = head.safeParse(parsed(lines[0] ?? ''));
  if (!first.success) return null;
  const run = first.data;
  const begun = new Set<string>();
  const ended = new Map<string, Outcome>();
  const details = new Map<string, NotedDetail>();
  let end: PastRun['end'] = null;
  for (const line of lines.slice(1)) {
    const read = entry.safeParse(parsed(line));
    if (!read.success) continue;
    if ('begun' in read.data) begun.add(read.data.begun);
    else if ('ended' in read.data) {
      const { ended: machine, outcome, ...detail } = read.data;
      ended.set(machine, outcome);
      details.set(machine, detail);
    } else end = read.data.end;
  }
  return {
    ...run,
    end,
    details,
    outcomes: new Map(
      run.machines.map((machine) => [
        machine,
        ended.get(machine) ?? outcomeOfUnended(run, begun.has(machine)),
      ]),
    ),
  };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return null;
  }
}
