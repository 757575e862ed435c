import { hostname } from 'node:os';
import { planCounts, planStatus, type Plan } from '../../../fleet/policy/plan';
import { foldPlan } from '../../../fleet/policy/fold-plan';
import { ResultFolder } from '../../../fleet/runs/fold-results';
import { writePlan, writtenState } from '../../../fleet/policy/plan-file';
import type { OptionValues } from '../../argv/option-values';
import { dataFolder } from '../../commands/kms/home';
import { writeNamedFile } from '../../output/named-file';
import type { Surroundings } from '../../parts';
import { Refusal } from '../../refusal';
import { groupsText } from '../group-text';
import { holdWork, type Work } from '../hold-work';
import { ErrorTally, recapLines } from '../recap';
import { runMemory } from '../run-memory';
import { runSettings, type RunSettings } from '../run-options';
import { storeOfRuns } from '../settle-runs';
import { applyByWorkers, refuseOwnKeys } from './apply-by-workers';
import { applyPlan, type AppliedRun } from './apply-plan';
import { makePlan, type PlanTask } from './make-plan';
import { planText } from './plan-text';
import { machinesOfPlan, machinesOfPolicy, type PolicyMachines } from './policy-machines';
import { readKeys } from './read-keys';
import { readPolicyFile } from './read-policy-file';
import type { ShownPlan, ShownRun } from './shown';

/** Holds the machines of a policy against it; `out` is a file to save the plan in. */
export async function planPolicy(
  {
    file,
    out,
    options,
  }: { readonly file: string; readonly out: string | null; readonly options: OptionValues },
  around: Surroundings,
): Promise<ShownPlan> {
  const read = readPolicyFile(file);
  if (read.kind === 'plan')
    throw new Refusal(`${file} is a saved plan: "slmgr plan show" tells what is in it.`);
  const settings = settingsOf(options, around);
  const found = await machinesOfPolicy(read.policy, options, around);
  const memory = await runMemory(options, around);
  try {
    const keyOf = await readKeys(found.targets.map(found.desired), around);
    const store = storeOfRuns(options, around.console);
    const task = { found, keyOf, memory, store, line: `plan ${file}` };
    const { plan, run } = await makePlan(task, settings, around);
    if (out !== null) writeNamedFile(out, writePlan(plan));
    const isCut = run.exitCode > 100 ? run.exitCode : null;
    const shown = shownPlan(plan);
    return { ...shown, exitCode: isCut ?? shown.exitCode };
  } finally {
    await memory?.end();
    found.machines.close();
  }
}

/** Tells of a saved plan what `plan` told when it was made. Nothing is read but the file. */
export function showPlan(file: string): ShownPlan {
  const read = readPolicyFile(file);
  if (read.kind === 'policy')
    throw new Refusal(`${file} is a policy and no saved plan: "slmgr plan" makes one of it.`);
  return shownPlan(read.plan);
}

function shownPlan(plan: Plan): ShownPlan {
  const counts = planCounts(plan.machines);
  const { differs, ok, unreachable, unknown } = counts;
  return {
    plan,
    counts,
    text: planText(foldPlan(plan.machines)),
    exitCode: planStatus(counts),
    messages: [`${differs} to change, ${ok} as wanted, ${unreachable} unreachable, ${unknown} unknown.`],
  };
}

/** Applies a policy or a saved plan. @throws Refusal where it is not said that it is meant; nothing was sent */
export async function applyPolicy(
  { file, options }: { readonly file: string; readonly options: OptionValues },
  around: Surroundings,
): Promise<ShownRun> {
  const read = readPolicyFile(file);
  const settings = settingsOf(options, around);
  const found =
    read.kind === 'plan'
      ? await machinesOfPlan(read.plan, options, around)
      : await machinesOfPolicy(read.policy, options, around);
  const memory = await runMemory(options, around);
  try {
    const isShared = options.shared === true;
    if (isShared) refuseOwnKeys(found);
    const keyOf = await readKeys(found.targets.map(found.desired), around);
    const store = storeOfRuns(options, around.console);
    const task = { found, keyOf, memory, store, line: `apply ${file}` };
    const hold = await holdWork(workOf(found, around), { inventory: memory, store }, around.console);
    try {
      const plan =
        read.kind === 'plan' ? read.plan : await planForQuestion(task, { settings, options, around });
      if (plan !== null && options.yes !== true) await ask(plan, around);
      const planned = plan === null ? null : new Map(plan.machines.map((each) => [each.machine, each]));
      const applied = isShared
        ? await applyByWorkers({ ...task, planned }, { settings, options }, around)
        : await applyPlan({ ...task, planned, hold }, settings, around);
      return shownRun(applied, around);
    } finally {
      await hold.release();
    }
  } finally {
    await memory?.end();
    found.machines.close();
  }
}

/** The same for a policy, its copies and the plans that were made of it; machines of another laboratory are others. */
function workOf({ targets, desired }: PolicyMachines, { console }: Surroundings): Work {
  const laboratory = `${hostname()}:${dataFolder(console)}`;
  const parts = targets.map((target) => {
    const where = target.via === 'lab' ? laboratory : null;
    return JSON.stringify([target.name.toLowerCase(), where, writtenState(desired(target))]);
  });
  return { kind: 'apply', parts: parts.sort(), doing: 'applying the same to the same machines' };
}

function settingsOf(options: OptionValues, { console }: Surroundings): RunSettings {
  return runSettings(options, (sentence) => {
    console.err(`slmgr: ${sentence}\n`);
  });
}

/** What would be changed, to ask a person about it; null where --yes says that it is meant. */
async function planForQuestion(
  task: PlanTask,
  {
    settings,
    options,
    around,
  }: { readonly settings: RunSettings; readonly options: OptionValues; readonly around: Surroundings },
): Promise<Plan | null> {
  if (options.yes === true) return null;
  if (options.shared === true) throw new Refusal(unaskedOfWorkers);
  if (!around.console.errIsTerminal) throw new Refusal(unasked);
  const { plan, run } = await makePlan(task, settings, around);
  if (run.stopped === 'interrupted') {
    throw new Refusal('The machines were not all read. Nothing was sent.', { exitCode: run.exitCode });
  }
  return plan;
}

const unaskedOfWorkers =
  'Workers are not asked for a plan first: --yes says that the policy is meant, and a saved plan is shown and asked about. Nothing was sent.';

const unasked =
  'apply changes machines and nobody can be asked here: --yes says that it is meant. Nothing was sent.';

async function ask(plan: Plan, { console, parts }: Surroundings): Promise<void> {
  const { text, counts } = shownPlan(plan);
  if (counts.differs === 0) return;
  const machines = `${counts.differs} ${counts.differs === 1 ? 'machine' : 'machines'}`;
  const answer = await parts.remote().askPerson(`${text}Change ${machines} (yes/no)? `, console);
  if (answer === null) throw new Refusal(unasked);
  if (!answer) throw new Refusal('Nothing was sent.');
}

function shownRun({ run, results }: AppliedRun, around: Surroundings): ShownRun {
  const folder = new ResultFolder();
  const errors = new ErrorTally();
  for (const result of results) {
    folder.add(result);
    errors.add(result);
  }
  return {
    run,
    results,
    text: ({ colour }) => groupsText(folder.groups(), { colour, isDiff: false }),
    messages: [...recapLines(run), ...errors.lines(around)],
  };
}
