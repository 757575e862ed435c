import * as z from 'zod';
import type { MachineFailure } from '../../../fleet/inventory/observation';
import { defineCommand } from '../../framework/command';
import { scanByWorkers } from '../../fleet/scan-by-workers';
import { scanMachines } from '../../fleet/scan-machines';
import { tell } from '../../output/tell';
import { choiceOf } from '../../runs/choice';
import { usualConcurrency } from '../../runs/concurrency';
import { chooseMany, choosingOptions } from '../../runs/own-options';
import { option, text, wholeNumber } from '../../framework/fields';
import { saidWay } from '../../targets/find-machine';
import { rawOptions } from '../../targets/open-target';
import { remoteOptionNames } from '../../targets/remote-options';
import { resolveTargets } from '../../targets/resolve-targets';
import { iso } from './machine-data';
import { withInventory } from './with-inventory';

const failuresInText = 10;

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
  options: [...choosingOptions, 'concurrency', 'shared', 'sites', 'store', ...remoteOptionNames],
  examples: [
    { line: 'slmgr fleet scan', does: 'all machines of the laboratory' },
    { line: "slmgr fleet scan 'PC-[001-050]'", does: 'some of them' },
    { line: 'slmgr fleet scan @all --targets hosts.ini', does: 'real ones, of an Ansible inventory' },
    {
      line: "slmgr fleet scan --where 'age > 7'",
      does: 'those that were not seen for a week, as they were reached',
    },
  ],
  data: z.object({
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
    concurrency: wholeNumber(1, 4096).optional(),
    store: option.optional(),
  }),
  run: async (input, context) => {
    const options = rawOptions(context);
    const way = await saidWay(options, context);
    const { choice, rerun } = await choiceOf(
      input.expression ?? (chooseMany(options) ? null : '@all'),
      options,
      context,
    );
    if (rerun !== null) tell(context.console, `slmgr: ${rerun.sentence}.`);
    const resolved = await resolveTargets(choice, way, context);
    const { targets } = resolved;
    const { usual } = usualConcurrency();
    const begun = context.console.now();
    const { read, failures, interrupted } =
      options.shared === true
        ? await scanByWorkers(resolved, options, context)
        : await withInventory(context, (inventory) =>
            scanMachines(resolved, inventory, { options, concurrency: input.concurrency ?? usual }, context),
          );
    const notRun = targets.length - read - failures.length;
    return {
      data: {
        machines: targets.length,
        read,
        failed: failures.length,
        notRun,
        seconds: (context.console.now() - begun) / 1000,
        failures: failures.map(({ name, at, step, hresult, message }) => ({
          machine: name,
          at: iso(at) ?? '',
          step,
          hresult,
          message,
        })),
      },
      text: () => scanText({ machines: targets.length, read, notRun }),
      warnings: failureLines(failures),
      ok: read === targets.length,
      exitCode: interrupted ? 130 : statusOf(read, targets.length),
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

function failureLines(failures: readonly MachineFailure[]): readonly string[] {
  const shown = failures
    .slice(0, failuresInText)
    .map(({ name, step, message }) => `${name}: ${step === null ? '' : `${step}: `}${message}`);
  const more = failures.length - shown.length;
  return more > 0 ? [...shown, `and ${more} more; "slmgr fleet list" has them all.`] : shown;
}
