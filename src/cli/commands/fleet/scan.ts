import * as z from 'zod';
import { failureOf, readMachine } from '../../../fleet/inventory/read-machine';
import type { MachineFailure, Observation } from '../../../fleet/inventory/observation';
import { recorder } from '../../../fleet/inventory/recorder';
import { mapWithLimit } from '../../../kms/discovery/map-with-limit';
import type { LicensingProvider } from '../../../licensing/provider';
import { defineCommand, type CommandContext } from '../../framework/command';
import { option, text, wholeNumber } from '../../framework/fields';
import type { LabMachines } from '../../parts';
import { refusalOf } from '../../refusal';
import { saidWay, type SaidWay } from '../../targets/find-machine';
import { rawOptions } from '../../targets/open-target';
import { remoteOptionNames } from '../../targets/remote-options';
import { resolveTargets, type ResolvedTarget } from '../../targets/resolve-targets';
import { iso } from './machine-data';
import { secondsNow, withInventory } from './with-inventory';

/** Machines read at once where they are far away; at a terminal one, since passwords and host keys may be asked for. */
const machinesAtOnce = 32;
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
      summary: 'Machines: PC-[001-050], PC-*, @branch; @all if none is named',
      optional: true,
    },
  ],
  options: ['exclude', 'pick', 'pick-first', 'store', ...remoteOptionNames],
  examples: [
    { line: 'slmgr fleet scan', does: 'all machines of the laboratory' },
    { line: "slmgr fleet scan 'PC-[001-050]'", does: 'some of them' },
    { line: 'slmgr fleet scan @all --targets hosts.ini', does: 'real ones, of an Ansible inventory' },
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
    expression: text.default('@all'),
    exclude: option.optional(),
    pick: wholeNumber(1, 1_000_000).optional(),
    'pick-first': wholeNumber(1, 1_000_000).optional(),
    store: option.optional(),
  }),
  run: async (input, context) => {
    const options = rawOptions(context);
    const way = await saidWay(options, context);
    const choice = {
      expression: input.expression,
      exclude: input.exclude ?? null,
      pick: input.pick ?? null,
      pickFirst: input['pick-first'] ?? null,
    };
    const targets = await resolveTargets(choice, options, context, way);
    const begun = context.console.now();
    const { read, failures, interrupted } = await scan(targets, way, context);
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

interface Scanned {
  readonly read: number;
  readonly failures: readonly MachineFailure[];
  readonly interrupted: boolean;
}

/** Reads machines and records what comes of it; after Ctrl-C no new one is begun, and what was read is kept. */
async function scan(
  targets: readonly ResolvedTarget[],
  way: SaidWay,
  context: CommandContext,
): Promise<Scanned> {
  const { console, parts } = context;
  const failures: MachineFailure[] = [];
  const progress = { read: 0, interrupted: false };
  const lab = targets.some(({ kind }) => kind === 'simulated') ? parts.lab().openMachines(context) : null;
  const release = console.onInterrupt(() => {
    progress.interrupted = true;
  });
  try {
    return await withInventory(context, async (inventory) => {
      const keep = recorder(inventory);
      await mapWithLimit(targets, atOnce(targets, context), async (target) => {
        if (progress.interrupted) return;
        const observation = await look(target, { lab, way, context });
        await keep.add(observation);
        if (observation.outcome === 'failed') failures.push(observation);
        else progress.read += 1;
        console.progress(
          `${progress.read + failures.length} of ${targets.length} machines, ${failures.length} failed`,
        );
      });
      await keep.end();
      await inventory.count(secondsNow(context));
      return { read: progress.read, failures, interrupted: progress.interrupted };
    });
  } finally {
    release();
    console.progress('');
    lab?.close();
  }
}

function atOnce(targets: readonly ResolvedTarget[], { console }: CommandContext): number {
  return console.errIsTerminal && targets.some(({ kind }) => kind === 'windows') ? 1 : machinesAtOnce;
}

interface Around {
  readonly lab: LabMachines | null;
  readonly way: SaidWay;
  readonly context: CommandContext;
}

async function look(target: ResolvedTarget, around: Around): Promise<Observation> {
  const { console } = around.context;
  try {
    const provider = await open(target, around);
    try {
      return await readMachine(target.name, provider, console.now);
    } finally {
      await provider.close();
    }
  } catch (error) {
    const failure = failureOf(target.name, error, console.now());
    if (failure !== null) return failure;
    // What the user gave for this machine is wrong: others may be read.
    const told = refusalOf(error);
    if (told === null || told.name === 'StoreError' || told.name === 'FleetStoreError') throw error;
    return {
      outcome: 'failed',
      name: target.name,
      at: Math.floor(console.now() / 1000),
      step: null,
      hresult: null,
      message: told.message,
    };
  }
}

function open({ name, kind }: ResolvedTarget, { lab, way, context }: Around): Promise<LicensingProvider> {
  const { console, parts } = context;
  if (kind === 'simulated' && lab !== null) return lab.provider(name.replace(/^lab:\/\//i, ''));
  return parts.remote().openRemote({
    console,
    parts,
    options: way.options,
    target: { machine: name, account: null },
    verb: { name: 'scan', args: [] },
    targets: way.targets,
  });
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
