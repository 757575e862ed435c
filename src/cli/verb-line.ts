import { formatHresult } from '../licensing/hresult';
import { LicensingError, type LicensingProvider, type ProviderDescription } from '../licensing/provider';
import { hasOwnSentence } from '../licensing/slmgr-messages';
import { dryRunOf, type DryRun } from '../providers/dry-run';
import { dryRunDataOf, renderDryRun } from '../render/dry-run';
import { verbFacts } from '../render/json';
import { renderText, textPrinter, type TextPrinter } from '../render/text';
import type { ScriptGeneration } from '../render/text/script-generation';
import type { VerbHint } from '../providers/windows/expected-reads';
import { failureLines, isRemoteFailure, type RemoteFailure } from '../remote/remote-failure';
import { parseCommandLine, type CommandLine, type Target } from '../verbs/grammar';
import type { VerbError } from '../verbs/results';
import { endingOf, runCommandLine, strictExitCode, type CommandResult } from '../verbs/run';
import { wrongId } from './argv/wrong-id';
import type { OptionValues } from './argv/option-values';
import type { Console } from './console';
import { refused, statusOfScript } from './exit-status';
import { optionSpec, type OptionName } from './options';
import { documentLine, type ResultDocument } from './output/document';
import { tell } from './output/tell';
import { folded } from './output/wrap';
import type { Parts, Surroundings } from './parts';
import { Refusal, refusalOf } from './refusal';
import { chooseMany, runOptionOf } from './runs/own-options';
import { isExpression } from '../fleet/targets/is-expression';
import { resolveTarget } from './targets/resolve';

/** A command line in slmgr's own grammar, its long options taken out. */
export interface VerbLine {
  readonly words: readonly string[];
  readonly options: OptionValues;
  /** The lab machine on which the command is typed; null outside of `lab exec`. */
  readonly self: string | null;
  /** The script whose text is printed; today's unless told. */
  readonly script?: ScriptGeneration;
}

/** What running a command line left behind. */
interface Run {
  readonly line: CommandLine;
  readonly words: readonly string[];
  readonly results: CommandResult[];
  described: ProviderDescription | null;
  dryRun: DryRun | null;
  /** The machine, where it is looked at behind the verb as well; closed by the verb where null. */
  opened: LicensingProvider | 'kept open' | null;
  /** What failed on the way to a machine over the network, or in the middle of the verb: which step, what to do. */
  remoteFailure: RemoteFailure | null;
}

/** Runs a command line of slmgr's grammar; the status that the process ends with. */
export async function runVerbLine(verbLine: VerbLine, around: Surroundings): Promise<number> {
  const { console } = around;
  const { words, options } = verbLine;
  const json = options.json === true;
  const line = parseCommandLine(words);
  const run: Run = {
    line,
    words,
    results: [],
    described: null,
    dryRun: null,
    opened: null,
    remoteFailure: null,
  };
  const printer = json || options['dry-run'] === true ? null : textPrinter(undefined, verbLine.script);
  try {
    refuseForeignOptions(options);
    if (meansMany(line.target, options))
      return await around.parts.runs().runVerbOnMany({ call: line, words, options }, around);
    refuseRunOptions(options);
    await runRecorded(run, verbLine, around, printer);
  } catch (error) {
    const told = refusalOf(error);
    if (told === null) throw error;
    return refuse(told, run, { json: json || options.ndjson === true, console });
  }
  const { ending, status } = endOf(run, options, console);
  if (json) {
    console.out(
      documentLine({ ...factsOf(run, around.parts), ok: ending.ok, target: targetOf(run), exitCode: status }),
    );
    return status;
  }
  show(printer === null ? dryRunText(run) : printer.end(), console);
  tellMore(run, around);
  return status;
}

/** Text goes out as it is; a terminal, which would break words, gets its long lines folded at blanks. */
function show(text: string, { out, outIsTerminal: terminal, width }: Console): void {
  out(folded(text, { terminal, width }));
}

