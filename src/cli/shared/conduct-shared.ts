import type { RunJournal } from '../../fleet/runs/run-journal';
import type { HandedMachine, HandedWay } from '../../fleet/shared/shared-run';
import type { Surroundings } from '../parts';
import { noted } from '../runs/conduct';
import type { ConductedRun, Onlooker } from '../runs/conducted-run';
import { fileRuns, newRunId } from '../runs/file-runs';
import type { RunSettings } from '../runs/run-options';
import { runsFolder } from '../runs/runs-folder';
import { storeOfRuns, whoRuns } from '../runs/settle-runs';
import type { ResolvedTarget } from '../targets/resolve-targets';
import { Follower } from './follower';
import { anyQueue, labQueue, openShared, siteQueue } from './open-shared';
import { refuseUnshared } from './refuse-unshared';
import type { SharedUndertaking } from './shared-undertaking';

/**
 * Hands an undertaking to the workers of the team and follows it to its end, as `conduct` does it here: noted in the
 * journal, told to who looks on.
 * @throws Refusal where it cannot be handed over, nothing was sent then; and where it was left to the workers
 */
export async function conductShared(
  undertaking: SharedUndertaking,
  settings: RunSettings,
  onlooker: Onlooker,
  around: Surroundings,
): Promise<ConductedRun> {
  const { options, targets, verb, line, changes, work } = undertaking;
  const { console } = around;
  refuseUnshared(options);
  const machines = targets.map((target) => handedMachine(target, undertaking, around));
  const shared = await openShared(options, around);
  try {
    const startedAt = console.now();
    const id = newRunId(startedAt, crypto.getRandomValues(new Uint16Array(1))[0] ?? 0);
    const who = whoRuns();
    const names = targets.map(({ name }) => name);
    const journal: RunJournal = await noted(() =>
      fileRuns(runsFolder(console)).begin({
        ...{ id, verb, line, changes, startedAt, who },
        store: storeOfRuns(options, console),
        process: process.pid,
        machines: names,
        isShared: true,
      }),
    );
    const { retries, machineTimeout, perSite, maxFail, batches, deadline } = settings;
    const remembers = options['no-record'] !== true && options['dry-run'] !== true;
    const about = { id, verb, line, changes, who, startedAt, work, remembers };
    const head = { ...about, retries, machineTimeout, perSite, maxFail };
    await shared.store.handOver(head, machines, { batches, deadline }, shared.queue);
    onlooker.begun(id, names);
    const following = { id, all: names.length, onlooker, journal, isSites: options.sites === true };
    return await new Follower(following, shared, around).toEnd();
  } finally {
    await shared.close();
  }
}

function handedMachine(
  target: ResolvedTarget,
  { options, machines, taskOf }: SharedUndertaking,
  { console }: Surroundings,
): HandedMachine {
  const { name, via, site, jump } = target;
  const handed = { name, via, site, jump, task: taskOf(target) };
  if (via === 'lab') return { ...handed, way: null, queue: labQueue(console) };
  const isSiteAlone = options.sites === true && site !== null;
  return {
    ...handed,
    way: handedWay(target, machines),
    queue: isSiteAlone ? siteQueue(site) : anyQueue,
  };
}

function handedWay(target: ResolvedTarget, machines: SharedUndertaking['machines']): HandedWay {
  const { transport, host, port, user, agent } = machines.farEnd(target);
  const isOfInventory = target.source === 'inventory';
  return {
    ...{ transport, host, port, agent, isOfInventory },
    user: isOfInventory ? user : null,
  };
}
