import * as z from 'zod';
import { readInputLine } from '../../../transports/local/process-ports';
import type { Answers } from '../../../forecast/make/asked-scenario';
import { defineCommand, type CommandContext } from '../../framework/command';
import { flag, option } from '../../framework/fields';
import { writeNamedFile } from '../../output/named-file';
import { Refusal } from '../../refusal';
import { existsSync } from 'node:fs';

/** Most bytes of answers that come from no terminal. */
const greatestBytes = 64 * 1024;

/** slmgr forecast init */
export const forecastInit = defineCommand({
  name: 'forecast init',
  summary: 'Ask a few questions and write a scenario',
  description:
    'An empty answer takes what stands in brackets. Where standard input is no terminal, it has an answer a line. ' +
    'What cannot be is refused, and nothing is written.',
  positionals: [],
  options: ['out', 'force'],
  examples: [{ line: 'slmgr forecast init --out plan.yaml', does: 'a scenario to go on from' }],
  data: z.object({ scenario: z.string() }),
  input: z.object({ out: option.optional(), force: flag }),
  run: async ({ out, force }, context) => {
    const part = context.parts.forecast();
    if (out !== undefined && !force && existsSync(out)) {
      throw new Refusal(`${out} is there already: --force writes over it.`);
    }
    const start = `${new Date(context.console.now()).toISOString().slice(0, 10)}T08:00:00Z`;
    const scenario = part.askedScenario(await answers(context), start);
    part.readScenario(scenario, 'these answers');
    if (out !== undefined) writeNamedFile(out, scenario);
    const next = out === undefined ? scenario : `${out} is written: "slmgr forecast ${out}" plays it.\n`;
    return { data: { scenario }, text: () => next };
  },
});

async function answers({ console, parts }: CommandContext): Promise<Answers> {
  const { questions } = parts.forecast();
  const given: Partial<Record<keyof Answers, string>> = {};
  const lines = process.stdin.isTTY ? null : (await console.readInput(greatestBytes)).split(/\r?\n/);
  for (const [at, { key, text, otherwise }] of questions.entries()) {
    if (lines === null) console.err(`${text} [${otherwise}]? `);
    const answer = lines === null ? await readInputLine() : (lines[at] ?? '');
    given[key] = answer?.trim() === '' || answer === null ? otherwise : answer.trim();
  }
  return given as Answers;
}
