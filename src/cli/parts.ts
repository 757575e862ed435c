import type { Inventory } from '../fleet/inventory/inventory';
import type { InventoryTarget } from '../fleet/inventory/way';
import type * as Postgres from '../fleet/store/postgres-pool';
import type * as Directory from '../fleet/discovery/ad-candidates';
import type * as Forecast from '../forecast/entry';
import type { LicensingProvider } from '../licensing/provider';
import type { VerbHint } from '../providers/windows/expected-reads';
import type { checkNear, ConnectionReport } from '../remote/check-connection';
import type * as Winrm from '../remote/connect-winrm';
import type { TransportName } from '../remote/address';
import type { ConnectionPlan, NamedTarget } from '../remote/plan';
import type { RemoteProvider } from '../providers/windows/provider';
import type { RemoteFailure } from '../remote/remote-failure';
import type { PasswordSource, TargetsFile } from '../remote/targets-file';
import type { TypedLine } from '../transports/local/process-ports';
import type { CommandLine as VerbCommandLine, Target } from '../verbs/grammar';
import type * as Network from '../serve/network/open-socket-network';
import type * as Programs from '../serve/windows/shell/run-program';
import type * as Engine from '../serve/powershell/engine';
import type * as Serve from '../serve/windows/serve-machines';
import type * as Mistakes from './argv/mistake';
import type { OptionValues } from './argv/option-values';
import type { Console } from './console';
import type { KeptRun, RunSummary } from '../fleet/inventory/kept-run';
import type { CommandRun, CommandRunEnd, ShownCommandRun } from './runs/command-run-types';
import type { LineRecord } from './runs/line-record';
import type { Scanned, ScanRequest } from './runs/scan-types';
import type { SeenWorker } from '../fleet/shared/shared-run';
import type { SharedOutcomes } from '../fleet/shared/shared-store';
import type { ConductedRun, Onlooker } from './runs/conducted-run';
import type { RunSettings } from './runs/run-options';
import type { SharedUndertaking } from './shared/shared-undertaking';
import type { FarEnd } from './targets/far-end';
import type { ShownPlan, ShownRun } from './runs/policy/shown';
import type { ApplyRequest, CollectRequest, FillRequest } from './runs/proxy/requests';
import type { ShownApplied, ShownCollected, ShownFilled } from './runs/proxy/shown';

/** The words of a command line, the long options taken out of them. */
export interface CommandLine {
  readonly words: readonly string[];
  /** Words behind `--`; null where there is none. */
  readonly rest: readonly string[] | null;
  readonly options: OptionValues;
}

/** The program as a function: a command line in, the status out. */
export type RunProgram = (argv: readonly string[], console: Console) => Promise<number>;

/** Subcommands: yargs, zod, tables. */
export interface CommandsPart {
  readonly runSubcommand: (
    line: CommandLine,
    around: Surroundings & { readonly run: RunProgram },
  ) => Promise<number>;
  /** The status of wrong words, and of output that cannot be written, of the subcommand that words name. */
  readonly usageStatus: (words: readonly string[]) => number;
  readonly showHelp: (words: readonly string[], console: Console) => number;
  readonly printCompletions: (words: readonly string[], around: Surroundings) => number;
  /** What an error number means and what to do, in a line; null where nothing is known of it. */
  readonly explainShortly: (text: string) => string | null;
  readonly runScriptHost: (words: readonly string[], around: Surroundings) => Promise<number>;
}

/** The user that a line names, and the hash of the password, which may have to be asked for. */
export interface LineAccount {
  readonly user: string;
  /** NT hash in hexadecimal digits, as the accounts of the laboratory have it. */
  readonly passwordHash: () => Promise<string>;
}

