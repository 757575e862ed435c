import { hintOf } from '../argv/mistake';
import type { RunsPart, Surroundings } from '../parts';
import { Refusal } from '../refusal';
import { saidWay } from '../targets/find-machine';
import { resolveTargets, type ResolvedTarget } from '../targets/resolve-targets';
import { choiceOf } from './choice';
import { confirmDangerous } from './confirm';
import { RunMachines, type RunAccount } from './open-machines';
import { Presentation } from './present';
import { runSettings } from './run-options';
import { conductVerb } from './conduct-verb';
import type { VerbCall } from './verb-turn';

export { pastRun, pastRuns } from './past-runs';
export { runCommandOnMany, showCommandOnMany } from './command-run';
export { recordLine } from './record-line';
export { scanMachines } from './scan';
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
  if (options.shared === true) around.parts.shared().refuseUnshareable(call, options);
  const { console } = around;
  const settings = runSettings(options, (sentence) => {
    console.err(`slmgr: ${sentence}\n`);
  });
  const typed = call.target.kind === 'remote' ? call.target : null;
  const { choice, rerun } = await choiceOf(typed?.machine ?? null, options, around);
  const { targets, files } = await resolveTargets(choice, await saidWay(options, around), around);
  if (rerun !== null) console.err(`slmgr: ${rerun.sentence}.\n`);
  const account = await accountOf(typed?.account ?? null, targets.length, around);
  const machines = new RunMachines({ options, targets: files }, account, around);
  await machines.prepare(targets);
  const unsure = rerun?.unsure ?? new Set<string>();
  await confirmDangerous(call.verb, { targets, unsure }, options, around);
  const presentation = new Presentation({ verb: call.verb.name, options }, settings, around);
  const looksFirst = ({ name }: ResolvedTarget): boolean => unsure.has(name);
  try {
    const run = { call, targets, machines, looksFirst, options };
    const ended = await conductVerb(run, settings, presentation, around);
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
