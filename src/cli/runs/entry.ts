import type { CommandLine } from '../../verbs/grammar';
import { complaintSentence } from '../../render/text/complaint';
import { optionValue, type OptionValues } from '../argv/option-values';
import { hintOf } from '../argv/mistake';
import type { Surroundings } from '../parts';
import { Refusal } from '../refusal';
import { saidWay } from '../targets/find-machine';
import { resolveTargets } from '../targets/resolve-targets';
import { conduct } from './conduct';
import { confirmDangerous } from './confirm';
import { lineForPeople } from './line-for-people';
import { RunMachines, type RunAccount } from './open-machines';
import { Presentation } from './present';
import { runSettings, wholeNumberOf } from './run-options';
import { verbTurn, type VerbCall } from './verb-turn';

export { applyPolicy, planPolicy, showPlan } from './policy/entry';

/**
 * Runs a verb on every machine that its line means; the status that the process ends with.
 * @throws Refusal and the like for wrong words; nothing was sent then
 */
export async function runVerbOnMany(
  { call: line, words, options }: Parameters<typeof refuseComplaint>[0],
  around: Surroundings,
): Promise<number> {
  const call = refuseComplaint({ call: line, words, options });
  const { console } = around;
  const settings = runSettings(options, (sentence) => {
    console.err(`slmgr: ${sentence}\n`);
  });
  const way = await saidWay(options, around);
  const { machine, account: typed } = call.target;
  const { targets, files } = await resolveTargets(
    {
      expression: machine,
      exclude: optionValue(options, 'exclude') ?? null,
      pick: wholeNumberOf(options, 'pick', 1, 1_000_000),
      pickFirst: wholeNumberOf(options, 'pick-first', 1, 1_000_000),
    },
    way,
    around,
  );
  const account = await accountOf(typed, targets.length, around);
  const machines = new RunMachines({ options, targets: files }, account, around);
  machines.refuseImpossible(targets);
  await confirmDangerous(call.verb.name, targets, options, around);
  const presentation = new Presentation(call.verb.name, settings, options, around);
  const isDryRun = options['dry-run'] === true;
  const run = {
    call,
    isDryRun,
    isStrict: options.strict === true,
    platform: console.platform,
    wantsData: settings.form !== 'text',
    looksFirst: false,
  };
  try {
    const ended = await conduct(
      {
        verb: call.verb.name,
        line: lineForPeople(call),
        changes: call.verb.changesState && !isDryRun,
        targets,
        groupsOf: () => [],
        attempt: (target, signal) => verbTurn(run, target, machines, signal),
      },
      settings,
      presentation,
      around,
    );
    presentation.end(ended);
    return ended.exitCode;
  } finally {
    machines.close();
  }
}

function refuseComplaint({
  call,
  words,
  options,
}: {
  readonly call: CommandLine;
  readonly words: readonly string[];
  readonly options: OptionValues;
}): VerbCall & { readonly target: Extract<CommandLine['target'], { kind: 'remote' }> } {
  if (call.kind === 'complaint') {
    throw new Refusal(`${complaintSentence(call.complaint)} ${hintOf(call.complaint, words)}`);
  }
  if (options.snapshot !== undefined) {
    throw new Refusal('A snapshot is of one machine: name no others beside --snapshot.');
  }
  const { target } = call;
  if (target.kind === 'local') throw new Refusal('No machine is named.');
  return { ...call, target };
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
