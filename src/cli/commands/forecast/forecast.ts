import { availableParallelism } from 'node:os';
import * as z from 'zod';
import { forecastSchema, runsSchema, type Forecast, type Runs } from '../../../forecast/answers/forecast';
import type { ForecastRun } from '../../../forecast/answers/forecast-run';
import { defineCommand, type CommandContext } from '../../framework/command';
import { flag, option, text, wholeNumber } from '../../framework/fields';
import { writeNamedFile } from '../../output/named-file';
import { table } from '../../output/table';
import { untilInterrupted } from './interruptible';
import { condition } from '../fleet/condition-option';
import { playedScenario, scenarioOf, sourceOf, type Read } from './played-scenario';

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
      summary: 'File of the scenario; - is standard input. With --from-inventory: machines, as in PC-*',
      optional: true,
      holds: 'file',
    },
  ],
  options: ['from-lab', 'from-inventory', 'where', 'store', 'compare', 'runs', 'csv', 'html'],
  examples: [
    { line: 'slmgr forecast plan.yaml', does: 'what happens, and whether everybody stays licensed' },
    {
      line: 'slmgr forecast plan.yaml --html plan.html --csv plan.csv',
      does: 'the same with charts, and as numbers',
    },
    {
      line: "slmgr forecast --from-inventory --where 'tag.site = berlin'",
      does: 'machines of the inventory, as if they were just installed',
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
    'from-inventory': flag,
    where: condition.optional(),
    store: option.optional(),
    compare: option.optional(),
    runs: wholeNumber(1, 10_000).optional(),
    csv: option.optional(),
    html: option.optional(),
  }),
  run: async (input, context) => {
    const part = context.parts.forecast();
    const first = await playedScenario(input, context);
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

interface Answers {
  readonly answer: Forecast;
  readonly comparison: Forecast | null;
  readonly runs: Runs | null;
  readonly seconds: number;
}

type Pause = () => Promise<void>;

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