/** Runs the line; with --record the machine is read behind the verb, over the same connection, and remembered. */
async function runRecorded(
  run: Run,
  verbLine: VerbLine,
  around: Surroundings,
  printer: TextPrinter | null,
): Promise<void> {
  const { options } = verbLine;
  const record =
    options.record === true
      ? await around.parts.runs().recordLine({ target: run.line.target, options }, around)
      : null;
  if (record === null) {
    await runToEnd(run, verbLine, around, printer);
    return;
  }
  try {
    run.opened = 'kept open';
    await runToEnd(run, verbLine, around, printer);
    const opened = openedOf(run);
    if (opened === null) await record.failed(run.remoteFailure ?? unconnected(run));
    else await record.answered(opened);
  } finally {
    await openedOf(run)?.close();
    await record.end();
  }
}

async function runToEnd(
  run: Run,
  { options, self }: VerbLine,
  around: Surroundings,
  printer: TextPrinter | null,
): Promise<void> {
  const connect = async (target: Target): Promise<LicensingProvider> => {
    const onFailure = (failure: RemoteFailure): void => {
      run.remoteFailure = failure;
    };
    const context = { ...around, options, self, verb: verbHint(run.line), onFailure };
    const provider = await resolveTarget(target, context).catch((error: unknown) => {
      if (isRemoteFailure(error)) onFailure(error);
      throw error;
    });
    run.described = provider.description;
    if (run.opened === 'kept open') {
      run.opened = provider;
      return unclosed(provider);
    }
    if (options['dry-run'] !== true) return provider;
    run.dryRun = dryRunOf(provider);
    return run.dryRun.provider;
  };
  for await (const result of runCommandLine(run.line, connect)) {
    run.results.push(result);
    if (printer !== null) show(printer.push(result), around.console);
  }
  // Some failures change nothing for a verb, as that of a last refresh.
  if (run.results.every(({ kind }) => kind !== 'error')) run.remoteFailure = null;
}

function openedOf({ opened }: Run): LicensingProvider | null {
  return typeof opened === 'object' ? opened : null;
}

/** Why a machine of the laboratory could not be had; null where something else was wrong. */
function unconnected({ results }: Run): LicensingError | null {
  const error = results.find((result) => result.kind === 'error');
  return error?.step.kind === 'connecting' ? new LicensingError(error.hresult, error.detail) : null;
}

/** The provider, which whoever keeps it closes. Over a network it is an object with accessors of its own. */
function unclosed(provider: LicensingProvider): LicensingProvider {
  return Object.create(provider, { close: { value: () => Promise.resolve() } }) as LicensingProvider;
}

/** Whether a line's machine is an expression of several: a plain name, a URL and an address are one. */
function meansMany(target: Target, options: OptionValues): boolean {
  if (chooseMany(options)) return true;
  return target.kind === 'remote' && isExpression(target.machine);
}

function refuseRunOptions(options: OptionValues): void {
  const name = runOptionOf(options);
  if (name !== null) {
    throw new Refusal(`--${name} belongs to lines about many machines, as in "slmgr 'PC-*' /dli --${name}".`);
  }
}

function refuseForeignOptions(options: OptionValues): void {
  const foreign = (Object.keys(options) as OptionName[]).find((name) => optionSpec(name).scope === 'command');
  if (foreign !== undefined) throw new Refusal(`Option --${foreign} does not belong to slmgr's verbs.`);
}

/** A dry run succeeds where nothing was in the way: what the calls would have changed has not changed. */
function endOf(
  { results, dryRun }: Run,
  options: OptionValues,
  { platform }: Console,
): { readonly ending: ReturnType<typeof endingOf>; readonly status: number } {
  const ending = endingOf(
    dryRun === null ? results : results.filter(({ kind }) => kind !== 'activation-ended'),
  );
  const script = options.strict === true ? strictExitCode(ending) : ending.scriptExitCode;
  return { ending, status: statusOfScript(script, platform) };
}

