import * as z from 'zod';
import { outcomes, type Outcome } from '../../fleet/runs/outcome';
import { runCounts } from '../schemas/run';
import { outcomeOfUnended, type PastRun } from '../../fleet/runs/run-journal';

const head = z.object({
  v: z.literal(1),
  id: z.string(),
  verb: z.string(),
  line: z.string(),
  changes: z.boolean(),
  startedAt: z.number(),
  process: z.int(),
  machines: z.array(z.string()),
});

const entry = z.union([
  z.object({ begun: z.string() }),
  z.object({ ended: z.string(), outcome: z.enum(outcomes) }),
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
  let end: PastRun['end'] = null;
  for (const line of lines.slice(1)) {
    const read = entry.safeParse(parsed(line));
    if (!read.success) continue;
    if ('begun' in read.data) begun.add(read.data.begun);
    else if ('ended' in read.data) ended.set(read.data.ended, read.data.outcome);
    else end = read.data.end;
  }
  return {
    ...run,
    end,
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
