import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { initEstate } from '../../../src/lab/estate/init';
import type { Laboratory } from '../../../src/lab/estate/laboratory';
import { openStore } from '../../../src/lab/store/open-store';
import { catalogue } from '../../../src/licensing/catalogue/catalogue';

/** The instant at which test estates begin. */
export const start = Date.parse('2026-01-05T08:00:00Z');
export const hour = 3_600_000;
export const day = 24 * hour;

export interface TestLaboratory extends Laboratory {
  readonly folder: string;
  /** Lets the real clock go on. */
  readonly pass: (ms: number) => void;
  /** Another connection to the same store, as another process has. */
  readonly second: () => Laboratory;
}

const opened: (() => void)[] = [];

/** Closes and removes what a test opened; to be called after each test. */
export function closeLaboratories(): void {
  for (const close of opened.splice(0)) close();
}

/** A laboratory on a store of its own, without an estate; the real clock stands until it is passed on. */
export function emptyLaboratory(): TestLaboratory {
  const folder = mkdtempSync(join(tmpdir(), 'slmgr-estate-'));
  let real = start;
  const open = (): Laboratory => {
    const store = openStore(folder);
    opened.unshift(() => {
      store.close();
    });
    return { store, realNow: () => real, freshSeed: () => 4711, catalogue: catalogue() };
  };
  opened.push(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const pass = (ms: number): void => {
    real += ms;
  };
  return { ...open(), folder, pass, second: open };
}

/** A laboratory with an estate that stands still at {@link start}. */
export function heldLaboratory(seed = 1): TestLaboratory {
  const laboratory = emptyLaboratory();
  initEstate(laboratory, { now: start, seed });
  return laboratory;
}