/** The store, the model of a machine and the estate. */
export interface LabPart {
  /** The store driver that this Node gives, or null where there is none. */
  readonly storeDriver: () => { readonly name: string; readonly sqlite: string } | null;
  /** The simulated machine of this user account, made at first use, which is told. */
  readonly localMachineProvider: (around: Surroundings) => Promise<LicensingProvider>;
  /** A machine of the lab by its name or NAME.domain; null acts as the estate's own administrator. */
  readonly labMachineProvider: (
    word: string,
    account: LineAccount | null,
    around: Surroundings,
  ) => Promise<LicensingProvider>;
  /** Names of the lab's machines; none where its store cannot be had. */
  readonly machineNames: (around: Surroundings) => readonly string[];
  /** Names of the lab's machines. @throws StoreError where its store cannot be read */
  readonly allMachineNames: (around: Surroundings) => readonly string[];
  /** The lab's machines for a run over many of them. */
  readonly openLabRun: (around: Surroundings) => LabRun;
  /** The lab's telephone. */
  readonly openTelephone: (around: Surroundings) => LabTelephone;
  /** The version of a lab machine's Windows; null where there is no such machine. */
  readonly machineVersion: (word: string, around: Surroundings) => string | null;
  /** Whether a word names a machine of the lab: NAME or NAME.domain. */
  readonly isLabMachine: (word: string, around: Surroundings) => boolean;
  /** The lab machine that a word names (NAME or NAME.domain), or null where there is none. */
  readonly findLabMachineProvider: (
    word: string,
    account: LineAccount | null,
    around: Surroundings,
  ) => Promise<LicensingProvider | null>;
}

/** The inventory of machines. */
export interface FleetPart {
  /** The inventory that a line means: --store, SLMGR_FLEET_STORE, or fleet.db in the data folder. */
  readonly openInventory: (options: OptionValues, around: Surroundings) => Promise<Inventory>;
  /** Its machines as targets, and the names of those that fulfil a condition; null where there is none. */
  readonly inventoryTargets: (
    where: string | null,
    options: OptionValues,
    around: Surroundings,
  ) => Promise<{ readonly all: readonly InventoryTarget[]; readonly chosen: readonly string[] | null }>;
}

/** Where a real machine is and who looks at it. */
export interface RemoteRequest extends Surroundings {
  readonly target: NamedTarget;
  readonly options: OptionValues;
  /** The verb that is going to run; its reads come along with the first round trip. */
  readonly verb: VerbHint | undefined;
  /** The targets file that the line names, where it was read already. */
  readonly targets?: TargetsFile | undefined;
  /** Told of each failure of the way to the machine, also in the middle of the verb. */
  readonly onFailure?: ((failure: RemoteFailure) => void) | undefined;
}

/** Real machines: targets, credentials, SSH, and Windows as the local machine. */
export interface RemotePart {
  /** The licensing of a real machine, or of whatever answers like one, over SSH or WinRM. */
  readonly openRemote: (request: RemoteRequest) => Promise<LicensingProvider>;
  /** Windows' own licensing on the machine that this runs on. */
  readonly openLocalWindows: (
    request: Omit<RemoteRequest, 'target' | 'targets'>,
  ) => Promise<LicensingProvider>;
  /** Goes the way to a machine step by step. */
  readonly checkRemote: (request: RemoteRequest) => Promise<ConnectionReport>;
  readonly checkNear: typeof checkNear;
  /** NT hash of a line's password; `-` asks for it, or reads a line of standard input. */
  readonly passwordHash: (password: string, whose: string, console: Console) => Promise<string>;
  /** The targets file that the line names; null where it names none. It may be a pipe, which can be read once. */
  readonly namedTargets: (options: OptionValues, console: Console) => Promise<TargetsFile | null>;
  /** Names that ~/.ssh/config has settings for, those with patterns left out. */
  readonly configuredNames: (console: Console) => readonly string[];
  /** The way to many machines of one run. `targets`: the targets file in force, where one is. */
  readonly openRun: (way: {
    readonly options: OptionValues;
    readonly console: Console;
    readonly parts: Parts;
    readonly targets: TargetsFile | undefined;
  }) => RemoteRun;
  /** The usual targets file of this user; null where there is none. */
  readonly usualTargets: (console: Console) => Promise<TargetsFile | null>;
  /** Asks a person yes or no; null where there is no terminal. */
  readonly askPerson: (question: string, console: Console) => Promise<boolean | null>;
  /** Asks a person for a line, until the signal takes the question back. */
  readonly askLine: (question: string, signal?: AbortSignal) => Promise<TypedLine>;
  /** A line's password; `-` asks for it, or reads a line of standard input. */
  readonly linePassword: (password: string, whose: string, console: Console) => Promise<string>;
  /** What a source of a key gives; no person is asked. @throws CredentialError */
  readonly sourceSecret: (source: Exclude<PasswordSource, 'prompt'>, console: Console) => Promise<string>;
  /** Which files of this user know a bare name as that of a real machine. */
  readonly filesThatKnow: (word: string, console: Console) => Promise<readonly string[]>;
  /** Serves a machine's licensing to another slmgr on standard input and output, until the input ends. */
  readonly serveStdio: (provider: LicensingProvider, console: Console) => Promise<void>;
}