function factsOf(
  { line, words, results, dryRun, remoteFailure }: Run,
  parts: Parts,
): ReturnType<typeof verbFacts> {
  if (!isPlan(line, dryRun)) {
    const facts = verbFacts(line, results);
    const hint = hintFor(line, words, parts);
    if (hint !== null) return { ...facts, messages: [...facts.messages, hint] };
    return remoteFailure === null
      ? facts
      : {
          ...facts,
          messages: withFailure(facts.messages, remoteFailure),
        };
  }
  const { plannedCalls } = dryRun;
  const messages = renderDryRun(plannedCalls, results)
    .split('\n')
    .filter((text) => text.trim() !== '');
  return { ...verbFacts(line, results), messages, data: dryRunDataOf(plannedCalls) };
}

/** The failure's own lines name the step and the machine: the bare sentence in them is not said twice. */
function withFailure(messages: readonly string[], failure: RemoteFailure): readonly string[] {
  const lines = failureLines(failure).map((text) => text.trim());
  return [...messages.filter((text) => text !== failure.message), ...lines];
}

function dryRunText({ line, results, dryRun }: Run): string {
  return isPlan(line, dryRun) ? renderDryRun(dryRun.plannedCalls, results) : renderText(results);
}

/** Whether a dry run of a changing verb got as far as the machine. */
function isPlan(line: CommandLine, dryRun: DryRun | null): dryRun is DryRun {
  return dryRun !== null && line.kind === 'call' && line.verb.changesState;
}

function verbHint(line: CommandLine): VerbHint | undefined {
  return line.kind === 'call' ? { name: line.verb.name, args: line.args } : undefined;
}

/** What a line that slmgr refuses was probably meant to be, and which word of another can be no ID; null for other lines. */
function hintFor(line: CommandLine, words: readonly string[], parts: Parts): string | null {
  return line.kind === 'complaint' ? parts.mistakes().hintOf(line.complaint, words) : wrongId(line);
}

/** What slmgr's own text has no room for goes to standard error. */
function tellMore({ line, words, results, remoteFailure }: Run, { console, parts }: Surroundings): void {
  const hint = hintFor(line, words, parts);
  if (hint !== null) tell(console, `slmgr: ${hint}`);
  if (remoteFailure !== null) tell(console, failureLines(remoteFailure).join('\n'));
  for (const result of results) {
    if (result.kind !== 'error') continue;
    const code = formatHresult(result.hresult);
    if (remoteFailure === null && saysMore(result, code)) tell(console, `slmgr: ${result.detail}`);
    if (!console.errIsTerminal) continue;
    const short = hasOwnSentence(result.hresult) ? null : parts.commands().explainShortly(code);
    tell(console, short ?? `"slmgr explain ${code}" says what that means and what to do.`);
  }
}

/** A detail that only repeats the number says nothing new. */
function saysMore({ detail }: VerbError, code: string): boolean {
  return detail !== '' && !detail.includes(code);
}

/** The machine that answered; of one that did not, what is known. */
function targetOf({ line, described }: Run): ResultDocument['target'] {
  if (described !== null || line.target.kind === 'local') return described;
  return { kind: 'unreachable', machine: line.target.machine };
}

function refuse(
  { message, exitCode = refused }: Pick<Error, 'message'> & { readonly exitCode?: number },
  { line }: Run,
  { json, console }: { readonly json: boolean; readonly console: Console },
): number {
  if (json) {
    const verb = line.kind === 'call' ? line.verb.name : null;
    const facts = { verb, target: null, ok: false, exitCode, hresult: null, data: null };
    console.out(documentLine({ ...facts, messages: [message] }));
  } else {
    tell(console, `slmgr: ${message}`);
  }
  return exitCode;
}
