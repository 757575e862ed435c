import type { Counts, MachineResult, Outcome } from './outcome';

/** What a run is about, as it is noted before anything is sent. It holds no password and no product key. */
export interface RunHead {
  /** Sorts by the time of the begin. */
  readonly id: string;
  /** The verb or the command: `skms`, `check`. */
  readonly verb: string;
  /** The line for people, its secrets left out: `PC-* /skms kms.example`. */
  readonly line: string;
  /** Whether the verb may change a machine: one that was begun and has no result is then unknown. */
  readonly changes: boolean;
  /** Who began it, and where: USER@HOST. */
  readonly who: string;
  /** The inventory that it belongs to: `own`, or a database's URL without its password. */
  readonly store: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** The process that runs it. */
  readonly process: number;
  /** Whether workers carry it out: where no end is noted here, the database of the inventory knows how far they are. */
  readonly isShared?: boolean;
  /** All of them, in the order of the run. */
  readonly machines: readonly string[];
}

/** How a run ended. */
export interface RunEnd {
  readonly endedAt: number;
  readonly exitCode: number;
  readonly counts: Counts;
}

/** Where a run under way is noted, so that it can be taken up again after whatever ended it. */
export interface RunJournal {
  /** A machine's turn comes: resolves when that is on disk, before anything that changes something is sent to it. */
  readonly begun: (machine: string) => Promise<void>;
  /** A machine's result; on disk within a second. */
  readonly ended: (result: MachineResult) => void;
  /** The run is over; resolves when all of it is on disk. */
  readonly end: (end: RunEnd) => Promise<void>;
}

/** What is noted of a machine's result beside its outcome. */
export type NotedDetail = Pick<
  MachineResult,
  'verification' | 'exitCode' | 'hresult' | 'step' | 'seconds' | 'attempts'
>;

/** A run of the past, with the outcome of each machine. */
export interface PastRun extends RunHead {
  /** Null where it was cut short, or is still under way. */
  readonly end: RunEnd | null;
  /** By machine; those of a run that was cut short are judged by what was noted of them. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
  /** By machine, of those whose turn came to an end. */
  readonly details: ReadonlyMap<string, NotedDetail>;
}

/** Where runs are kept. */
export interface RunStore {
  /** Notes a run; resolves when it is on disk. */
  readonly begin: (head: RunHead) => Promise<RunJournal>;
  /** Goes on with a run that noted no end; null where there is none of this id. */
  readonly reopen: (id: string) => RunJournal | null;
  /** The run that began last; null where there is none. */
  readonly last: () => Promise<PastRun | null>;
  /** The runs that are kept, the newest first. */
  readonly all: () => Promise<readonly PastRun[]>;
  /** Their ids, the oldest first. */
  readonly ids: () => readonly string[];
  /** A run that is kept; null where it is none any more. */
  readonly find: (id: string) => PastRun | null;
}

/** What a machine came to of which a run that was cut short noted no result. */
export function outcomeOfUnended({ changes }: Pick<RunHead, 'changes'>, wasBegun: boolean): Outcome {
  return wasBegun && changes ? 'unknown' : 'not-run';
}
