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
import { rawOptions } from '../targets/open-target';
import { table } from '../output/table';
import type { Scanned } from '../runs/scan-types';
import { wayOfPlan } from '../targets/inventory-targets';
import type { ResolvedTarget, ResolvedTargets } from '../targets/resolved-target';

/** What reading them at once keeps to. */
const scanLimits = ['store', 'concurrency', 'per-site', 'retries'] as const satisfies readonly OptionName[];

/** Options of every command that finds machines. */
export const discoveryOptions = [
  'known',
  'add',
  'scan',
  ...scanLimits,
  'tsv',
] as const satisfies readonly OptionName[];

/** What these options hold. */
export const discoveryInput = {
  known: option.optional(),
  add: flag,
  scan: flag,
  store: option.optional(),
  'per-site': wholeNumber(1, 4096).optional(),
  retries: wholeNumber(0, 20).optional(),
};

/** A line of a command that finds machines, as far as all of them have it. */
export interface DiscoveryInput {
  readonly known?: string | undefined;
  readonly add: boolean;
  readonly scan: boolean;
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
  const read = readOf(discovery, scanned);
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
    return { added: 0, scanned: null };
  }
  const ways = waysTo(discovery, context);
  const added = await withInventory(context, (inventory) => inventory.add(ways.kept(), secondsNow(context)));
  if (!input.scan) return { added, scanned: null };
  const request = {
    resolved: ways.targets(),
    line: 'fleet discover --scan',
    options: scanning(options, context),
  };
  return { added, scanned: await context.parts.runs().scanMachines(request, context) };
}

/** Options of reading what was found: `--deadline` was that of the search. */
function scanning(options: OptionValues, context: CommandContext): OptionValues {
  const raw = rawOptions(context);
  const way = Object.entries(options).filter(([name]) => name !== 'deadline');
  const said = scanLimits.flatMap((name) => (raw[name] === undefined ? [] : [[name, raw[name]] as const]));
  return Object.fromEntries([...way, ...said]);
}

/** How many were read; null where nobody was to be. */
function readOf({ found, input }: Discovery, scanned: Scanned | null): number | null {
  if (scanned !== null) return scanned.counts.ok;
  return input.scan && found.candidates.length === 0 ? 0 : null;
}

type Failures = z.infer<typeof discoveryData>['failures'];

function failuresOf(scanned: Scanned | null): Failures {
  return (scanned?.failures ?? []).map(({ machine, step, message }) => ({ machine, step, message }));
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
