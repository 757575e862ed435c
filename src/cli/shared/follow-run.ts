import { Presentation } from '../runs/present';
import { fileRuns } from '../runs/file-runs';
import { runMemory } from '../runs/run-memory';
import { runSettings } from '../runs/run-options';
import { runsFolder } from '../runs/runs-folder';
import type { OptionValues } from '../argv/option-values';
import type { Surroundings } from '../parts';
import { Refusal } from '../refusal';
import { Follower } from './follower';
import { openShared } from './open-shared';

/**
 * Follows a shared run that was left, or that somebody else handed over, and shows it as a run of a verb is shown; the
 * status that the process ends with.
 * @throws Refusal where there is none of this name
 */
export async function followRun(id: string, options: OptionValues, around: Surroundings): Promise<number> {
  const shared = await openShared(options, around);
  try {
    const head = await shared.store.head(id);
    if (head === null) throw new Refusal(`There is no shared run ${id} in ${shared.place}.`);
    const settings = runSettings(options, () => undefined);
    const presentation = new Presentation({ verb: head.verb, options }, settings, around);
    const names = await shared.store.names(id);
    presentation.begun(id, names);
    const journal = fileRuns(runsFolder(around.console)).reopen(id);
    const memory = head.remembers ? await runMemory(options, around) : null;
    const following = { id, all: names.length, onlooker: presentation, journal, isSites: true };
    const ended = await new Follower(following, shared, around).toEnd().finally(() => memory?.end());
    presentation.end(ended);
    return ended.exitCode;
  } finally {
    await shared.close();
  }
}
