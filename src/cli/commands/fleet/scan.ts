import * as z from 'zod';
import { defineCommand } from '../../framework/command';
import { tell } from '../../output/tell';
import { choiceOf } from '../../runs/choice';
import { chooseMany, choosingOptions, limitOptions } from '../../runs/own-options';
import { option, text, wholeNumber } from '../../framework/fields';
import { saidWay } from '../../targets/find-machine';
import { runCounts } from '../../schemas/run';
import { rawOptions } from '../../targets/open-target';
import { remoteOptionNames } from '../../targets/remote-options';
import { resolveTargets } from '../../targets/resolve-targets';

const failureData = z.object({
  machine: z.string(),
  at: z.iso.datetime(),
  step: z.string().nullable(),
  hresult: z.string().nullable(),
  message: z.string(),
});

/** slmgr fleet scan */
export const fleetScan = defineCommand({
  name: 'fleet scan',
  summary: 'Read machines and remember what they say',
  description:
    'Reads what /dlv shows of every product with a key, and the name, build and UUID of the system, and keeps what has changed. Nothing is ' +
    'changed on a machine. Ends with 0 where all were read, 3 where some were not, 4 where none was; a machine that cannot be read keeps ' +
    'what was known of it, with the failure.',
  positionals: [
    {
      name: 'expression',
      summary:
        'Machines: PC-[001-050], PC-*, @branch; @all, or those of --where, --rerun and --cidr, if none is named',
      optional: true,
    },
  ],
  options: [
    ...choosingOptions,
    ...limitOptions,
    ...(['ndjson', 'shared', 'sites', 'store'] as const),
    ...remoteOptionNames,
  ],
  examples: [
    { line: 'slmgr fleet scan', does: 'all machines of the laboratory' },
    { line: "slmgr fleet scan 'PC-[001-050]'", does: 'some of them' },
    { line: 'slmgr fleet scan @all --targets hosts.ini', does: 'real ones, of an Ansible inventory' },
    { line: 'slmgr fleet scan @all --retries 2 --deadline 1h', does: 'with further attempts, for an hour' },
    {
      line: "slmgr fleet scan --where 'age > 7'",
      does: 'those that were not seen for a week, as they were reached',
    },
  ],
  data: z.object({
    run: z.string(),
    counts: runCounts,
    machines: z.int(),
    read: z.int(),
    failed: z.int(),
    notRun: z.int(),
    seconds: z.number(),
    failures: z.array(failureData),
  }),
  input: z.object({
    expression: text.optional(),
    pick: wholeNumber(1, 1_000_000).optional(),
    'pick-first': wholeNumber(1, 1_000_000).optional(),
    'per-site': wholeNumber(1, 4096).optional(),
    retries: wholeNumber(0, 20).optional(),
    store: option.optional(),
  }),
  run: async ({ expression }, context) => {
    const options = rawOptions(context);
    const way = await saidWay(options, context);
    const { choice, rerun } = await choiceOf(
      expression ?? (chooseMany(options) ? null : '@all'),
      options,
      context,
    );
    if (rerun !== null) tell(context.console, `slmgr: ${rerun.sentence}.`);
    const resolved = await resolveTargets(choice, way, context);
    const line = ['fleet scan', ...(expression === undefined ? [] : [expression])].join(' ');
    const scanned = await context.parts.runs().scanMachines({ resolved, line, options }, context);
    const { run, counts, seconds, failures, interrupted } = scanned;
    const { ok: read, notRun } = counts;
    const machines = resolved.targets.length;
    return {
      data: {
        ...{ run, counts, machines, read, notRun, seconds },
        failed: failures.length,
        failures: failures.map((each) => ({ ...each, at: new Date(each.at).toISOString() })),
      },
      text: () => scanText({ machines, read, notRun }),
      warnings: read === machines ? [] : scanned.messages,
      ok: read === machines,
      exitCode: interrupted ? 130 : statusOf(read, machines),
    };
  },
});

function statusOf(read: number, all: number): number {
  if (read === all) return 0;
  return read === 0 ? 4 : 3;
}

function scanText({
  machines,
  read,
  notRun,
}: {
  readonly machines: number;
  readonly read: number;
  readonly notRun: number;
}): string {
  const rest = machines - read - notRun;
  const failed = rest === 0 ? '' : `, ${rest} could not be read`;
  const left = notRun === 0 ? '' : `, ${notRun} not begun`;
  return `${read} of ${machines} machine${machines === 1 ? '' : 's'} read${failed}${left}.\n`;
}
