import * as z from 'zod';
import { proxyGrades } from '../../../fleet/proxy/proxy-list';
import type { MachineResult } from '../../../fleet/runs/outcome';
import { formatHresult } from '../../../licensing/hresult';
import { defineCommand } from '../../framework/command';
import { oneOf, option, text, wholeNumber } from '../../framework/fields';
import type { ProxyResult } from '../../runs/proxy/shown';
import { chooseMany, choosingOptions, limitOptions } from '../../runs/own-options';
import { machineResult, runCounts } from '../../schemas/run';
import { rawOptions } from '../../targets/open-target';
import { remoteOptionNames } from '../../targets/remote-options';

const turn = machineResult.pick({
  machine: true,
  outcome: true,
  hresult: true,
  step: true,
  seconds: true,
  attempts: true,
  text: true,
  messages: true,
});

/** slmgr fleet proxy collect [EXPRESSION] --out FILE */
export const fleetProxyCollect = defineCommand({
  name: 'fleet proxy collect',
  summary: 'Collect the installation IDs of machines that cannot reach the internet',
  description:
    'Reads every product that has a key, is not licensed and can be activated by telephone, and writes a file to carry to ' +
    'another network (docs/proxy-activation.md). No product key is in it, and which machine an entry stands for, the inventory ' +
    'alone knows. Nothing is changed on a machine. Grades: full has names, systems and products; nameless leaves the names of ' +
    'machines out; minimal has a random id, the installation ID and the product alone. Where the name of the file ends in .cil or ' +
    '.cilx it is written in the form of the Volume Activation Management Tool. Ends with 0 where all machines were ' +
    'read, 3 where some were not, 4 where none was.',
  positionals: [
    {
      name: 'expression',
      summary:
        'Machines: PC-[001-050], PC-*, @branch; @all, or those of --where, --rerun and --cidr, if none is named',
      optional: true,
    },
  ],
  options: ['out', 'grade', ...choosingOptions, ...limitOptions, 'store', ...remoteOptionNames],
  examples: [
    {
      line: 'slmgr fleet proxy collect --out site.proxy --grade minimal',
      does: 'the least that the other side needs',
    },
    {
      line: "slmgr fleet proxy collect 'PC-*' --out pc.proxy --grade full",
      does: 'with names, to work with',
    },
  ],
  data: z.object({
    file: z.string(),
    grade: z.enum(proxyGrades),
    entries: z.int().describe('Installation IDs in the file'),
    known: z.int().describe('Those that have the confirmation ID of an activation before'),
    run: z.string(),
    counts: runCounts,
    results: z.array(turn),
  }),
  input: z.object({
    expression: text.optional(),
    pick: wholeNumber(1, 1_000_000).optional(),
    'pick-first': wholeNumber(1, 1_000_000).optional(),
    'per-site': wholeNumber(1, 4096).optional(),
    grade: oneOf(...proxyGrades),
    out: option,
    store: option.optional(),
    retries: wholeNumber(0, 20).optional(),
  }),
  run: async ({ expression, out, grade }, context) => {
    const options = rawOptions(context);
    const meant = expression ?? (chooseMany(options) ? null : '@all');
    const request = { expression: meant, out, grade, options };
    const shown = await context.parts.runs().collectProxy(request, context);
    const { run, entries, known, results } = shown;
    return {
      data: {
        file: out,
        grade,
        entries,
        known,
        run: run.id,
        counts: run.counts,
        results: results.map(turnOf),
      },
      text: () => shown.text,
      exitCode: run.exitCode,
      warnings: shown.messages,
    };
  },
});

