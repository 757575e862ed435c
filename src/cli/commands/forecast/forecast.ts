import * as z from 'zod';
import { forecastSchema } from '../../../forecast/answers/forecast';
import type { ForecastRun } from '../../../forecast/answers/forecast-run';
import { defineCommand, type CommandContext } from '../../framework/command';
import { text } from '../../framework/fields';
import { table } from '../../output/table';
import { scenarioText } from './scenario-file';
import { untilInterrupted } from './interruptible';

/** slmgr forecast SCENARIO */
export const forecast = defineCommand({
  name: 'forecast',
  summary: 'Say what happens to activation over months, for a planned estate of up to millions of machines',
  description:
    'Plays a scenario (YAML: sites with clients, KMS hosts, outages, DNS, changes) minute by minute by the rules of the laboratory: ' +
    'thresholds and 30-day counts, renewals, graces, pools of MAKs. docs/forecast.md has the whole format and its limits. ' +
    'The same scenario with the same seed gives the same answer.',
  positionals: [{ name: 'scenario', summary: 'File of the scenario; - is standard input' }],
  options: [],
  examples: [
    { line: 'slmgr forecast plan.yaml', does: 'what happens, and whether everybody stays licensed' },
    {
      line: 'slmgr forecast plan.yaml --json',
      does: 'states of machines for each day, requests of each host',
    },
  ],
  data: forecastSchema.extend({
    seconds: z.number().describe('How long this run took'),
    perSecond: z.int().describe('Steps of machines in each second of this run'),
  }),
  input: z.object({ scenario: text }),
  run: async ({ scenario: file }, context) => {
    const part = context.parts.forecast();
    const { plan } = part.readScenario(
      await scenarioText(file, context),
      file === '-' ? 'standard input' : file,
    );
    const started = context.console.now();
    const run = new part.ForecastRun(plan);
    const ended = await untilInterrupted(context, (pause) => playWithProgress(run, pause, context));
    if (ended.kind === 'interrupted') {
      return { data: null, text: () => '', exitCode: ended.exitCode, warnings: ['Interrupted: no answer.'] };
    }
    const answer = part.answerOf(file, run.result());
    const seconds = Math.max(context.console.now() - started, 1) / 1000;
    return {
      data: { ...answer, seconds, perSecond: Math.round(answer.events / seconds) },
      text: (style) => part.forecastText(answer, (head, rows) => table(head, rows, style)),
    };
  },
});

/** Plays to the end; says at a terminal how far it is. */
async function playWithProgress(
  run: ForecastRun,
  pause: () => Promise<void>,
  { console }: Pick<CommandContext, 'console'>,
): Promise<void> {
  while (!run.isOver) {
    run.playHour();
    await pause();
    console.progress(progressOf(run));
  }
  console.progress('');
}

function progressOf(run: ForecastRun): string {
  const { plan } = run.simulation;
  return `day ${Math.floor(run.now / 1440)} of ${plan.minutes / 1440}`;
}
