import * as z from 'zod';
import { outcomes, type MachineResult } from '../runs/outcome';

/** Why no machine of a run begins any more. */
export const stopReasons = ['interrupted', 'max-fail', 'deadline'] as const;

const share = z.union([
  z.object({ kind: z.literal('number'), number: z.int() }),
  z.object({ kind: z.literal('percent'), percent: z.int() }),
]);

export const sharedHead = z.object({
  id: z.string(),
  verb: z.string(),
  /** For people, without secrets. */
  line: z.string(),
  changes: z.boolean(),
  /** Who handed it over, and where: USER@HOST. */
  who: z.string(),
  /** Epoch milliseconds. */
  startedAt: z.int(),
  /** What is to be done, in the words of who carries it out. */
  work: z.unknown(),
  /** Whether workers keep in the inventory what the machines say. */
  remembers: z.boolean(),
  retries: z.int().min(0).max(20),
  /** Milliseconds for one machine. */
  machineTimeout: z.number().positive(),
  perSite: z.int().positive().nullable(),
  maxFail: share.nullable(),
  batches: z.int().positive(),
});

/** What workers have to know of a run. It holds no password and no product key that is a secret. */
export type SharedHead = z.infer<typeof sharedHead>;

const way = z.object({
  transport: z.enum(['ssh', 'winrm', 'winrms']),
  host: z.string(),
  port: z.int().nullable(),
  /** The far side is a slmgr: true, or the name of a machine of its laboratory. */
  agent: z.union([z.boolean(), z.string()]),
  /** Whether it is reached as the inventory says, which all workers share; and by whom then. */
  isOfInventory: z.boolean(),
  user: z.string().nullable(),
});

/** Where a real machine is for who handed the run over: a worker that would go elsewhere does not go. */
export type HandedWay = z.infer<typeof way>;

export const chunkMachine = z.object({
  place: z.int(),
  name: z.string(),
  via: z.enum(['lab', 'ssh', 'winrm', 'winrms']),
  site: z.string().nullable(),
  jump: z.string().nullable(),
  way: way.nullable(),
  /** What is to be done with this machine alone. */
  task: z.unknown(),
  /** Whether another worker had its turn and did not come to its end. */
  wasBegun: z.boolean(),
});

/** A machine of a chunk that has no result yet. */
export type ChunkMachine = z.infer<typeof chunkMachine>;

/** A machine as a run is handed over. */
export interface HandedMachine extends Omit<ChunkMachine, 'place' | 'wasBegun'> {
  /** The queue of those who can reach it. */
  readonly queue: string;
}

const sharedResult = z.object({
  machine: z.string(),
  outcome: z.enum(outcomes),
  kind: z.string().nullable().optional(),
  verification: z.enum(['verified', 'accepted', 'not-verifiable']).nullable(),
  exitCode: z.int().nullable(),
  hresult: z.string().nullable(),
  step: z.string().nullable(),
  text: z.string(),
  data: z.unknown(),
  messages: z.array(z.string()),
  seconds: z.number(),
  attempts: z.int(),
});

/** A machine's result as it stands in the database. */
export function readResult(result: unknown): MachineResult {
  const { machine, outcome, kind, ...others } = sharedResult.parse(result);
  return { machine, outcome, ...(kind === undefined ? {} : { kind }), ...others };
}

/** A worker as the others see it. */
export interface SeenWorker {
  readonly id: string;
  readonly computer: string;
  readonly process: number;
  readonly concurrency: number;
  /** Whose machines alone it takes; none: all those that need no worker of their site. */
  readonly sites: readonly string[];
  readonly doing: string;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly seenSecondsAgo: number;
}
