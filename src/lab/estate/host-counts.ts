import { cacheCapacity } from '../../kms/engine/counting-cache';
import { currentCount } from '../../kms/engine/host';
import type { Catalogue } from '../../licensing/catalogue/types';
import { kmsHostFacts } from '../clockwork/host-facts';
import { defaultSettings } from './settings';
import type { EstateReader, StoredMachine } from './store-port';
import { estateTime } from './time';

/** One count of a host: 'windows', or an Office generation (K1.4, K1.5). */
export interface CountStatus {
  readonly count: string;
  /** Current count; -1 where nobody asked yet (K2.9). */
  readonly current: number;
  /** Entries in the cache, and how many it holds at most (K2.4). */
  readonly cached: number;
  readonly capacity: number;
}

/** The counts of a KMS host at the real time that is told; none where it is no host. */
export function hostCounts(
  reader: EstateReader,
  host: StoredMachine,
  { catalogue, realNow }: { readonly catalogue: Catalogue; readonly realNow: () => number },
): readonly CountStatus[] {
  const facts = kmsHostFacts(host.state, catalogue, reader.estate()?.settings ?? defaultSettings);
  if (facts.products.length === 0) return [];
  const cache = reader.cache(host.id);
  const now = estateTime(reader.clock(), realNow()) + host.state.clockSkewMs;
  return [...new Set(facts.products.map(({ count }) => count))].map((count) => ({
    count,
    current: currentCount(facts, cache, count, now),
    cached: [...cache.clientsOldestFirst(count)].length,
    capacity: cacheCapacity(cache.greatestThreshold(count)),
  }));
}
