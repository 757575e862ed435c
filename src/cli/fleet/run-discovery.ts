import type { Discovered } from '../../fleet/discovery/discovered';
import { NameSet } from '../../fleet/targets/name-set';
import type { TargetsFile } from '../../remote/targets-file';
import type { OptionValues } from '../argv/option-values';
import type { CommandContext, CommandResult } from '../framework/command';
import { saidWay, type SaidWay } from '../targets/find-machine';
import { rawOptions } from '../targets/open-target';
import { resolveTargets } from '../targets/resolve-targets';
import { concludeDiscovery, type DiscoveryInput } from './conclude-discovery';

/** A way to find machines, and what the line says of it. */
export interface DiscoveryWay {
  readonly input: DiscoveryInput;
  /** Options of the way to the machines, for --scan and --add. */
  readonly options: OptionValues;
  /** The search; after the signal it tells of what was found by then. `files`: the targets files of the options. */
  readonly search: (signal: AbortSignal, files: TargetsFile | undefined) => Promise<Discovered>;
}

/** Searches, leaves out who is known by --known, and remembers or reads the others where that is wished. */
export async function runDiscovery(
  { input, options, search }: DiscoveryWay,
  context: CommandContext,
): Promise<CommandResult> {
  const { targets: files } = await saidWay(options, context);
  const known =
    input.known === undefined ? null : await namesKnown(input.known, { options, targets: files }, context);
  const { result, interrupted } = await untilInterrupted(context, input.deadline ?? null, (signal) =>
    search(signal, files),
  );
  const candidates = result.candidates.filter(({ name }) => known?.has(name) !== true);
  const left = known === null ? null : result.candidates.length - candidates.length;
  const found = { ...result, candidates };
  return concludeDiscovery({ found, known: left, interrupted, input, options, files }, context);
}

/** Who an expression means, as any other line would take it: nobody was asked anything yet. */
async function namesKnown(expression: string, way: SaidWay, context: CommandContext): Promise<NameSet> {
  const choice = { expression, exclude: null, pick: null, pickFirst: null };
  const options = rawOptions(context);
  // What was read once may have been a pipe.
  const own = options.targets === way.options.targets ? { ...way, options } : await saidWay(options, context);
  const { targets } = await resolveTargets(choice, own, context);
  return new NameSet(targets.map(({ name }) => name));
}

/** Runs a search that Ctrl+C ends: it tells of what was found by then. */
async function untilInterrupted<T>(
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
