import * as z from 'zod';
import { minuteText } from '../../../fleet/inventory/columns';
import type { KeptRun, RunFacts, RunSummary } from '../../../fleet/inventory/kept-run';
import { countOutcomes, outcomes, type Counts } from '../../../fleet/runs/outcome';
import { foldNames } from '../../../fleet/targets/fold';
import { nearestWords } from '../../../licensing/nearest';
import { defineCommand, UsageError, type CommandContext, type CommandResult } from '../../framework/command';
import { flag, option, text, wholeNumber } from '../../framework/fields';
import { table } from '../../output/table';
import { Refusal } from '../../refusal';
import { machineResult, runCounts } from '../../schemas/run';
import { rawOptions } from '../../targets/open-target';

const usualRuns = 50;

const machineOfRun = machineResult
  .pick({ machine: true, outcome: true, verification: true, exitCode: true, hresult: true, step: true })
  .extend({ seconds: z.number().nullable(), attempts: z.int().nullable() });

const runData = z.object({
  run: z.string(),
  line: z.string().describe('Without its secrets'),
  who: z.string().describe('Who began it, and where: USER@HOST'),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable().describe('Null where it was cut short, or is under way'),
  exitCode: z.int().nullable(),
  counts: runCounts,
  outcomes: z.array(machineOfRun).nullable().describe('Of each machine, where a run was named'),
});

/** slmgr fleet runs [RUN] */
export const fleetRuns = defineCommand({
  name: 'fleet runs',
  summary: 'List the last runs on many machines, or tell what one came to',
  description:
    'Runs are noted while they go, so that one that was cut short is listed too, and handed to the inventory at their end: whoever ' +
    'shares one (--store) sees the runs of all. The last 200 are kept there. "--rerun failed" and its kin take up the newest one of ' +
    'this user.',
  positionals: [{ name: 'run', summary: 'Run, or "last": its machines by outcome', optional: true }],
  options: ['follow', 'last', 'store', 'tsv'],
  examples: [
    { line: 'slmgr fleet runs', does: 'the newest first' },
    {
      line: 'slmgr fleet runs --follow 20260105T080000000Z-1a2b',
      does: 'go on with a shared run that was left',
    },
    { line: 'slmgr fleet runs last', does: 'which machines did well in the last one, and which did not' },
  ],
  data: z.object({ runs: z.array(runData) }),
  input: z.object({
    run: text.optional(),
    last: wholeNumber(1, 1_000_000).default(usualRuns),
    follow: flag,
    store: option.optional(),
  }),
  run: async ({ run: wanted, last, follow }, context) => {
    if (follow) return followed(wanted, context);
    const runs = context.parts.runs();
    const options = rawOptions(context);
    if (wanted === undefined) return listOf(await runs.pastRuns(options, last, context));
    const found = await runs.pastRun(wanted, options, context);
    if (found !== null) return detailOf(found);
    const all = await runs.pastRuns(options, usualRuns, context);
    if (all.length === 0) throw new Refusal('There was no run yet: lines for several machines make them.');
    const [near] = nearestWords(wanted, ['last', ...all.map(({ id }) => id)]);
    const hint = near === undefined ? '"slmgr fleet runs" lists them.' : `did you mean ${near}?`;
    throw new Refusal(`There is no run ${wanted}: ${hint}`);
  },
});

/** A run that is shared tells what comes of it by itself, as it did where it was handed over. */
async function followed(run: string | undefined, context: CommandContext): Promise<CommandResult> {
  const options = rawOptions(context);
  if (run === undefined) throw new UsageError('Name the run that --follow goes on with.');
  if (options.json === true || options.tsv === true) throw new UsageError('--follow has text alone.');
  const exitCode = await context.parts.shared().followRun(run, options, context);
  return { data: null, text: () => '', exitCode };
}

const head = ['Run', 'Begun (UTC)', 'Who', 'Line', 'Machines', 'Status'];

function listOf(runs: readonly RunSummary[]): CommandResult {
  const rows = runs.map((run) => [
    run.id,
    minuteText(Math.floor(run.startedAt / 1000)),
    run.who,
    run.line,
    countsText(run.counts),
    statusText(run),
  ]);
  return {
    data: { runs: runs.map((run) => dataOf(run, run.counts, null)) },
    text: (style) => (rows.length === 0 ? 'There is no run yet.\n' : table(head, rows, style)),
    table: { head, rows },
  };
}

function detailOf(run: KeptRun): CommandResult {
  const groups = outcomes.flatMap((outcome) => {
    const names = run.machines.filter((each) => each.outcome === outcome).map(({ machine }) => machine);
    return names.length === 0 ? [] : [[outcome, String(names.length), foldNames(names)] as const];
  });
  const rowHead = ['Outcome', 'Count', 'Machines'];
  return {
    data: { runs: [dataOf(run, countOutcomes(run.machines), run.machines)] },
    text: (style) => `${run.line}: ${statusText(run)}\n\n${table(rowHead, groups, style)}`,
    table: { head: rowHead, rows: groups },
  };
}

function countsText(counts: Counts): string {
  const words = Object.entries(counts).flatMap(([name, count]) =>
    count === 0 ? [] : [`${String(count)} ${name === 'notRun' ? 'not run' : name}`],
  );
  return words.join(', ');
}

function statusText({ endedAt, exitCode }: RunFacts): string {
  return endedAt === null ? 'cut short, or under way' : `ended with ${exitCode ?? 0}`;
}

function dataOf(
  run: RunFacts,
  counts: Counts,
  machines: KeptRun['machines'] | null,
): z.infer<typeof runData> {
  return {
    run: run.id,
    line: run.line,
    who: run.who,
    startedAt: new Date(run.startedAt).toISOString(),
    endedAt: run.endedAt === null ? null : new Date(run.endedAt).toISOString(),
    exitCode: run.exitCode,
    counts: { ...counts },
    outcomes: machines === null ? null : [...machines],
  };
}
