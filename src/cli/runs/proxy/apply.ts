import type { Hold } from '../../../fleet/inventory/hold';
import type { Inventory } from '../../../fleet/inventory/inventory';
import {
  applyConfirmations,
  type ConfirmedProduct,
  type WantedConfirmation,
} from '../../../fleet/proxy/apply-confirmations';
import type { ProxyList } from '../../../fleet/proxy/proxy-list';
import { ResultFolder } from '../../../fleet/runs/fold-results';
import { emptyAttempt, type AttemptResult } from '../../../fleet/runs/run-machines';
import { foldNames } from '../../../fleet/targets/fold';
import { formatHresult } from '../../../licensing/hresult';
import type { OptionValues } from '../../argv/option-values';
import type { Surroundings } from '../../parts';
import { Refusal } from '../../refusal';
import { saidWay } from '../../targets/find-machine';
import { resolveTargets, type ResolvedTarget } from '../../targets/resolve-targets';
import { conduct } from '../conduct';
import type { ConductedRun } from '../conducted-run';
import { groupsText } from '../group-text';
import { RunMachines } from '../open-machines';
import { machineTurn } from '../policy/machine-turn';
import { showProgress } from '../progress';
import { ErrorTally, recapLines } from '../recap';
import { runSettings } from '../run-options';
import { storeOfRuns } from '../settle-runs';
import { sharedLimits } from '../shared-limits';
import { readListFile } from './list-file';
import { holdWork, noLongerAlone, type Work } from '../hold-work';
import type { ApplyRequest } from './requests';
import type { ProxyResult, ShownApplied } from './shown';
import { wantedByMachine } from './wanted-by-machine';

/**
 * Gives machines the confirmation IDs of a file. They are in the inventory before the first one is sent, and what a machine
 * came to is noted there: the same line takes up what was cut short.
 */
export async function applyProxy(
  { file, options }: ApplyRequest,
  around: Surroundings,
): Promise<ShownApplied> {
  const { list } = readListFile(file);
  const inventory = await around.parts.fleet().openInventory(options, around);
  try {
    const place = { inventory, store: storeOfRuns(options, around.console) };
    const hold = await holdWork(workOf(file, list), place, around.console);
    try {
      return await applyAlone({ file, options, list, inventory, hold }, around);
    } finally {
      await hold.release();
    }
  } finally {
    await inventory.close();
  }
}

/** The same for all copies of a file. */
function workOf(file: string, { entries }: ProxyList): Work {
  return {
    kind: 'proxy',
    parts: entries.map(({ id }) => id).sort(),
    doing: `applying the entries of ${file}`,
  };
}

interface HeldRequest extends ApplyRequest {
  readonly list: ProxyList;
  readonly inventory: Inventory;
  readonly hold: Hold;
}

async function applyAlone(
  { file, options, list, inventory, hold }: HeldRequest,
  around: Surroundings,
): Promise<ShownApplied> {
  const { wanted, unknown } = await wantedByMachine(file, list, inventory);
  const found = await resolved([...wanted.keys()], options, around);
  const sure = await ask(options, [...wanted], around);
  if (sure !== null) throw new Refusal(sure);
  await inventory.proxy.keep(
    [...wanted.values()]
      .flat()
      .flatMap(({ id, confirmationId }) => (confirmationId === null ? [] : [{ id, confirmationId }])),
  );
  const { run, results } = await applyAll({ file, options, wanted, inventory, hold, ...found }, around);
  return shown(run, results, unknown, around);
}

interface Resolved {
  readonly targets: readonly ResolvedTarget[];
  readonly machines: RunMachines;
}

async function resolved(
  names: readonly string[],
  options: OptionValues,
  around: Surroundings,
): Promise<Resolved> {
  const choice = { expression: names.join(','), exclude: null, pick: null, pickFirst: null };
  const { targets, files } = await resolveTargets(choice, await saidWay(options, around), around);
  const machines = new RunMachines({ options, targets: files }, null, around);
  await machines.prepare(targets);
  return { targets, machines };
}

const shownCharacters = 300;

/** Why nothing is to be sent; null where it is said that it is meant. */
async function ask(
  options: OptionValues,
  wanted: readonly (readonly [string, readonly WantedConfirmation[]])[],
  { console, parts }: Surroundings,
): Promise<string | null> {
  if (options.yes === true) return null;
  const names = wanted
    .filter(([, products]) => products.some(({ confirmationId }) => confirmationId !== null))
    .map(([name]) => name);
  const folded = foldNames(names);
  const list = folded.length > shownCharacters ? `${folded.slice(0, shownCharacters)}…` : folded;
  const machines = `${names.length} ${names.length === 1 ? 'machine' : 'machines'}`;
  const answer = await parts
    .remote()
    .askPerson(`Confirmation IDs for ${machines}: ${list}\nActivate them (yes/no)? `, console);
  if (answer === null) {
    return 'This activates machines, and nobody can be asked here: --yes says that it is meant. Nothing was sent.';
  }
  return answer ? null : 'Nothing was sent.';
}

