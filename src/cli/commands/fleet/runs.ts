import * as z from 'zod';
import { minuteText } from '../../../fleet/inventory/columns';
import { countOutcomes, outcomes, type Counts, type Outcome } from '../../../fleet/runs/outcome';
import type { PastRun } from '../../../fleet/runs/run-journal';
import { foldNames } from '../../../fleet/targets/fold';
import { nearestWords } from '../../../licensing/nearest';
import { defineCommand, type CommandResult } from '../../framework/command';
import { text } from '../../framework/fields';
import { table } from '../../output/table';
import { Refusal } from '../../refusal';
import { runCounts } from '../../schemas/run';

const runData = z.object({
  run: z.string(),
  line: z.string().describe('Without its secrets'),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable().describe('Null where it was cut short, or is under way'),
  exitCode: z.int().nullable(),
  counts: runCounts,
  outcomes: z
    .array(z.object({ machine: z.string(), outcome: z.enum(outcomes) }))
    .nullable()
    .describe('Of each machine, where a run was named'),
});

/** slmgr fleet runs [RUN] */
export const fleetRuns = defineCommand({
  name: 'fleet runs',
  summary: 'List the last runs on many machines, or tell what one came to',
  description:
    'Runs are noted while they go, so that one that was cut short is listed too; the last 50 are kept. "--rerun failed" and its ' +
    'kin take up the newest one.',
  positionals: [{ name: 'run', summary: 'Run, or "last": its machines by outcome', optional: true }],
  options: ['tsv'],
  examples: [
    { line: 'slmgr fleet runs', does: 'the newest first' },
    { line: 'slmgr fleet runs last', does: 'which machines did well in the last one, and which did not' },
  ],
  data: z.object({ runs: z.array(runData) }),
  input: z.object({ run: text.optional() }),
  run: async ({ run: wanted }, context) => {
    const runs = await context.parts.runs().pastRuns(context.console);
    return wanted === undefined ? listOf(runs) : detailOf(found(wanted, runs));
  },
});

const head = ['Run', 'Begun (UTC)', 'Line', 'Machines', 'Status'];

function listOf(runs: readonly PastRun[]): CommandResult {
  const rows = runs.map((run) => [
    run.id,
    minuteText(Math.floor(run.startedAt / 1000)),
    run.line,
    countsText(countsOf(run)),
    statusText(run),
  ]);
  return {
    data: { runs: runs.map((run) => dataOf(run, null)) },
    text: (style) => (rows.length === 0 ? 'There is no run yet.\n' : table(head, rows, style)),
    table: { head, rows },
  };
}

function detailOf(run: PastRun): CommandResult {
  const groups = outcomes.flatMap((outcome) => {
    const names = run.machines.filter((machine) => run.outcomes.get(machine) === outcome);
    return names.length === 0 ? [] : [[outcome, String(names.length), foldNames(names)] as const];
  });
  const rowHead = ['Outcome', 'Count', 'Machines'];
  return {
    data: { runs: [dataOf(run, run.outcomes)] },
    text: (style) => `${run.line}: ${statusText(run)}\n\n${table(rowHead, groups, style)}`,
    table: { head: rowHead, rows: groups },
  };
}

function found(wanted: string, runs: readonly PastRun[]): PastRun {
  const run = wanted.toLowerCase() === 'last' ? runs[0] : runs.find(({ id }) => id === wanted);
  if (run !== undefined) return run;
  const near = nearestWords(wanted, ['last', ...runs.map(({ id }) => id)])[0];
  if (runs.length === 0) throw new Refusal('There was no run yet: lines for several machines make them.');
  const hint = near === undefined ? '"slmgr fleet runs" lists them.' : `did you mean ${near}?`;
  throw new Refusal(`There is no run ${wanted}: ${hint}`);
}

function countsOf({ outcomes: each }: PastRun): Counts {
  return countOutcomes([...each.values()].map((outcome) => ({ outcome })));
}

function countsText(counts: Counts): string {
  const words = Object.entries(counts).flatMap(([name, count]) =>
    count === 0 ? [] : [`${String(count)} ${name === 'notRun' ? 'not run' : name}`],
  );
  return words.join(', ');
}

function statusText({ end }: PastRun): string {
  return end === null ? 'cut short, or under way' : `ended with ${end.exitCode}`;
}

function dataOf(run: PastRun, each: ReadonlyMap<string, Outcome> | null): z.infer<typeof runData> {
  return {
    run: run.id,
    line: run.line,
    startedAt: new Date(run.startedAt).toISOString(),
    endedAt: run.end === null ? null : new Date(run.end.endedAt).toISOString(),
    exitCode: run.end?.exitCode ?? null,
    counts: { ...countsOf(run) },
    outcomes: each === null ? null : [...each].map(([machine, outcome]) => ({ machine, outcome })),
  };
}
