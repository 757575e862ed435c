import * as z from 'zod';
import { targetsOfCandidates, type Candidate } from '../../fleet/discovery/candidate';
import type { Discovered } from '../../fleet/discovery/discovered';
import type { NamedWay } from '../../fleet/inventory/way';
import { joinTargets } from '../../remote/joined-targets';
import type { TargetsFile } from '../../remote/targets-file';
import { harmlessText } from '../../transports/harmless-text';
import type { OptionValues } from '../argv/option-values';
import { withInventory, secondsNow } from '../commands/fleet/with-inventory';
import type { CommandContext, CommandResult } from '../framework/command';
import { flag, option, wholeNumber } from '../framework/fields';
import type { OptionName } from '../options';
import { table } from '../output/table';
import { usualConcurrency } from '../runs/concurrency';
import { wayOfPlan } from '../targets/inventory-targets';
import type { ResolvedTarget, ResolvedTargets } from '../targets/resolve-targets';
import { scanMachines, type Scanned } from './scan-machines';

/** Options of every command that finds machines. */
export const discoveryOptions = [
  'known',
  'add',
  'scan',
  'store',
  'concurrency',
  'tsv',
] as const satisfies readonly OptionName[];

/** What these options hold. */
export const discoveryInput = {
  known: option.optional(),
  add: flag,
  scan: flag,
  store: option.optional(),
  concurrency: wholeNumber(1, 4096).optional(),
};

/** A line of a command that finds machines, as far as all of them have it. */
export interface DiscoveryInput {
  readonly known?: string | undefined;
  readonly add: boolean;
  readonly scan: boolean;
  readonly concurrency?: number | undefined;
  /** In ms. */
  readonly deadline?: number | undefined;
}

/** `data` of every command that finds machines. */
export const discoveryData = z.object({
  candidates: z.array(
    z.object({
      name: z.string(),
      address: z.string().nullable(),
      via: z
        .enum(['ssh', 'winrm', 'winrms'])
        .nullable()
        .describe('The way that answered, or that a file says'),
      port: z.int().nullable().describe('Where it is not the usual one'),
      from: z.string().describe('What it was found by'),
      detail: z.string().nullable().describe('What it told of itself'),
    }),
  ),
  known: z
    .int()
    .nullable()
    .describe('How many were found and left out, since --known means them; null without it'),
  added: z.int().nullable().describe('How many were new to the inventory; null without --add'),
  read: z.int().nullable().describe('How many were read; null without --scan'),
  failures: z.array(z.object({ machine: z.string(), step: z.string().nullable(), message: z.string() })),
  interrupted: z.boolean(),
});

/** What a command found, and what is to become of it. */
export interface Discovery {
  readonly found: Discovered;
  /** How many more were found that are known; null where nobody asked. */
  readonly known: number | null;
  readonly interrupted: boolean;
  readonly input: DiscoveryInput;
  /** Options of the way to the machines, for --scan and --add. */
  readonly options: OptionValues;
  /** Targets files of the line: what they say of a name goes before what was found out. */
  readonly files: TargetsFile | undefined;
}

const linesInText = 10;

interface Kept {
  readonly added: number | null;
  readonly scanned: Scanned | null;
}

/** Remembers or reads what was found, where that is wished, and tells of it. */
export async function concludeDiscovery(
  discovery: Discovery,
  context: CommandContext,
): Promise<CommandResult> {
  const { known, found } = discovery;
  const { candidates, notes } = found;
  const { added, scanned } = await keep(discovery, context);
  const failures = failuresOf(scanned);
  const interrupted = discovery.interrupted || scanned?.interrupted === true;
  const read = scanned?.read ?? null;
  const exitCode = interrupted ? 130 : statusOf(discovery, read);
  const rows = candidates.map(rowOf);
  return {
    data: { candidates: candidates.map((each) => ({ ...each })), known, added, read, failures, interrupted },
    text: (style) =>
      (rows.length === 0 ? '' : table(head, rows, style)) + summaryOf(rows.length, { known, added, read }),
    table: { head, rows },
    messages: notes.map(harmlessText),
    warnings: warningsOf(discovery, failures).map(harmlessText),
    exitCode,
    ok: exitCode === 0,
  };
}

