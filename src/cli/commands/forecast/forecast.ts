import { availableParallelism } from 'node:os';
import * as z from 'zod';
import { foldNames } from '../../../fleet/targets/fold';
import { forecastSchema, runsSchema, type Forecast, type Runs } from '../../../forecast/answers/forecast';
import type { ForecastRun } from '../../../forecast/answers/forecast-run';
import { defineCommand, UsageError, type CommandContext } from '../../framework/command';
import { flag, option, text, wholeNumber } from '../../framework/fields';
import { writeNamedFile } from '../../output/named-file';
import { table } from '../../output/table';
import { listMachines } from '../../../lab/estate/machines';
import { showClock } from '../../../lab/estate/clock';
import { tell } from '../../output/tell';
import { withLaboratory } from '../../targets/laboratory';
import { untilInterrupted } from './interruptible';
import { scenarioText } from './scenario-file';

/** slmgr forecast SCENARIO */
export const forecast = defineCommand({
  name: 'forecast',
  summary: 'Say what happens to activation over months, for a planned estate of up to millions of machines',
  description:
    'Plays a scenario (YAML: sites with clients, KMS hosts, outages, DNS, changes) minute by minute by the rules of the laboratory: ' +
    'thresholds and 30-day counts, renewals, graces, pools of MAKs. Where somebody drops out it looks for the smallest changes that ' +
    'keep everybody licensed. docs/forecast.md has the whole format and its limits. ' +
    'The same scenario with the same seed gives the same answer.',
  positionals: [
    {
      name: 'scenario',
      summary: 'File of the scenario; - is standard input',
      optional: true,
      holds: 'file',
    },
  ],
  options: ['from-lab', 'compare', 'runs', 'csv', 'html'],
  examples: [
    { line: 'slmgr forecast plan.yaml', does: 'what happens, and whether everybody stays licensed' },
    {
      line: 'slmgr forecast plan.yaml --html plan.html --csv plan.csv',
      does: 'the same with charts, and as numbers',
    },
    { line: 'slmgr forecast today.yaml --compare moved.yaml', does: 'two scenarios side by side' },
    { line: 'slmgr forecast plan.yaml --runs 100', does: 'how much luck there is in it' },
  ],
  data: forecastSchema.extend({
    comparison: forecastSchema.nullable().describe('The scenario of --compare'),
    runs: runsSchema.nullable().describe('The runs of --runs'),
    seconds: z.number().describe('How long this run took'),
    perSecond: z.int().describe('Steps of machines in each second of this run'),
  }),
  input: z.object({
    scenario: text.optional(),
    'from-lab': flag,
    compare: option.optional(),
    runs: wholeNumber(1, 10_000).optional(),
    csv: option.optional(),
    html: option.optional(),
  }),
  run: async (input, context) => {
    const part = context.parts.forecast();
    const first = await firstOf(input.scenario ?? null, input['from-lab'], context);
    const second = input.compare === undefined ? null : await scenarioOf(input.compare, context);
    const started = context.console.now();
    const ended = await untilInterrupted(context, async (pause, signal): Promise<Answers> => {
      const answer = await answerTo(first, pause, context);
      const seconds = Math.max(context.console.now() - started, 1) / 1000;
      const comparison = second === null ? null : await answerTo(second, pause, context);
      const runs =
        input.runs === undefined ? null : await runsOf(first, input.runs, { signal, pause, context });
      context.console.progress('');
      return { answer, comparison, runs, seconds };
    });
    if (ended.kind === 'interrupted') {
      return { data: null, text: () => '', exitCode: ended.exitCode, warnings: ['Interrupted: no answer.'] };
    }
    const { answer, comparison, runs, seconds } = ended.value;
    const all = comparison === null ? [answer] : [answer, comparison];
    if (input.csv !== undefined) writeNamedFile(input.csv, part.forecastCsv(answer));
    if (input.html !== undefined) writeNamedFile(input.html, part.forecastHtml(all));
    return {
      data: { ...answer, comparison, runs, seconds, perSecond: Math.round(answer.events / seconds) },
      text: (style) => {
        const draw = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
          table(head, rows, style);
        return [
          ...all.map((each) => part.forecastText(each, draw)),
          ...(comparison === null ? [] : [part.comparisonText(answer, comparison, draw)]),
          ...(runs === null ? [] : [part.runsText(runs)]),
        ].join('\n');
      },
    };
  },
});

type Read = Readonly<Record<'file' | 'content', string>>;

interface Answers {
  readonly answer: Forecast;
  readonly comparison: Forecast | null;
  readonly runs: Runs | null;
  readonly seconds: number;
}

type Pause = () => Promise<void>;

function sourceOf({ file }: Read): string {
  return file === '-' ? 'standard input' : file;
}

/** What is played: a file, or the machines of the laboratory. */
async function firstOf(file: string | null, isOfLab: boolean, context: CommandContext): Promise<Read> {
  if (file === null && !isOfLab) throw new UsageError('Name a scenario, or say --from-lab.');
  if (file !== null && isOfLab)
    throw new UsageError(`Name a scenario or say --from-lab, not both: ${file} is too much.`);
  if (file !== null) return scenarioOf(file, context);
  const part = context.parts.forecast();
  const { content, leftOut } = await withLaboratory(context, (laboratory) => {
    const { now } = showClock(laboratory);
    const machines = listMachines(laboratory).map(({ state }) => state);
    return part.labScenario(machines, laboratory.catalogue, now);
  });
  part.readScenario(content, 'the laboratory');
  if (leftOut.length > 0) {
    const names = foldNames(leftOut);
    tell(context.console, `slmgr: Left out, since they have a MAK or no key of Windows: ${names}.`);
  }
  return { file: 'the laboratory', content };
}

/** The text of a scenario that can be played: both are read before the first is. */
async function scenarioOf(file: string, context: CommandContext): Promise<Read> {
  const read = { file, content: await scenarioText(file, context) };
  context.parts.forecast().readScenario(read.content, sourceOf(read));
  return read;
}

async function answerTo(read: Read, pause: Pause, context: CommandContext): Promise<Forecast> {
  const part = context.parts.forecast();
  const { plan } = part.readScenario(read.content, sourceOf(read));
  const run = new part.ForecastRun(plan);
  while (!run.isOver) {
    run.playHour();
    await pause();
    context.console.progress(progressOf(run));
  }
  const played = run.result();
  const tell = async (line: string): Promise<void> => {
    context.console.progress(line);
    await pause();
  };
  const changes = part.isKept(played) ? [] : await part.smallestChanges(plan, tell);
  return part.answerOf(read.file, played, changes);
}

function progressOf(run: ForecastRun): string {
  const { plan } = run.simulation;
  return `day ${Math.floor(run.now / 1440)} of ${plan.minutes / 1440}`;
}

async function runsOf(
  read: Read,
  runs: number,
  { signal, pause, context }: { signal: AbortSignal; pause: Pause; context: CommandContext },
): Promise<Runs> {
  const part = context.parts.forecast();
  const source = sourceOf(read);
  const { plan } = part.readScenario(read.content, source);
  const summary = await part.runMany({
    text: read.content,
    source,
    seed: plan.seed,
    runs,
    threads: availableParallelism(),
    signal,
    onRun: (done) => context.console.progress(`run ${done} of ${runs}`),
  });
  // Threads that a signal stopped bring only a part.
  if (signal.aborted) await pause();
  return summary;
}