/** Real machines of one run: nobody is asked anything, and what all of them share is read once. */
export interface RemoteRun {
  /** @throws PlanError, AddressError, TargetsFileError for a way that cannot be gone; nothing is connected */
  readonly planned: (target: NamedTarget) => ConnectionPlan;
  /** What tells machines of many apart, at little cost; throws as `planned` does. */
  readonly wayTo: (machine: string) => {
    readonly transport: TransportName;
    readonly site: string | null;
    /** The first machine on the way; null where nothing is in between. */
    readonly jump: string | null;
  };
  /** Which machine is at the end of the way, wherever the way leads; throws as `planned` does. */
  readonly farEnd: (machine: string) => FarEnd;
  /** As `openRemote` does; the signal breaks off whatever is under way. */
  readonly open: (target: NamedTarget, turn: RemoteTurn) => Promise<RemoteProvider>;
  /**
   * Asks a person for what these machines will want to know: passwords, passphrases, host keys that are not on file, each
   * once. Without a person nothing is asked and nothing connected. @throws Refusal where keys are not taken
   */
  readonly askBefore: (targets: readonly NamedTarget[]) => Promise<void>;
  /** Goes the way to a machine step by step. */
  readonly check: (target: NamedTarget, turn: ConnectionTurn) => Promise<ConnectionReport>;
}

/** What belongs to a machine's turn in which the way to it is tried. */
export interface ConnectionTurn {
  readonly signal: AbortSignal;
  /** Looks further at a machine that answers. */
  readonly look: (provider: LicensingProvider) => Promise<void>;
}

/** What belongs to one machine's turn. */
export interface RemoteTurn {
  readonly verb: VerbHint | undefined;
  readonly onFailure: (failure: RemoteFailure) => void;
  readonly signal: AbortSignal;
}

/** Machines of the laboratory of one run, over one store. */
export interface LabRun {
  /** As `labMachineProvider` does. */
  readonly open: (word: string, account: LineAccount | null) => Promise<LicensingProvider>;
  readonly close: () => void;
}

/** The lab's telephone: it gives confirmation IDs for installation IDs of the lab's machines. */
export interface LabTelephone {
  readonly confirm: (installationId: string) => TelephoneAnswer;
  readonly close: () => void;
}

/** What the telephone says: the 48 digits, or why it gives none. */
export type TelephoneAnswer =
  | { readonly ok: true; readonly confirmationId: string }
  | { readonly ok: false; readonly message: string; readonly hresult: string | null };

/** Runs over many machines. */
export interface RunsPart {
  /** Runs a verb on every machine that its line means; the status that the process ends with. */
  readonly runVerbOnMany: (
    line: {
      readonly call: VerbCommandLine;
      readonly words: readonly string[];
      readonly options: OptionValues;
    },
    around: Surroundings,
  ) => Promise<number>;
  /** Runs a reading command on every machine that its words mean. */
  readonly runCommandOnMany: (request: CommandRun, around: Surroundings) => Promise<CommandRunEnd>;
  /** The same, shown as a verb on many machines is. */
  readonly showCommandOnMany: (request: CommandRun, around: Surroundings) => Promise<ShownCommandRun>;
  /** Reads machines for the inventory. */
  readonly scanMachines: (request: ScanRequest, around: Surroundings) => Promise<Scanned>;
  /** Opens the inventory for a line to one machine with --record. */
  readonly recordLine: (
    line: { readonly target: Target; readonly options: OptionValues },
    around: Surroundings,
  ) => Promise<LineRecord | null>;
  /** The runs of everybody who uses an inventory, and those of this user under way; the newest first. */
  readonly pastRuns: (
    options: OptionValues,
    most: number,
    around: Surroundings,
  ) => Promise<readonly RunSummary[]>;
  /** A run by its id, or `last`; null where there is none. */
  readonly pastRun: (wanted: string, options: OptionValues, around: Surroundings) => Promise<KeptRun | null>;
  /** Holds the machines of a policy against it; `out` is a file to save the plan in. */
  readonly planPolicy: (
    request: { readonly file: string; readonly out: string | null; readonly options: OptionValues },
    around: Surroundings,
  ) => Promise<ShownPlan>;
  /** Tells of a saved plan what was told when it was made. */
  readonly showPlan: (file: string) => ShownPlan;
  /** Applies a policy or a saved plan. @throws Refusal where it is not said that it is meant; nothing was sent */
  readonly applyPolicy: (
    request: { readonly file: string; readonly options: OptionValues },
    around: Surroundings,
  ) => Promise<ShownRun>;
  /** Collects installation IDs into a file, and notes in the inventory what their ids stand for. */
  readonly collectProxy: (request: CollectRequest, around: Surroundings) => Promise<ShownCollected>;
  /** Fills confirmation IDs into a file. Neither the inventory nor a machine is asked. */
  readonly fillProxy: (request: FillRequest, around: Surroundings) => Promise<ShownFilled>;
  /** Gives machines the confirmation IDs of a file. @throws Refusal where it is not said that it is meant */
  readonly applyProxy: (request: ApplyRequest, around: Surroundings) => Promise<ShownApplied>;
}

