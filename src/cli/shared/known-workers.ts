import type { SeenWorker } from '../../fleet/shared/shared-run';
import type { SharedOutcomes } from '../../fleet/shared/shared-store';
import type { OptionValues } from '../argv/option-values';
import type { Surroundings } from '../parts';
import { openShared, type Shared } from './open-shared';

/** The workers that were seen within a day. @throws Refusal where the database cannot be used */
export function knownWorkers(options: OptionValues, around: Surroundings): Promise<readonly SeenWorker[]> {
  return asked(options, around, ({ store }) => store.workers());
}

/** What a run came to so far; null where it was never handed over. @throws Refusal where the database cannot be used */
export function sharedOutcomes(
  run: string,
  options: OptionValues,
  around: Surroundings,
): Promise<SharedOutcomes | null> {
  return asked(options, around, ({ store }) => store.outcomes(run));
}

async function asked<T>(
  options: OptionValues,
  around: Surroundings,
  ask: (shared: Shared) => Promise<T>,
): Promise<T> {
  const shared = await openShared(options, around);
  try {
    return await ask(shared);
  } finally {
    await shared.close();
  }
}
