import { outcomes, type Outcome } from '../../fleet/runs/outcome';
import type { PastRun } from '../../fleet/runs/run-journal';
import { optionValue, type OptionValues } from '../argv/option-values';
import type { Surroundings } from '../parts';
import { Refusal } from '../refusal';
import { fileRuns } from './file-runs';
import { isUnderWay } from './is-running';
import { runsFolder } from './runs-folder';
import { storeOfRuns } from './settle-runs';

/** The machines of the last run that --rerun takes up again. */
export interface Rerun {
  readonly names: readonly string[];
  /** Those of which nobody knows whether the change was made. */
  readonly unsure: ReadonlySet<string>;
  /** For people: of which run, and how many. */
  readonly sentence: string;
}

const wanted = outcomes.filter((outcome) => outcome !== 'skipped');

/**
 * The machines of the last run with the outcomes that --rerun names; null where it does not stand.
 * @throws Refusal where there was no run, none of its machines ended so, or it is still under way
 */
export async function rerunOf(options: OptionValues, around: Surroundings): Promise<Rerun | null> {
  const word = optionValue(options, 'rerun');
  if (word === undefined) return null;
  const asked = word.split(',').map((each) => outcomeOf(each.trim(), word));
  const run = await fileRuns(runsFolder(around.console)).last();
  if (run === null) throw new Refusal('There was no run yet that --rerun could take up.');
  const known = run.isShared === true && run.end === null ? await sharedOutcomes(run, options, around) : null;
  if (known === null) refuseUnderWay(run);
  const found = [...(known ?? run.outcomes)].filter(([, outcome]) => asked.includes(outcome));
  if (found.length === 0)
    throw new Refusal(`No machine of the run ${run.id} (${run.line}) is ${asked.join(' or ')}.`);
  return {
    names: found.map(([name]) => name),
    unsure: new Set(found.flatMap(([name, outcome]) => (outcome === 'unknown' ? [name] : []))),
    sentence: `${found.length} of ${run.outcomes.size} machines of the run ${run.id} (${run.line})`,
  };
}

/**
 * What workers have made of a run that was left to them; null where it was never handed over.
 * @throws Refusal where they are not at its end, or their database is another one
 */
async function sharedOutcomes(
  { id, line, store }: PastRun,
  options: OptionValues,
  around: Surroundings,
): Promise<ReadonlyMap<string, Outcome> | null> {
  if (storeOfRuns(options, around.console) !== store) {
    throw new Refusal(`The last run (${line}) is shared through ${store}: --store names it.`);
  }
  const found = await around.parts.shared().sharedOutcomes(id, options, around);
  if (found?.isOver !== false) return found?.outcomes ?? null;
  throw new Refusal(
    `The last run (${line}) is still under way at the workers: "slmgr fleet runs --follow ${id}" goes on with it.`,
  );
}

function outcomeOf(word: string, all: string): Outcome {
  const found = wanted.find((outcome) => outcome === word.toLowerCase());
  if (found !== undefined) return found;
  throw new Refusal(`--rerun ${all} is none of ${wanted.join(', ')}.`);
}

/** Machines whose turn is still to come would get theirs twice. */
function refuseUnderWay(run: PastRun): void {
  if (!isUnderWay(run)) return;
  throw new Refusal(
    `The last run (${run.line}) is still under way in process ${run.process}: wait for its end, or end it.`,
  );
}
