import { catalogue } from '../../licensing/catalogue/catalogue';
import type { Edition } from '../../licensing/catalogue/types';
import { defaultSettings } from '../../lab/estate/settings';
import { seededRandom } from '../../lab/estate/random';
import { minuteMs, type ModelContext } from '../../lab/model/context';
import { newMachine } from '../../lab/model/create';
import { expire, gracesOf, validityMinutes } from '../../lab/model/license';
import { applyPendingRearm, rearmWindows } from '../../lab/model/rearm';
import {
  licenseStatusCode,
  type License,
  type LicenseStatus,
  type MachineState,
  type ProductState,
} from '../../lab/model/state';
import { retryTimer } from '../../lab/model/timers';

/** Licences that clients of a plan have. */
export type ClientChannel = 'gvlk' | 'mak' | 'retail' | 'oem' | 'evaluation';

/** Time that never comes, in the engine's whole minutes. */
export const never = 0x7fff_ffff;

/** Codes of the licence states that clients have here: LicenseStatus of Windows. */
export const status = licenseStatusCode;

/** A licence state with how many minutes it lasts; {@link never}: until something happens. */
export interface TimedStatus {
  readonly status: number;
  readonly minutes: number;
}

/**
 * What the model of a machine does with a client of an edition and a channel, as numbers. The table is asked of the
 * model itself, so that there is one set of rules.
 */
export interface MachineRules {
  /** State after installation (K4.1, K4.2). */
  readonly first: TimedStatus;
  /** Minutes to the first attempt of a machine without a host's word; never: the service makes none. */
  readonly firstAttempt: number;
  /** Minutes to the next attempt after one at Microsoft that failed. */
  readonly microsoftRetry: number;
  /** State after a rearm (K4.10). */
  readonly rearmed: TimedStatus;
  /** Minutes to the first attempt after a rearm and its restart. */
  readonly rearmedAttempt: number;
  /** Rearms of a new machine (K5.1 to K5.4). */
  readonly rearms: number;
  /** What follows a state whose time ended, by its code (K4.4, K4.5, K4.7, K4.11). */
  readonly after: readonly TimedStatus[];
  /** Validity of an activation by a host or a directory (K3.1). */
  readonly validity: number;
}

function contextAt(now: number): ModelContext {
  return { now, random: seededRandom(1, 0).next, catalogue: catalogue(), settings: defaultSettings };
}

const sampleMachine = { name: 'sample', domain: null, virtual: false } as const;
const installedAt = Date.UTC(2026, 0, 1);

function timed({ status: name, until }: License, now: number): TimedStatus {
  return { status: status[name], minutes: until === null ? never : (until - now) / minuteMs };
}

function productOf(machine: MachineState): ProductState {
  const [product] = machine.products;
  if (product === undefined) throw new RangeError(`${machine.name} has no product`);
  return product;
}

/** A state that ends, of a client: what the model is asked about. */
function ending(name: LicenseStatus, channel: ClientChannel): License {
  switch (name) {
    case 'licensed': {
      const by = channel === 'evaluation' ? 'evaluation' : 'kms';
      return { status: name, until: installedAt, reason: 0, by, since: installedAt };
    }
    case 'unlicensed':
    case 'notification':
      return { status: name, until: null, reason: 0 };
    default:
      return { status: name, until: installedAt, reason: 0 };
  }
}

/** The rules for clients of an edition of Windows in a channel, as the model has them. */
export function machineRules(edition: Edition, channel: ClientChannel): MachineRules {
  const context = contextAt(installedAt);
  const machine = newMachine({ ...sampleMachine, edition, channel }, context);
  const product = productOf(machine);
  const { timer } = product;
  const retry = retryTimer(machine, product, context);
  const rearmed = productOf(
    applyPendingRearm(rearmWindows({ ...machine, windowsRearmsLeft: 1 }).state, context),
  );
  const names = Object.keys(status) as LicenseStatus[];
  const after: TimedStatus[] = [];
  for (const name of names) {
    const next = expire(ending(name, channel), gracesOf(edition, context), false, installedAt);
    after[status[name]] = timed(next, installedAt);
  }
  return {
    first: timed(product.license, installedAt),
    firstAttempt: timer === null ? never : (timer.at - installedAt) / minuteMs,
    microsoftRetry: (retry.at - installedAt) / minuteMs,
    rearmed: timed(rearmed.license, installedAt),
    rearmedAttempt: rearmed.timer === null ? never : (rearmed.timer.at - installedAt) / minuteMs,
    rearms: machine.windowsRearmsLeft,
    after,
    validity: validityMinutes,
  };
}
