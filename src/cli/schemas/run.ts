import * as z from 'zod';
import { outcomes } from '../../fleet/runs/outcome';
import { documentSchema } from '../output/document';
import { runResultSchema } from '../runs/result-schema';

const hresult = z
  .string()
  .regex(/^0x[0-9A-F]{8}$/)
  .nullable();

/** What one machine's turn came to. */
export const machineResult = z.object({
  machine: z.string(),
  outcome: z
    .enum(outcomes)
    .describe(
      'ok: read; changed: a change was made; failed: it answered with an error; unreachable: nothing was sent that could have changed it; unknown: a change was begun, and nobody can say whether it was made; not-run: its turn did not come',
    ),
  kind: z
    .string()
    .nullable()
    .optional()
    .describe('Which kind of machine answered a verb: simulated or windows; null: none did'),
  verification: z
    .enum(['verified', 'accepted', 'not-verifiable'])
    .nullable()
    .describe('Of a change: read back; taken and not shown by reading; nothing tells it'),
  exitCode: z.int().nullable().describe('The status that a line to this machine alone would have'),
  hresult,
  step: z
    .string()
    .nullable()
    .describe('The step of the way that failed: name, tcp, host-key, authentication …'),
  seconds: z.number(),
  attempts: z.int(),
  text: z.string(),
  data: z.unknown().describe("The verb's own data, as a line to this machine has it"),
  messages: z.array(z.string()),
});

/** Outcomes of all machines; the numbers add up to their number. */
export const runCounts = z.object({
  ok: z.int(),
  changed: z.int(),
  failed: z.int(),
  unreachable: z.int(),
  skipped: z.int(),
  notRun: z.int(),
  unknown: z.int(),
});

/** Data of a run over many machines; without the results under --ndjson, which gives each as it comes. */
export const runData = z.object({
  run: z.string(),
  counts: runCounts,
  results: z.array(machineResult).optional(),
});

/** The document of a run over many machines; under --ndjson the last line, without the results. */
export const runDocument = z.object({
  schema: z.literal(documentSchema),
  verb: z.string().describe('The verb or the command'),
  target: z.null(),
  ok: z.boolean(),
  exitCode: z
    .int()
    .describe('0 all good, 3 some not, 4 none good, 1 wrong words and nothing sent, 130 interrupted'),
  hresult: z.null(),
  messages: z.array(z.string()),
  data: runData.nullable(),
});

/** The line of one machine under --ndjson. */
export const runResultLine = z.object({
  schema: z.literal(runResultSchema),
  run: z.string(),
  ...machineResult.shape,
});
