import { hintOf } from '../argv/mistake';
import type { RunsPart, Surroundings } from '../parts';
import { Refusal } from '../refusal';
import { saidWay } from '../targets/find-machine';
import { resolveTargets, type ResolvedTarget } from '../targets/resolve-targets';
import { choiceOf } from './choice';
import { conduct } from './conduct';
import { confirmDangerous } from './confirm';
import { lineForPeople } from './line-for-people';
import { RunMachines, type RunAccount } from './open-machines';
import { Presentation } from './present';
import { runMemory } from './run-memory';
import { runSettings } from './run-options';
import { storeOfRuns } from './settle-runs';
import { sharedLimits } from './shared-limits';
import { verbTurn, type VerbCall } from './verb-turn';

export { pastRun, pastRuns } from './past-runs';
export { runCommandOnMany, showCommandOnMany } from './command-run';
export { recordLine } from './record-line';
export { applyProxy } from './proxy/apply';
export { collectProxy } from './proxy/collect';
export { fillProxy } from './proxy/fill';
export { applyPolicy, planPolicy, showPlan } from './policy/entry';

/**
 * Runs a verb on every machine that its line means; the status that the process ends with.
 * @throws Refusal and the like for wrong words; nothing was sent then
 */
export async function runVerbOnMany(line: ManyLine, around: Surroundings): Promise<number> {
  const { options } = line;
  const call = refuseComplaint(line);
  const { console } = around;
  const settings = runSettings(options, (sentence) => {
    console.err(`slmgr: ${sentence}\n`);
  });
  const typed = call.target.kind === 'remote' ? call.target : null;
  const { choice, rerun } = await choiceOf(typed?.machine ?? null, options, console);
  const { targets, files } = await resolveTargets(choice, await saidWay(options, around), around);
  if (rerun !== null) console.err(`slmgr: ${rerun.sentence}.\n`);
  const account = await accountOf(typed?.account ?? null, targets.length, around);
  const machines = new RunMachines({ options, targets: files }, account, around);
  await machines.prepare(targets);
  const unsure = rerun?.unsure ?? new Set<string>();
  await confirmDangerous(call.verb, { targets, unsure }, options, around);
  const memory = await runMemory(options, around);
  const presentation = new Presentation({ verb: call.verb.name, options }, settings, around);
  const isDryRun = options['dry-run'] === true;
  const changes = call.verb.changesState && !isDryRun;
  const run = {
    call,
    isDryRun,
    isStrict: options.strict === true,
    platform: console.platform,
    wantsData: settings.form !== 'text',
    looksFirst: ({ name }: ResolvedTarget) => changes && unsure.has(name),
    remember: memory?.remember ?? null,
    now: console.now,
  };
  try {
    const ended = await conduct(
      {
        verb: call.verb.name,
        line: lineForPeople(call),
        changes,
        store: storeOfRuns(options, console),
        targets,
        groupsOf: sharedLimits(settings),
        attempt: (target, signal) => verbTurn(run, target, machines, signal),
      },
      settings,
      presentation,
      around,
    ).finally(() => memory?.end());
    presentation.end(ended);
    return ended.exitCode;
  } finally {
    machines.close();
  }
}

type ManyLine = Parameters<RunsPart['runVerbOnMany']>[0];

function refuseComplaint({ call, words, options }: ManyLine): VerbCall {
  if (call.kind === 'complaint') {
    throw new Refusal(hintOf(call.complaint, words));
  }
  if (options.snapshot !== undefined) {
    throw new Refusal('A snapshot is of one machine: name no others beside --snapshot.');
  }
  return call;
}

/** Who signs in on all machines; a password that is asked for is asked for once, before anything is connected. */
async function accountOf(
  account: RunAccount,
  count: number,
  { console, parts }: Surroundings,
): Promise<RunAccount> {
  if (account?.password !== '-') return account;
  const whose = `${account.user} on ${count} ${count === 1 ? 'machine' : 'machines'}`;
  return { ...account, password: await parts.remote().linePassword('-', whose, console) };
}
