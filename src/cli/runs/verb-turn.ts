import { formatHresult } from '../../licensing/hresult';
import type { MachineFailure, Observation } from '../../fleet/inventory/observation';
import { readMachine } from '../../fleet/inventory/read-machine';
import { isInterrupted } from '../../fleet/runs/interruption';
import { emptyAttempt, type AttemptResult } from '../../fleet/runs/run-machines';
import { dryRunOf, type DryRun } from '../../providers/dry-run';
import { isLicensingError, type LicensingProvider } from '../../licensing/provider';
import { dryRunDataOf, renderDryRun } from '../../render/dry-run';
import { verbFacts } from '../../render/json';
import { renderText } from '../../render/text';
import { failureLines, isRemoteFailure, type RemoteFailure } from '../../remote/remote-failure';
import type { CommandLine } from '../../verbs/grammar';
import type { VerbError } from '../../verbs/results';
import { endingOf, runCommandLine, strictExitCode, type CommandResult } from '../../verbs/run';
import { verifyChange, type Verification } from '../../verbs/verification';
import { statusOfScript } from '../exit-status';
import type { ResolvedTarget } from '../targets/resolve-targets';
import type { OpenedMachine, RunMachines } from './open-machines';
import { outOfTime, timedOut } from './remember-machine';

export type VerbCall = Extract<CommandLine, { kind: 'call' }>;

/** What all turns of a run of a verb have in common. */
export interface VerbRun {
  readonly call: VerbCall;
  readonly isDryRun: boolean;
  readonly isStrict: boolean;
  readonly platform: NodeJS.Platform;
  /** Whether the verb's own data is wanted, which text has no use for. */
  readonly wantsData: boolean;
  /** Whether nobody knows if the change was made on a machine: it is looked for, and not sent where it is found. */
  readonly looksFirst: (target: ResolvedTarget) => boolean;
  /** Keeps what a machine says in the inventory; null where it is left out. */
  readonly remember: ((observation: Observation) => Promise<void>) | null;
  readonly now: () => number;
}

/** One attempt at a verb on one machine. It never throws for what the machine or the way to it does. */
export async function verbTurn(
  run: VerbRun,
  target: ResolvedTarget,
  machines: RunMachines,
  signal: AbortSignal,
): Promise<AttemptResult> {
  const turn = new Turn(run, target, machines, signal);
  try {
    return await turn.go();
  } finally {
    await turn.close();
  }
}

class Turn {
  readonly #run: VerbRun;
  readonly #target: ResolvedTarget;
  readonly #machines: RunMachines;
  readonly #signal: AbortSignal;
  #opened: OpenedMachine | null = null;
  #dryRun: DryRun | null = null;
  #failure: RemoteFailure | null = null;

  constructor(run: VerbRun, target: ResolvedTarget, machines: RunMachines, signal: AbortSignal) {
    this.#run = run;
    this.#target = target;
    this.#machines = machines;
    this.#signal = signal;
  }

