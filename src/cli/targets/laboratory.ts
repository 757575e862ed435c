import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Laboratory } from '../../lab/estate/laboratory';
import type { EstateStore } from '../../lab/estate/store-port';
import { dataDirectory } from '../../lab/store/data-directory';
import { openStore, storeFileName } from '../../lab/store/open-store';
import { StoreError } from '../../lab/store/store-error';
import { catalogue } from '../../licensing/catalogue/catalogue';
import { tell } from '../output/tell';
import type { Surroundings } from '../parts';
import { networkOf } from './network';
import { stuckMessage } from './stuck';

/** The laboratory of this user: the store in the data directory, the real clock, the published catalogue. */
export function openLaboratory({ console, parts }: Surroundings): Laboratory {
  const { env, platform, home } = console;
  const folder = resolve(dataDirectory({ env, platform, home }));
  const store = openNamedStore(folder, console);
  const ports = { store, home: folder, sleep: console.sleep, realNow: console.now };
  const network = networkOf(ports, parts);
  return {
    store,
    realNow: console.now,
    // The global, and not node:crypto, which would cost every start some milliseconds.
    freshSeed: () => crypto.getRandomValues(new Uint32Array(1))[0] ?? 0,
    catalogue: catalogue(),
    onSetAside: (machine) => {
      tell(console, `slmgr: ${stuckMessage(machine)}`);
    },
    get network() {
      return network();
    },
  };
}

/**
 * The store of a data folder. What a missing driver says of itself names no file: a store that is there and cannot be
 * read is named.
 * @throws StoreError as `openStore` does
 */
export function openNamedStore(folder: string, console: Surroundings['console']): EstateStore {
  try {
    return openStore(folder, undefined, (sentence) => {
      tell(console, `slmgr: ${sentence}`);
    });
  } catch (error) {
    const path = join(folder, storeFileName);
    if (!isMissingDriver(error) || !existsSync(path)) throw error;
    throw new StoreError(error.kind, `The store ${path} cannot be read: ${error.message}`, { cause: error });
  }
}

function isMissingDriver(error: unknown): error is StoreError {
  return error instanceof StoreError && error.kind === 'no-driver';
}

/** Runs one piece of work on the laboratory and closes its store. */
export async function withLaboratory<T>(
  context: Surroundings,
  work: (laboratory: Laboratory) => T | Promise<T>,
): Promise<T> {
  const laboratory = openLaboratory(context);
  try {
    return await work(laboratory);
  } finally {
    laboratory.store.close();
  }
}