async function keep(discovery: Discovery, context: CommandContext): Promise<Kept> {
  const { found, input, interrupted, options } = discovery;
  const isWished = (input.add || input.scan) && !interrupted;
  if (!isWished) return { added: null, scanned: null };
  if (found.candidates.length === 0) {
    return { added: 0, scanned: input.scan ? { read: 0, failures: [], interrupted: false } : null };
  }
  const ways = waysTo(discovery, context);
  return withInventory(context, async (inventory) => {
    const added = await inventory.add(ways.kept(), secondsNow(context));
    if (!input.scan) return { added, scanned: null };
    const concurrency = input.concurrency ?? usualConcurrency().usual;
    const scanned = await scanMachines(ways.targets(), inventory, { options, concurrency }, context);
    return { added, scanned };
  });
}

type Failures = z.infer<typeof discoveryData>['failures'];

function failuresOf(scanned: Scanned | null): Failures {
  return (scanned?.failures ?? []).map(({ name, step, message }) => ({ machine: name, step, message }));
}

function warningsOf({ found, known, input, interrupted }: Discovery, failures: Failures): readonly string[] {
  const lines = failures.map(
    ({ machine, step, message }) => `${machine}: ${step === null ? '' : `${step}: `}${message}`,
  );
  const isLost = interrupted && (input.add || input.scan);
  return [
    ...shortened(found.problems),
    ...shortened(lines),
    // Where nobody was found, what is usually no fault may be the reason.
    ...(found.candidates.length === 0 && (known ?? 0) === 0 ? found.notes : []),
    ...(isLost ? ['It was interrupted: nothing was added to the inventory.'] : []),
  ];
}

/** 0 all good; 3 something is missing or was not read; 4 nothing was found, or nothing that was found was read. */
function statusOf({ found, known, input }: Discovery, read: number | null): number {
  const all = found.candidates.length;
  if (all === 0 ? (known ?? 0) === 0 : input.scan && read === 0) return 4;
  return found.problems.length > 0 || (input.scan && read !== all) ? 3 : 0;
}

interface WaysToCandidates {
  /** For the inventory: a way is kept where it answered, or where a file says it; else the name alone. */
  readonly kept: () => readonly NamedWay[];
  /** For reading them at once. */
  readonly targets: () => ResolvedTargets;
}

function waysTo({ found, options, files }: Discovery, { console, parts }: CommandContext): WaysToCandidates {
  const ofCandidates = targetsOfCandidates(found.candidates);
  const joined = files === undefined ? ofCandidates : joinTargets([files, ofCandidates]);
  const run = parts.remote().openRun({ options, console, parts, targets: joined });
  const isSaid = ({ name, via }: Candidate): boolean => via !== null || (files?.find(name) ?? null) !== null;
  return {
    kept: () =>
      found.candidates.map((each) => {
        const { name } = each;
        return { name, way: isSaid(each) ? wayOfPlan(run.planned({ machine: name, account: null })) : null };
      }),
    targets: () => ({
      files: joined,
      targets: found.candidates.map(({ name, from }): ResolvedTarget => {
        const { transport: via, site, jump } = run.wayTo(name);
        return { name, kind: 'windows', via, source: from, jump, site };
      }),
    }),
  };
}

const head = ['Name', 'Address', 'Via', 'Port', 'Found by', 'Tells'];

function rowOf({ name, address, via, port, from, detail }: Candidate): readonly (string | number | null)[] {
  return [name, address, via, port, from, detail];
}

function summaryOf(
  found: number,
  { known, added, read }: Readonly<Record<'known' | 'added' | 'read', number | null>>,
): string {
  const all = found + (known ?? 0);
  const counts = [
    ...(known === null ? [] : [`${known} known already`]),
    ...(added === null ? [] : [`${added} new`]),
    ...(read === null ? [] : [`${read} read`]),
  ];
  return `${[`${all} machine${all === 1 ? '' : 's'} found`, ...counts].join(', ')}.\n`;
}

function shortened(lines: readonly string[]): readonly string[] {
  const more = lines.length - linesInText;
  return more > 0 ? [...lines.slice(0, linesInText), `and ${more} more.`] : lines;
}