  /** Which kind of machine answered; null: none did. */
  get #kind(): string | null {
    return this.#opened?.provider.description.kind ?? null;
  }

  async go(): Promise<AttemptResult> {
    const { verb, args } = this.#run.call;
    if (this.#run.looksFirst(this.#target)) {
      const found = await this.#alreadyMade();
      if (found !== null) return found;
    }
    const line: VerbCall = {
      kind: 'call',
      verb,
      args,
      target: { kind: 'remote', machine: this.#target.name, account: null },
    };
    const results: CommandResult[] = [];
    for await (const result of runCommandLine(line, () => this.#connect())) results.push(result);
    if (results.every(({ kind }) => kind !== 'error')) this.#failure = null;
    const result = await this.#judged(line, results);
    await this.#remember(result, results);
    return result;
  }

  async close(): Promise<void> {
    await this.#opened?.provider.close();
  }

  /** The provider for the verb, which the verb does not close: the change is looked at over the same connection. */
  async #connect(): Promise<LicensingProvider> {
    const provider = { ...(await this.#open()), close: () => Promise.resolve() };
    if (!this.#run.isDryRun) return provider;
    this.#dryRun = dryRunOf(provider);
    return this.#dryRun.provider;
  }

  async #open(): Promise<LicensingProvider> {
    if (this.#opened !== null) return this.#opened.provider;
    const { call, remember } = this.#run;
    const { verb, args } = call;
    try {
      this.#opened = await this.#machines.open(this.#target, {
        verb: { name: verb.name, args, ...(remember === null || verb.changesState ? {} : { andScan: true }) },
        signal: this.#signal,
        onFailure: (failure) => {
          this.#failure = failure;
        },
      });
    } catch (error) {
      if (isRemoteFailure(error)) this.#failure = error;
      throw error;
    }
    return this.#opened.provider;
  }

  /** Tells the inventory. Whatever becomes of that, the result of the verb stands. */
  async #remember({ outcome }: AttemptResult, results: readonly CommandResult[]): Promise<void> {
    const { remember, now } = this.#run;
    if (remember === null || outcome === 'unknown') return;
    const { name } = this.#target;
    const way = this.#machines.wayTo(this.#target);
    const opened = this.#opened;
    if (opened === null || outcome === 'unreachable') {
      if (isInterrupted(this.#signal)) return;
      const failure = this.#failure ?? results.find((result) => result.kind === 'error');
      if (failure === undefined) return;
      const why = this.#signal.aborted ? { hresult: timedOut, message: outOfTime } : {};
      await remember({ ...unreachedBy(name, failure, now()), ...why, way });
      return;
    }
    if (this.#signal.aborted) return;
    try {
      await opened.expectScan();
      await remember({ ...(await readMachine(name, opened.provider, now)), way });
    } catch (error) {
      if (!isLicensingError(error)) throw error;
    }
  }

  async #alreadyMade(): Promise<AttemptResult | null> {
    const { verb, args } = this.#run.call;
    try {
      const seen = await verifyChange(await this.#open(), { name: verb.name, args });
      if (seen !== 'verified') return null;
    } catch (error) {
      if (isLicensingError(error)) return null;
      throw error;
    }
    return {
      ...emptyAttempt,
      outcome: 'changed',
      kind: this.#kind,
      verification: 'verified',
      exitCode: 0,
      messages: ['The change was made by the run before; nothing was sent.'],
    };
  }

  async #judged(line: VerbCall, results: readonly CommandResult[]): Promise<AttemptResult> {
    const { platform, isStrict } = this.#run;
    const ending = endingOf(
      this.#dryRun === null ? results : results.filter(({ kind }) => kind !== 'activation-ended'),
    );
    const { outcome, verification } = await this.#outcome(results, ending.ok);
    const script = isStrict ? strictExitCode(ending) : ending.scriptExitCode;
    return {
      outcome,
      kind: this.#kind,
      verification,
      exitCode: statusOfScript(script, platform),
      hresult: ending.hresult === null ? null : formatHresult(ending.hresult),
      step: ending.ok ? null : (this.#failure?.step ?? (outcome === 'unreachable' ? 'connecting' : null)),
      ...this.#told(line, results),
    };
  }

  #told(
    line: VerbCall,
    results: readonly CommandResult[],
  ): Pick<AttemptResult, 'text' | 'data' | 'messages'> {
    const facts = verbFacts(line, results);
    const messages = withFailure(facts.messages, this.#failure);
    const { wantsData } = this.#run;
    if (this.#dryRun === null || !line.verb.changesState) {
      return { text: renderText(results), data: wantsData ? facts.data : null, messages };
    }
    const { plannedCalls } = this.#dryRun;
    const text = renderDryRun(plannedCalls, results);
    return { text, data: wantsData ? dryRunDataOf(plannedCalls) : null, messages };
  }

  async #outcome(
    results: readonly CommandResult[],
    isOk: boolean,
  ): Promise<{
    readonly outcome: AttemptResult['outcome'];
    readonly verification: Verification | null;
  }> {
    const { verb, args } = this.#run.call;
    const changes = verb.changesState && !this.#run.isDryRun;
    if (isOk && !changes) return { outcome: 'ok', verification: null };
    const opened = this.#opened;
    const wasReached = results.every(
      (result) => result.kind !== 'error' || result.step.kind !== 'connecting',
    );
    if (opened === null || !wasReached) return { outcome: 'unreachable', verification: null };
    if (isOk) {
      const verification = await verifyChange(opened.provider, { name: verb.name, args });
      return { outcome: 'changed', verification };
    }
    // An error that the machine answered with, and not one of the way.
    if (this.#failure === null) return { outcome: 'failed', verification: null };
    if (!changes || !opened.wasChanged()) return { outcome: 'unreachable', verification: null };
    const seen = await verifyChange(opened.provider, { name: verb.name, args });
    return seen === 'verified'
      ? { outcome: 'changed', verification: 'verified' }
      : { outcome: 'unknown', verification: null };
  }
}

/** That a machine did not answer, as the inventory keeps it. */
function unreachedBy(name: string, failure: RemoteFailure | VerbError, now: number): MachineFailure {
  const at = Math.floor(now / 1000);
  const facts = { outcome: 'failed', name, at, hresult: formatHresult(failure.hresult) } as const;
  if (isRemoteFailure(failure)) return { ...facts, step: failure.step, message: failure.message };
  return { ...facts, step: null, message: failure.detail };
}

/** The failure's own lines name the step and the machine: the bare sentence in them is not said twice. */
function withFailure(messages: readonly string[], failure: RemoteFailure | null): readonly string[] {
  if (failure === null) return messages;
  const lines = failureLines(failure).map((text) => text.trim());
  return [...messages.filter((text) => text !== failure.message), ...lines];
}
