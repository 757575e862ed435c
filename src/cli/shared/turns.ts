import type { MachineWay } from '../../fleet/inventory/way';
import type { Observation } from '../../fleet/inventory/observation';
import { emptyAttempt, type AttemptResult } from '../../fleet/runs/run-machines';
import type { ChunkMachine, SharedHead } from '../../fleet/shared/shared-run';
import { desiredStateSchema } from '../../fleet/policy/policy';
import { isLicensingError } from '../../licensing/provider';
import { parseCommandLine } from '../../verbs/grammar';
import { verifyChange } from '../../verbs/verification';
import { Refusal } from '../refusal';
import type { RunMachines } from '../runs/open-machines';
import { applyOne, nothingPlanned } from '../runs/policy/apply-plan';
import { planOne } from '../runs/policy/make-plan';
import { scanTurn } from '../runs/scan-turn';
import { verbTurn, type VerbCall } from '../runs/verb-turn';
import type { ResolvedTarget } from '../targets/resolve-targets';
import { applyTask, sharedWork, verbTask, type SharedWork } from './shared-work';

/** What the turns of a worker have in common. */
export interface TurnPorts {
  readonly machines: RunMachines;
  readonly platform: NodeJS.Platform;
  readonly now: () => number;
  readonly remember: (observation: Observation) => Promise<void>;
}

/** A machine's turn in a shared run, with this worker's own ways and credentials. */
export class Turns {
  readonly #ports: TurnPorts;

  constructor(ports: TurnPorts) {
    this.#ports = ports;
  }

  /** @throws Refusal where the way leads to another machine than that of who handed the run over; nothing was sent */
  async attempt(run: SharedHead, machine: ChunkMachine, signal: AbortSignal): Promise<AttemptResult> {
    const work = workOf(run);
    switch (work.kind) {
      case 'verb':
        return this.#verb(run, work, { machine, target: this.#target(machine), signal });
      case 'scan':
        return this.#scan(run, this.#target(machine), signal);
      case 'apply':
        return this.#apply(run, machine, signal);
    }
  }

  /** A change was begun by a worker that is gone: the machine is asked whether it was made. Nothing is sent. */
  async look(run: SharedHead, machine: ChunkMachine, signal: AbortSignal): Promise<AttemptResult> {
    try {
      const target = this.#target(machine);
      const work = workOf(run);
      const isMade =
        work.kind === 'apply'
          ? await this.#isAsWanted(machine, target, signal)
          : work.kind === 'verb' && (await this.#isMade(callOf(work), target, signal));
      return isMade ? made : unsure;
    } catch (error) {
      if (isLicensingError(error) || error instanceof Refusal) return unsure;
      throw error;
    }
  }

  #verb(
    run: SharedHead,
    work: Extract<SharedWork, { kind: 'verb' }>,
    turn: {
      readonly machine: ChunkMachine;
      readonly target: ResolvedTarget;
      readonly signal: AbortSignal;
    },
  ): Promise<AttemptResult> {
    const { machines, platform, now, remember } = this.#ports;
    const isUnsure = verbTask.parse(turn.machine.task)?.isUnsure === true;
    const { isDryRun, isStrict } = work;
    const verbRun = {
      ...{ isDryRun, isStrict, platform, now },
      call: callOf(work),
      wantsData: true,
      looksFirst: () => isUnsure,
      remember: run.remembers ? remember : null,
    };
    return verbTurn(verbRun, turn.target, machines, turn.signal);
  }

  #scan(run: SharedHead, target: ResolvedTarget, signal: AbortSignal): Promise<AttemptResult> {
    const { machines, now, remember } = this.#ports;
    return scanTurn(target, { machines, memory: run.remembers ? { remember } : null, now, signal });
  }

  async #apply(run: SharedHead, machine: ChunkMachine, signal: AbortSignal): Promise<AttemptResult> {
    const { desired, planned, unplanned } = applyTask.parse(machine.task);
    if (unplanned !== null) return { ...nothingPlanned(unplanned), data: { changes: [] } };
    const { machines, now, remember } = this.#ports;
    const memory = run.remembers ? { remember } : null;
    const target = this.#target(machine);
    const turn = { machines, memory, now, signal, keyOf, planned };
    const { applied, result } = await applyOne(target, desiredStateSchema.parse(desired), turn);
    return { ...result, data: { changes: applied?.changes ?? [] } };
  }

  async #isAsWanted(machine: ChunkMachine, target: ResolvedTarget, signal: AbortSignal): Promise<boolean> {
    const desired = desiredStateSchema.parse(applyTask.parse(machine.task).desired);
    const { machines, now } = this.#ports;
    const turn = { machines, memory: null, now, signal, keyOf };
    const { planned } = await planOne(target, desired, turn);
    return planned.outcome === 'ok';
  }

  async #isMade(call: VerbCall, target: ResolvedTarget, signal: AbortSignal): Promise<boolean> {
    const verb = { name: call.verb.name, args: call.args };
    const turn = { verb, signal, onFailure: () => undefined };
    const { provider } = await this.#ports.machines.open(target, turn);
    try {
      return (await verifyChange(provider, verb)) === 'verified';
    } finally {
      await provider.close();
    }
  }

  /** The machine by this worker's own files. @throws Refusal where they lead to another one */
  #target({ name, via, site, jump, way }: ChunkMachine): ResolvedTarget {
    const kind = via === 'lab' ? 'simulated' : 'windows';
    const target: ResolvedTarget = { name, via, site, jump, kind, source: 'shared' };
    if (via === 'lab') return target;
    const here = this.#ports.machines.farEnd(target);
    const isSame =
      way !== null &&
      here.transport === way.transport &&
      here.host.toLowerCase() === way.host.toLowerCase() &&
      here.port === way.port &&
      here.agent === way.agent;
    if (isSame) return target;
    throw new Refusal(
      `${name} is ${wordsOf(here)} for this worker, and ${way === null ? 'nothing' : wordsOf(way)} where the run was handed over: it may be another machine. Nothing was sent.`,
    );
  }
}

const keyOf = (): { readonly problem: string } => ({
  problem: 'a shared run has the keys of the catalogue alone',
});

const unsure: AttemptResult = {
  ...emptyAttempt,
  outcome: 'unknown',
  messages: ['A worker began the change and is gone: whether it was made is unknown. It was not sent again.'],
};

const made: AttemptResult = {
  ...emptyAttempt,
  outcome: 'changed',
  verification: 'verified',
  exitCode: 0,
  messages: ['A worker began the change and is gone; it was made, and was not sent again.'],
};

function wordsOf({
  transport,
  host,
  port,
}: Pick<MachineWay, 'port'> & { transport: string; host: string }): string {
  return `${transport}://${host}${port === null ? '' : `:${String(port)}`}`;
}

/** @throws Refusal for work of a newer slmgr */
function workOf(run: SharedHead): SharedWork {
  const parsed = sharedWork.safeParse(run.work);
  if (parsed.success) return parsed.data;
  throw new Refusal(tooOld(run.verb));
}

/** @throws Refusal for a verb of a newer slmgr */
function callOf({ verb, args }: Extract<SharedWork, { kind: 'verb' }>): VerbCall {
  const line = parseCommandLine([`/${verb}`, ...args]);
  if (line.kind === 'call' && line.verb.name === verb) return line;
  throw new Refusal(tooOld(verb));
}

function tooOld(verb: string): string {
  return `The worker's slmgr does not know ${verb}: it is older than the one that handed the run over. Nothing was sent.`;
}
