import * as z from 'zod';
import { targetsOfCandidates, type Candidate } from '../../fleet/discovery/candidate';
import type { Discovered } from '../../fleet/discovery/discovered';
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
import type { ResolvedTarget } from '../targets/resolve-targets';
import { scanMachines, type Scanned } from './scan-machines';

/** Options of every command that finds machines. */
export const discoveryOptions = [
  'add',
  'scan',
  'store',
  'concurrency',
  'tsv',
] as const satisfies readonly OptionName[];

/** What these options hold. */
export const discoveryInput = {
  add: flag,
  scan: flag,
  store: option.optional(),
  concurrency: wholeNumber(1, 4096).optional(),
};

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
  added: z.int().nullable().describe('How many were new to the inventory; null without --add'),
  read: z.int().nullable().describe('How many were read; null without --scan'),
  failures: z.array(z.object({ machine: z.string(), step: z.string().nullable(), message: z.string() })),
  interrupted: z.boolean(),
});

/** What a command found, and what is to become of it. */
export interface Discovery {
  readonly found: Discovered;
  readonly interrupted: boolean;
  readonly input: {
    readonly add: boolean;
    readonly scan: boolean;
    readonly concurrency?: number | undefined;
  };
  /** Options of the way to the machines, for --scan. */
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
  const { candidates, notes } = discovery.found;
  const { added, scanned } = await keep(discovery, context);
  const failures = failuresOf(scanned);
  const interrupted = discovery.interrupted || scanned?.interrupted === true;
  const read = scanned?.read ?? null;
  const exitCode = interrupted ? 130 : statusOf(discovery, read);
  const rows = candidates.map(rowOf);
  return {
    data: { candidates: candidates.map((each) => ({ ...each })), added, read, failures, interrupted },
    text: (style) =>
      (rows.length === 0 ? '' : table(head, rows, style)) + summaryOf(rows.length, added, read),
    table: { head, rows },
    messages: notes.map(harmlessText),
    warnings: warningsOf(discovery, failures).map(harmlessText),
    exitCode,
    ok: exitCode === 0,
  };
}

async function keep(discovery: Discovery, context: CommandContext): Promise<Kept> {
  const { found, input, interrupted, options } = discovery;
  const names = found.candidates.map(({ name }) => name);
  const isWished = (input.add || input.scan) && names.length > 0 && !interrupted;
  if (!isWished) return { added: null, scanned: null };
  return withInventory(context, async (inventory) => {
    const added = await inventory.add(names, secondsNow(context));
    if (!input.scan) return { added, scanned: null };
    const concurrency = input.concurrency ?? usualConcurrency().usual;
    const way = { options, concurrency };
    return { added, scanned: await scanMachines(targetsOf(discovery, context), inventory, way, context) };
  });
}

type Failures = z.infer<typeof discoveryData>['failures'];

function failuresOf(scanned: Scanned | null): Failures {
  return (scanned?.failures ?? []).map(({ name, step, message }) => ({ machine: name, step, message }));
}

function warningsOf({ found, input, interrupted }: Discovery, failures: Failures): readonly string[] {
  const lines = failures.map(
    ({ machine, step, message }) => `${machine}: ${step === null ? '' : `${step}: `}${message}`,
  );
  const isLost = interrupted && (input.add || input.scan);
  return [
    ...shortened(found.problems),
    ...shortened(lines),
    // Where nobody was found, what is usually no fault may be the reason.
    ...(found.candidates.length === 0 ? found.notes : []),
    ...(isLost ? ['It was interrupted: nothing was added to the inventory.'] : []),
  ];
}

/** 0 all good; 3 something is missing or was not read; 4 nothing was found, or nothing that was found was read. */
function statusOf({ found, input }: Discovery, read: number | null): number {
  const all = found.candidates.length;
  if (all === 0 || (input.scan && read === 0)) return 4;
  return found.problems.length > 0 || (input.scan && read !== all) ? 3 : 0;
}

function targetsOf(
  { found, options, files }: Discovery,
  { console, parts }: CommandContext,
): { readonly targets: readonly ResolvedTarget[]; readonly files: TargetsFile } {
  const ofCandidates = targetsOfCandidates(found.candidates);
  const joined = files === undefined ? ofCandidates : joinTargets([files, ofCandidates]);
  const run = parts.remote().openRun({ options, console, parts, targets: joined });
  return {
    files: joined,
    targets: found.candidates.map(({ name, from }): ResolvedTarget => {
      const { transport: via, site, jump } = run.wayTo(name);
      return { name, kind: 'windows', via, source: from, jump, site };
    }),
  };
}

const head = ['Name', 'Address', 'Via', 'Port', 'Found by', 'Tells'];

function rowOf({ name, address, via, port, from, detail }: Candidate): readonly (string | number | null)[] {
  return [name, address, via, port, from, detail];
}

function summaryOf(found: number, added: number | null, read: number | null): string {
  const machines = `${found} machine${found === 1 ? '' : 's'} found`;
  return `${[machines, ...(added === null ? [] : [`${added} new`]), ...(read === null ? [] : [`${read} read`])].join(', ')}.\n`;
}

function shortened(lines: readonly string[]): readonly string[] {
  const more = lines.length - linesInText;
  return more > 0 ? [...lines.slice(0, linesInText), `and ${more} more.`] : lines;
}

/** Runs a search that Ctrl+C ends: it tells of what was found by then. */
export async function untilInterrupted<T>(
  { console }: CommandContext,
  deadlineMs: number | null,
  search: (signal: AbortSignal) => Promise<T>,
): Promise<{ readonly result: T; readonly interrupted: boolean }> {
  const stop = new AbortController();
  let interrupted = false;
  const release = console.onInterrupt(() => {
    interrupted = true;
    stop.abort();
  });
  const timer = deadlineMs === null ? undefined : setTimeout(() => stop.abort(), deadlineMs);
  try {
    return { result: await search(stop.signal), interrupted };
  } finally {
    clearTimeout(timer);
    release();
    console.progress('');
  }
}