/** slmgr fleet proxy fill FILE */
export const fleetProxyFill = defineCommand({
  name: 'fleet proxy fill',
  summary: 'Fill confirmation IDs into a file of installation IDs, on whichever computer',
  description:
    'Takes them from a person at the terminal, who types them group by group as the telephone tells them; from a table or ' +
    'another such file (--from); or from the telephone of the laboratory. No machine and no inventory is needed, and no service ' +
    'of Microsoft is asked. What is filled stays: a second time asks for the rest. Ends with 0 where none is open, 3 where ' +
    'some are, 4 where none of them was filled.',
  positionals: [{ name: 'file', summary: 'File of "slmgr fleet proxy collect"', holds: 'file' }],
  options: ['from', 'telephone'],
  examples: [
    { line: 'slmgr fleet proxy fill site.proxy', does: 'type them' },
    {
      line: 'slmgr fleet proxy fill site.proxy --from answers.csv',
      does: 'columns "installation id" and "confirmation id"',
    },
    {
      line: 'slmgr fleet proxy fill site.proxy --telephone lab',
      does: 'in the laboratory, from its telephone',
    },
  ],
  data: z.object({
    file: z.string(),
    entries: z.int(),
    filled: z.int().describe('By this command'),
    open: z.array(
      z.object({
        id: z.string(),
        machine: z.string().nullable(),
        reason: z.string().nullable(),
        hresult: z.string().nullable(),
      }),
    ),
  }),
  input: z.object({ file: text, from: option.optional(), telephone: oneOf('lab').optional() }),
  run: async ({ file, from, telephone }, context) => {
    const request = { file, from: from ?? null, telephone: telephone !== undefined };
    const shown = await context.parts.runs().fillProxy(request, context);
    const { entries, filled, open } = shown;
    return {
      data: { file, entries, filled, open: open.map((each) => ({ ...each })) },
      text: () => shown.text,
      exitCode: shown.exitCode,
      warnings: shown.messages,
    };
  },
});

const appliedProduct = z.object({
  id: z.string(),
  product: z.string(),
  name: z.string().nullable(),
  outcome: z.enum(['changed', 'ok', 'failed', 'skipped']),
  step: z.string().nullable(),
  message: z.string().nullable(),
  hresult: z.string().nullable(),
});

/** slmgr fleet proxy apply FILE */
export const fleetProxyApply = defineCommand({
  name: 'fleet proxy apply',
  summary: 'Activate machines with the confirmation IDs of a file',
  description:
    'Every machine is read first: a product is activated only where its installation ID and its key are still those that were ' +
    'collected, one that is activated is left alone, and the machine is read again to prove it. What was cut short is taken up ' +
    'by the same line. At a terminal it asks; elsewhere --yes says that it is meant. Ends with 0 where all are activated, 3 ' +
    'where some are not, 4 where none is, 1 where nothing was sent.',
  positionals: [{ name: 'file', summary: 'File that "slmgr fleet proxy fill" filled', holds: 'file' }],
  options: ['yes', ...limitOptions, 'store', ...remoteOptionNames],
  examples: [{ line: 'slmgr fleet proxy apply site.proxy --yes', does: 'all that have a confirmation ID' }],
  data: z.object({
    run: z.string(),
    counts: runCounts,
    results: z.array(
      turn.extend({
        changed: z.boolean().describe('Whether a product of it was activated'),
        products: z.array(appliedProduct),
        ...machineResult.pick({ verification: true, exitCode: true }).shape,
      }),
    ),
  }),
  input: z.object({
    file: text,
    store: option.optional(),
    'per-site': wholeNumber(1, 4096).optional(),
    retries: wholeNumber(0, 20).optional(),
  }),
  run: async ({ file }, context) => {
    const shown = await context.parts.runs().applyProxy({ file, options: rawOptions(context) }, context);
    const { run, results } = shown;
    return {
      data: { run: run.id, counts: run.counts, results: results.map(appliedOf) },
      text: ({ colour }) => shown.text({ colour }),
      exitCode: run.exitCode,
      warnings: shown.messages,
    };
  },
});

function turnOf(result: MachineResult): z.infer<typeof turn> {
  const { machine, outcome, hresult, step, seconds, attempts, text: shown, messages } = result;
  return { machine, outcome, hresult, step, seconds, attempts, text: shown, messages: [...messages] };
}

function appliedOf(result: ProxyResult): object {
  return {
    ...turnOf(result),
    changed: result.products.some(({ outcome }) => outcome === 'changed'),
    products: result.products.map((product) => ({
      ...product,
      hresult: product.hresult === null ? null : formatHresult(product.hresult),
    })),
    verification: result.verification,
    exitCode: result.exitCode,
  };
}
