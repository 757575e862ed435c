import { existsSync } from 'node:fs';
import * as z from 'zod';
import { readInputLine } from '../../../transports/local/process-ports';
import type { Answers } from '../../../forecast/make/asked-scenario';
import { defineCommand, UsageError, type CommandContext } from '../../framework/command';
import { flag, option, text } from '../../framework/fields';
import { writeNamedFile } from '../../output/named-file';
import { Refusal } from '../../refusal';
import { condition } from '../fleet/condition-option';
import { knownScenario } from './played-scenario';

/** Most bytes of answers that come from no terminal. */
const greatestBytes = 64 * 1024;

/** slmgr forecast init */
export const forecastInit = defineCommand({
  name: 'forecast init',
  summary: 'Ask a few questions and write a scenario, or write that of the inventory or the laboratory',
  description:
    'An empty answer takes what stands in brackets. Where standard input is no terminal, it has an answer a line. ' +
    'With --from-inventory or --from-lab nothing is asked. What cannot be is refused, and nothing is written.',
  positionals: [
    {
      name: 'machines',
      summary: 'Which machines of the inventory, as in PC-*; all without it',
      optional: true,
    },
  ],
  options: ['from-lab', 'from-inventory', 'where', 'store', 'out', 'force'],
  examples: [
    { line: 'slmgr forecast init --out plan.yaml', does: 'a scenario to go on from' },
    {
      line: "slmgr forecast init --from-inventory 'PC-*' --out plan.yaml",
      does: 'one of machines of the inventory, to be changed',
    },
  ],
  data: z.object({ scenario: z.string() }),
  input: z.object({
    machines: text.optional(),
    'from-lab': flag,
    'from-inventory': flag,
    where: condition.optional(),
    store: option.optional(),
    out: option.optional(),
    force: flag,
  }),
  run: async ({ out, force, machines, ...said }, context) => {
    if (out !== undefined && !force && existsSync(out)) {
      throw new Refusal(`${out} is there already: --force writes over it.`);
    }
    if (machines !== undefined && !said['from-inventory']) {
      throw new UsageError(
        `Words name machines of the inventory: say --from-inventory, or leave out ${machines}.`,
      );
    }
    const known = await knownScenario({ ...said, scenario: machines }, context);
    const scenario = known?.content ?? (await asked(context));
    if (out !== undefined) writeNamedFile(out, scenario);
    const next = out === undefined ? scenario : `${out} is written: "slmgr forecast ${out}" plays it.\n`;
    return { data: { scenario }, text: () => next };
  },
});

async function asked(context: CommandContext): Promise<string> {
  const part = context.parts.forecast();
  const start = `${new Date(context.console.now()).toISOString().slice(0, 10)}T08:00:00Z`;
  const scenario = part.askedScenario(await answers(context), start);
  part.readScenario(scenario, 'these answers');
  return scenario;
}

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
