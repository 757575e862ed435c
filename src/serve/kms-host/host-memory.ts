import { isServiceRunning } from '../../lab/model/machine';
import { MemoryCountingCache } from '../../kms/engine/counting-cache';
import { type KmsHostFacts } from '../../kms/engine/host';
import { kmsHostFacts } from '../../lab/clockwork/host-facts';
import { defaultSettings } from '../../lab/estate/settings';
import { type ClockRecord, type EstateReader, type MachineId } from '../../lab/estate/store-port';
import { type Catalogue } from '../../licensing/catalogue/types';

/** A running host as it stands in the store. */
export interface RememberedHost {
  readonly id: MachineId;
  readonly facts: KmsHostFacts;
  readonly cache: MemoryCountingCache;
  readonly clock: ClockRecord;
  readonly clockSkewMs: number;
}

/**
 * What a daemon keeps between batches: the host's facts, its counting cache and the clock. It holds as long as no
 * other connection has changed the store, and as every batch of this one was recorded.
 */
export class HostMemory {
  readonly #machine: string;
  readonly #catalogue: Catalogue;
  #kept: { readonly version: number; readonly host: RememberedHost } | null = null;

  constructor(machine: string, catalogue: Catalogue) {
    this.#machine = machine;
    this.#catalogue = catalogue;
  }

  /** The host as it stands in the transaction of the reader; null where it is not there or does not run. */
  look(reader: EstateReader): RememberedHost | null {
    const version = reader.foreignVersion();
    if (this.#kept?.version === version) return this.#kept.host;
    const host = this.#read(reader);
    this.#kept = host === null ? null : { version, host };
    return host;
  }

  /** Forgets: what the cache in memory took in did not reach the disk. */
  forget(): void {
    this.#kept = null;
  }

  #read(reader: EstateReader): RememberedHost | null {
    const machine = reader.machine(this.#machine);
    if (machine === null || !isServiceRunning(machine.state)) return null;
    const { id, state } = machine;
    return {
      id,
      facts: kmsHostFacts(state, this.#catalogue, reader.estate()?.settings ?? defaultSettings),
      cache: new MemoryCountingCache(reader.cacheRows(id)),
      clock: reader.clock(),
      clockSkewMs: state.clockSkewMs,
    };
  }
}
