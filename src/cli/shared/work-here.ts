import { hostname } from 'node:os';
import { ChunkStore } from '../../fleet/shared/chunk-store';
import type { ChunkMachine } from '../../fleet/shared/shared-run';
import { Worker } from '../../fleet/shared/work';
import type { Group } from '../../fleet/runs/slots';
import type { ConfiguredTarget, TargetsFile } from '../../remote/targets-file';
import type { OptionValues } from '../argv/option-values';
import { interruptedStatus } from '../exit-status';
import { tell } from '../output/tell';
import type { Surroundings } from '../parts';
import { usualConcurrency } from '../runs/concurrency';
import { brokenOff, guarded, sleepUntil, worthRetrying } from '../runs/conduct';
import { RunMachines } from '../runs/open-machines';
import { sharedLimits } from '../runs/shared-limits';
import { saidWay } from '../targets/find-machine';
import { keepSharedRun } from './keep-shared-run';
import { anyQueue, labQueue, openShared, siteQueue } from './open-shared';
import { Remembered } from './remembered';
import { Turns } from './turns';

/** A worker as it is asked for. */
interface WorkRequest {
  readonly options: OptionValues;
  readonly concurrency: number | null;
  /** Whose machines alone it takes. */
  readonly sites: readonly string[];
}

/**
 * Takes part in shared runs until it is interrupted: once, and what is under way is finished; twice, and it is broken off.
 * @returns the status that the process ends with
 * @throws Refusal where the database or the way cannot be used
 */
export async function workHere(request: WorkRequest, around: Surroundings): Promise<number> {
  const { options, concurrency, sites } = request;
  const { console, parts } = around;
  const { options: way, targets } = await saidWay(options, around);
  const files = targets ?? (await parts.remote().usualTargets(console)) ?? undefined;
  const inventory = await parts.fleet().openInventory(options, around);
  const entries = new Map<string, ConfiguredTarget>();
  const machines = new RunMachines({ options: way, targets: withHanded(files, entries) }, null, around);
  const shared = await openShared(options, around);
  const memory = new Remembered(inventory);
  const { remember } = memory;
  const turns = new Turns({ machines, platform: console.platform, now: console.now, remember });
  const facts = {
    id: crypto.randomUUID(),
    computer: hostname(),
    process: process.pid,
    concurrency: concurrency ?? usualConcurrency().usual,
    sites,
    startedAt: console.now(),
  };
  const queues = sites.length === 0 ? [anyQueue, labQueue(console)] : sites.map(siteQueue);
  const say = (sentence: string): void => tell(console, `slmgr: ${sentence}`);
  await shared.queue.prepare(queues);
  const worker = new Worker(facts, {
    ...{ store: shared.store, queue: shared.queue, queues },
    chunks: new ChunkStore(shared.pool, shared.queue),
    now: () => performance.now(),
    sleep: sleepUntil,
    groupsOf: (run, machine) => {
      know(machine, entries);
      return sharedLimits(run)({ ...machine, kind: 'windows', source: '' });
    },
    ownGroupsOf: ({ via }) => (via === 'lab' ? laboratory : []),
    attempt: (run, machine, signal) => guarded(() => turns.attempt(run, machine, signal), run.changes),
    look: (run, machine, signal) => guarded(() => turns.look(run, machine, signal), true),
    mayRetry: ({ step }) => step !== null && worthRetrying.has(step),
    gaveUp: (run, reason, late) => brokenOff(run.changes, reason, late),
    settle: async (isOver) => {
      await memory.write();
      if (isOver?.remembers === true) await keepSharedRun(isOver, shared.store, inventory, console.now());
    },
    tell: say,
  });
  const stop = new AbortController();
  const cut = new AbortController();
  let status: number = interruptedStatus.SIGINT;
  const forget = console.onInterrupt((signal) => {
    status = interruptedStatus[signal];
    if (stop.signal.aborted) cut.abort();
    else say('Nothing more is taken; what is under way is finished. Ctrl+C again breaks it off.');
    stop.abort();
  });
  try {
    const where = sites.length === 0 ? '' : ` for ${sites.join(', ')}`;
    say(
      `This worker takes part in shared runs of ${shared.place}${where}, ${facts.concurrency} machines at once.`,
    );
    await worker.work(stop.signal, cut.signal);
    return status;
  } finally {
    forget();
    machines.close();
    await shared.close();
    await inventory.close();
  }
}

/** Nothing of the laboratory waits: more at once would keep sockets and timers from their turn. */
const laboratory: readonly Group[] = [{ key: 'laboratory', limit: 2 }];

/** A worker's targets file, with machines that the inventory alone knows, as they were handed over. */
function withHanded(
  files: TargetsFile | undefined,
  entries: ReadonlyMap<string, ConfiguredTarget>,
): TargetsFile {
  return {
    names: files?.names ?? [],
    groups: files?.groups ?? {},
    find: (name) => files?.find(name) ?? entries.get(name.toLowerCase()) ?? null,
  };
}

function know({ name, way }: ChunkMachine, entries: Map<string, ConfiguredTarget>): void {
  if (way?.isOfInventory !== true) return;
  const { host, transport, user, port } = way;
  entries.set(name.toLowerCase(), {
    ...{ name, host, transport },
    ...(user === null ? {} : { user }),
    ...(port === null ? {} : { port }),
  });
}
