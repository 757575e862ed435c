import { EstateError } from './errors';
import type { Laboratory } from './laboratory';
import { defaultSettings, type EstateSettings } from './settings';
import type { ClockRecord, EstateRecord } from './store-port';
import { checkDomain } from './names';

export interface InitOptions {
  /** DNS and AD domain of its machines; `lab.example` unless given. */
  readonly domain?: string;
  /** The instant at which the estate stands still; without it, it follows the real clock. */
  readonly now?: number;
  readonly seed?: number;
  /** Overwrite an estate that is there. */
  readonly force?: boolean;
  readonly settings?: Partial<EstateSettings>;
}

export interface InitResult {
  readonly estate: EstateRecord;
  readonly clock: ClockRecord;
  /** Whether an estate was overwritten. */
  readonly replaced: boolean;
}

const defaultDomain = 'lab.example';

/**
 * Makes a fresh estate. The local machine that was made at first use is no estate and goes without a word; keys
 * that were minted before the first estate stay.
 * @throws EstateError `exists` where there is one and `force` is not said; `invalid` for a domain or a seed
 */
export function initEstate(laboratory: Laboratory, options: InitOptions = {}): InitResult {
  const domain = checkDomain(options.domain ?? defaultDomain);
  const seed = checkSeed(options.seed ?? laboratory.freshSeed());
  return laboratory.store.write((writer) => {
    const before = writer.estate();
    const replaced = before?.kind === 'lab';
    if (replaced && options.force !== true) throw estateExists(before);
    const keys = replaced ? [] : writer.mintedKeys();
    const realNow = laboratory.realNow();
    const clock: ClockRecord =
      options.now === undefined ? { mode: 'running', aheadByMs: 0 } : { mode: 'held', at: options.now };
    const estate: EstateRecord = {
      kind: 'lab',
      domain,
      seed,
      draws: 0,
      createdAt: options.now ?? realNow,
      settings: { ...defaultSettings, ...options.settings },
    };
    writer.clear();
    writer.putEstate(estate);
    writer.putClock(clock);
    for (const key of keys) writer.putMintedKey(key);
    return { estate, clock, replaced };
  });
}

function checkSeed(seed: number): number {
  if (Number.isInteger(seed) && seed >= 0 && seed <= 0xffff_ffff) return seed;
  throw new EstateError('invalid', 'A seed is a whole number from 0 to 4294967295.');
}

function estateExists(estate: EstateRecord): EstateError {
  const made = new Date(estate.createdAt).toISOString();
  return new EstateError(
    'exists',
    `There is an estate already (${estate.domain ?? 'no domain'}, made ${made}). ` +
      'Use --force to overwrite it, or another folder with SLMGR_HOME.',
  );
}