/** Runs that workers on several computers share, through a team's PostgreSQL. */
export interface SharedPart {
  /** Says no to a line that holds what belongs to a worker, or what must not be in the database. @throws Refusal */
  readonly refuseUnshareable: (
    call: Extract<VerbCommandLine, { kind: 'call' }>,
    options: OptionValues,
  ) => void;
  /** Hands an undertaking to the workers and follows it to its end. @throws Refusal where it is left to them as well */
  readonly conductShared: (
    undertaking: SharedUndertaking,
    settings: RunSettings,
    onlooker: Onlooker,
    around: Surroundings,
  ) => Promise<ConductedRun>;
  /** Follows a run that was handed over; the status that the process ends with. */
  readonly followRun: (run: string, options: OptionValues, around: Surroundings) => Promise<number>;
  readonly knownWorkers: (options: OptionValues, around: Surroundings) => Promise<readonly SeenWorker[]>;
  /** Takes part in shared runs until it is interrupted; the status that the process ends with. */
  readonly workHere: (
    request: {
      readonly options: OptionValues;
      readonly concurrency: number | null;
      /** Whose machines alone it takes. */
      readonly sites: readonly string[];
    },
    around: Surroundings,
  ) => Promise<number>;
  /** What there is of a run in the database that was handed over; null where it is gone. */
  readonly sharedOutcomes: (
    run: string,
    options: OptionValues,
    around: Surroundings,
  ) => Promise<SharedOutcomes | null>;
}

/** Recorded machines. */
export interface SnapshotPart {
  readonly openSnapshot: (file: string, now: number) => LicensingProvider;
}

/**
 * The parts of the program that most starts do not need; each loads at its first call. src/cli/bundles.ts has them,
 * and src/cli/entry.ts hands them in: whatever needs one takes it from its context.
 */
export interface Parts {
  readonly commands: () => CommandsPart;
  /** The client of LDAP. */
  readonly directory: () => typeof Directory;
  /** A real PowerShell for the scripts that come to served machines. */
  readonly engine: () => typeof Engine;
  /** The inventory of machines. */
  readonly fleet: () => FleetPart;
  /** The planner's engine and answers. */
  readonly forecast: () => typeof Forecast;
  readonly lab: () => LabPart;
  /** What a wrong line was probably meant to be. */
  readonly mistakes: () => typeof Mistakes;
  /** Sockets of served hosts and real DNS, for the machines of an estate. */
  readonly network: () => typeof Network;
  /** The client of PostgreSQL. */
  readonly postgres: () => typeof Postgres;
  /** Programs of a lab machine that act on the machine itself. */
  readonly programs: () => typeof Programs;
  readonly remote: () => RemotePart;
  /** Runs over many machines: the engine, its journal, folded results. */
  readonly runs: () => RunsPart;
  /** SSH and WinRM servers of lab machines. */
  readonly serve: () => typeof Serve;
  /** Runs that workers on several computers share. */
  readonly shared: () => SharedPart;
  readonly snapshot: () => SnapshotPart;
  /** WinRM, with HTTP and TLS. */
  readonly winrm: () => typeof Winrm;
}

/** What stands around whatever the program does: the process, and the parts that load at first use. */
export interface Surroundings {
  readonly console: Console;
  readonly parts: Parts;
}
