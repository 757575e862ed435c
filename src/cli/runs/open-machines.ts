import type { MachineWay } from '../../fleet/inventory/way';
import type { VerbHint } from '../../providers/windows/expected-reads';
import type { LicensingProvider } from '../../licensing/provider';
import type { ConnectionReport } from '../../remote/check-connection';
import type { RemoteFailure } from '../../remote/remote-failure';
import type { TargetsFile } from '../../remote/targets-file';
import type { OptionValues } from '../argv/option-values';
import type { FarEnd } from '../targets/far-end';
import type { ConnectionTurn, LabRun, LineAccount, RemoteRun, Surroundings } from '../parts';
import { wayOfPlan, wayToLab } from '../targets/inventory-targets';
import { labAddress, nearInLab } from '../targets/lab-address';
import type { ResolvedTarget } from '../targets/resolve-targets';

/** A machine that was opened in its turn of a run. */
export interface OpenedMachine {
  readonly provider: LicensingProvider;
  /** Whether something that changes the machine has reached it, or may have. */
  readonly wasChanged: () => boolean;
  /** Has what the inventory keeps come along in one round trip, where there are such. */
  readonly expectScan: () => Promise<void>;
}

/** What belongs to one machine's turn. */
export interface MachineTurn {
  readonly verb: VerbHint | undefined;
  readonly onFailure: (failure: RemoteFailure) => void;
  readonly signal: AbortSignal;
}

/** Who signs in on all machines of a run; null: whoever each machine's own way says. */
export type RunAccount = { readonly user: string; readonly password: string } | null;

/** Opens the machines of a run: those of the laboratory over one store, real ones by what all of them share. */
export class RunMachines {
  readonly #around: Surroundings;
  readonly #account: RunAccount;
  readonly #remote: () => RemoteRun;
  readonly #isShared: boolean;
  #lab: LabRun | null = null;
  #labAccount: LineAccount | null;

  constructor(
    way: { readonly options: OptionValues; readonly targets: TargetsFile | undefined },
    account: RunAccount,
    around: Surroundings,
  ) {
    const { console, parts } = around;
    this.#around = around;
    this.#account = account;
    this.#isShared = way.options.shared === true;
    let remote: RemoteRun | null = null;
    this.#remote = () => (remote ??= parts.remote().openRun({ ...way, console, parts }));
    this.#labAccount = account === null ? null : labAccount(account, around);
  }

  /**
   * Before anything is sent: refuses what could not be reached however often it is tried (a bad address, settings that
   * contradict each other), and asks a person for what the machines will want to know.
   * @throws Refusal
   */
  async prepare(targets: readonly ResolvedTarget[]): Promise<void> {
    const real = targets.filter(({ via }) => via !== 'lab');
    for (const { name } of real) this.#remote().wayTo(name);
    // Workers sign in by their own sources.
    if (real.length === 0 || this.#isShared) return;
    await this.#remote().askBefore(real.map(({ name }) => ({ machine: name, account: this.#account })));
  }

  /** How a machine is reached, as the inventory keeps it. */
  wayTo({ name, via }: ResolvedTarget): MachineWay {
    if (via === 'lab') return wayToLab;
    return wayOfPlan(this.#remote().planned({ machine: name, account: this.#account }));
  }

  /** Which real machine is at the end of the way. */
  farEnd({ name }: ResolvedTarget): FarEnd {
    return this.#remote().farEnd(name);
  }

  /** @throws LicensingError where the machine cannot be reached */
  async open({ name, via }: ResolvedTarget, turn: MachineTurn): Promise<OpenedMachine> {
    if (via !== 'lab') {
      const provider = await this.#remote().open({ machine: name, account: this.#account }, turn);
      return {
        provider,
        wasChanged: () => provider.cost.changes > 0,
        expectScan: () => provider.expectScan(),
      };
    }
    const provider = await this.#openLabs(name);
    return { provider, wasChanged: () => false, expectScan: () => Promise.resolve() };
  }

  /** Goes the way to a machine step by step. */
  check({ name, via }: ResolvedTarget, turn: ConnectionTurn): Promise<ConnectionReport> {
    if (via !== 'lab') return this.#remote().check({ machine: name, account: this.#account }, turn);
    const detail = nearInLab(labAddress(name) ?? name);
    const near = { name, detail, open: () => this.#openLabs(name), look: turn.look };
    return this.#around.parts.remote().checkNear(near);
  }

  async #openLabs(name: string): Promise<LicensingProvider> {
    // Nothing of the laboratory waits for a socket: signals and other machines get their turn here.
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
    this.#lab ??= this.#around.parts.lab().openLabRun(this.#around);
    return this.#lab.open(labAddress(name) ?? name, this.#labAccount);
  }

  close(): void {
    this.#lab?.close();
    this.#lab = null;
  }
}

function labAccount(
  { user, password }: NonNullable<RunAccount>,
  { console, parts }: Surroundings,
): LineAccount {
  let hash: Promise<string> | null = null;
  return { user, passwordHash: () => (hash ??= parts.remote().passwordHash(password, user, console)) };
}