interface ApplyTask extends Resolved {
  readonly file: string;
  readonly options: OptionValues;
  readonly wanted: ReadonlyMap<string, readonly WantedConfirmation[]>;
  readonly inventory: Inventory;
  readonly hold: Hold;
}

async function applyAll(
  { file, options, targets, machines, wanted, inventory, hold }: ApplyTask,
  around: Surroundings,
): Promise<{ readonly run: ConductedRun; readonly results: readonly ProxyResult[] }> {
  const { console } = around;
  const byName = new Map([...wanted].map(([name, products]) => [name.toLowerCase(), products]));
  const products = new Map<string, readonly ConfirmedProduct[]>();
  const results: ProxyResult[] = [];
  const settings = runSettings(options, (sentence) => {
    console.err(`slmgr: ${sentence}\n`);
  });
  try {
    const run = await conduct(
      {
        verb: 'fleet proxy apply',
        line: `fleet proxy apply ${file}`,
        changes: true,
        store: storeOfRuns(options, console),
        targets,
        groupsOf: sharedLimits(settings),
        attempt: async (target, signal) => {
          if (hold.isLost()) return noLongerAlone;
          const meant = byName.get(target.name.toLowerCase()) ?? [];
          const { done, result } = await applyOne(machines, target, signal, meant);
          products.set(target.name, done);
          await inventory.proxy.applied(activated(done), Math.floor(console.now() / 1000));
          return result;
        },
      },
      settings,
      {
        begun: () => undefined,
        ended: (result) => results.push({ ...result, products: products.get(result.machine) ?? [] }),
        progress: showProgress(console),
      },
      around,
    );
    return { run, results };
  } finally {
    machines.close();
  }
}

function activated(products: readonly ConfirmedProduct[]): readonly string[] {
  return products.filter(({ outcome }) => outcome === 'changed' || outcome === 'ok').map(({ id }) => id);
}

interface AppliedOne {
  readonly done: readonly ConfirmedProduct[];
  readonly result: AttemptResult;
}

async function applyOne(
  machines: RunMachines,
  target: ResolvedTarget,
  signal: AbortSignal,
  wanted: readonly WantedConfirmation[],
): Promise<AppliedOne> {
  const begun = { yes: false };
  const end = await machineTurn(machines, target, { signal }, (provider) =>
    applyConfirmations(provider, wanted, () => {
      begun.yes = true;
    }),
  );
  if (end.kind === 'done') return { done: end.value, result: resultOf(end.value) };
  const { kind, wasChanged, hresult, step, messages } = end.failure;
  const outcome = begun.yes && wasChanged ? 'unknown' : kind;
  return { done: [], result: { ...emptyAttempt, outcome, exitCode: 1, hresult, step, messages } };
}

/** The worst of its products is the machine's outcome: what is still open is not called done. */
function resultOf(products: readonly ConfirmedProduct[]): AttemptResult {
  const of = (wanted: ConfirmedProduct['outcome']): ConfirmedProduct | undefined =>
    products.find(({ outcome }) => outcome === wanted);
  const bad = of('failed') ?? of('skipped');
  const outcome = bad?.outcome ?? of('changed')?.outcome ?? 'ok';
  const messages = products.flatMap(({ name, product, message }) =>
    message === null ? [] : [`${name ?? product}: ${message}`],
  );
  return {
    ...emptyAttempt,
    outcome,
    verification: outcome === 'changed' ? 'verified' : null,
    exitCode: outcome === 'failed' ? 1 : 0,
    hresult: bad?.hresult == null ? null : formatHresult(bad.hresult),
    step: bad?.step ?? null,
    text: products.map((each) => `${each.name ?? each.product}: ${textOf(each)}\n`).join(''),
    messages,
  };
}

function textOf({ outcome, message }: ConfirmedProduct): string {
  if (message !== null) return message;
  return outcome === 'changed' ? 'activated' : 'activated already';
}

function shown(
  run: ConductedRun,
  results: readonly ProxyResult[],
  unknown: number,
  around: Surroundings,
): ShownApplied {
  const folder = new ResultFolder();
  const errors = new ErrorTally();
  for (const result of results) {
    folder.add(result);
    errors.add(result);
  }
  const foreign =
    unknown === 0
      ? []
      : [
          `${unknown} entries of the file are of machines that the inventory does not know any more, and were left out.`,
        ];
  return {
    run: { ...run, exitCode: unknown > 0 && run.exitCode === 0 ? 3 : run.exitCode },
    results,
    text: ({ colour }) => groupsText(folder.groups(), { colour, isDiff: false }),
    messages: [...foreign, ...recapLines(run), ...errors.lines(around)],
  };
}
