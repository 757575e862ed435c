import { generationFacts } from '../../licensing/catalogue/generations';
import type { Edition } from '../../licensing/catalogue/types';
import { minuteMs, type ModelContext } from './context';
import { graceReason, modelError } from './errors';
import type { ActivatedBy, License, ProductState } from './state';

/** Validity of an activation by KMS, Active Directory or token: 180 days (K3.1, K15.1). */
export const validityMinutes = 180 * 24 * 60;
/** Graces of Office: 30 days, then 30 days out of tolerance (K4.12). */
const officeGraceMinutes = 30 * 24 * 60;
/** Non-genuine grace: 30 days in every generation (K4.8). */
const nonGenuineMinutes = 30 * 24 * 60;
/** Evaluation: 90 days for clients, 180 for servers. */
const evaluationDays = { client: 90, server: 180 } as const;

/** Lengths of the graces of an edition in minutes; null where it has none (K4.1, K4.2, K4.5, K4.12). */
export interface Graces {
  readonly oob: number | null;
  readonly oot: number | null;
}

/** Graces of a product of the edition. */
export function gracesOf(edition: Edition, context: Pick<ModelContext, 'settings'>): Graces {
  if (edition.kind === 'addon' || edition.kind === 'office-host') return { oob: null, oot: null };
  if (edition.release.of === 'office') return { oob: officeGraceMinutes, oot: officeGraceMinutes };
  const { generation } = edition.release;
  const facts = generationFacts(generation);
  const oob =
    generation === 'ws2008' ? context.settings.server2008GraceDays * 24 * 60 : facts.oobGraceMinutes;
  return { oob, oot: facts.ootGraceMinutes };
}

/** A state without a grace that stays until somebody does something. */
export function notification(reason: number): License {
  return { status: 'notification', until: null, reason };
}

/** Unlicensed, with why. */
export function unlicensed(reason: number): License {
  return { status: 'unlicensed', until: null, reason };
}

/** A grace that ends at an instant. */
export function oobGrace(until: number): License {
  return { status: 'oob-grace', until, reason: graceReason.oob };
}

/** Activated from now on; `minutes` null: for good. */
export function licensed(by: ActivatedBy, now: number, minutes: number | null): License {
  return {
    status: 'licensed',
    until: minutes === null ? null : now + minutes * minuteMs,
    reason: 0,
    by,
    since: now,
  };
}

/** The end of an evaluation that begins now. */
export function evaluationEnd(edition: Edition, now: number): number {
  const days = evaluationDays[edition.kind === 'server' ? 'server' : 'client'];
  return now + days * 24 * 60 * minuteMs;
}

/** The first state of a product that has a key and is not activated (K4.1, K4.2). */
export function firstLicense(
  edition: Edition,
  graces: Graces,
  graceEndsAt: number | null,
  now: number,
): License {
  if (edition.kind === 'addon' || edition.kind === 'office-host')
    return unlicensed(modelError.licenseNotAvailable);
  if (graces.oob === null) return notification(modelError.licenseNotAvailable);
  const until = graceEndsAt ?? now + graces.oob * minuteMs;
  return until > now ? oobGrace(until) : notification(modelError.graceExpired);
}

function ootGrace(graces: Graces, at: number, otherwise: number): License {
  if (graces.oot === null) return notification(otherwise);
  return { status: 'oot-grace', until: at + graces.oot * minuteMs, reason: graceReason.oot };
}

/** What follows when a state's time ends at `at` (K4.4, K4.5, K4.7, K4.8, K4.11, K4.12). */
export function expire(license: License, graces: Graces, isOffice: boolean, at: number): License {
  switch (license.status) {
    case 'licensed':
      return license.by === 'evaluation'
        ? unlicensed(modelError.validityExpired)
        : ootGrace(graces, at, modelError.machineNotBound);
    case 'oob-grace':
      return isOffice ? ootGrace(graces, at, modelError.graceExpired) : notification(modelError.graceExpired);
    case 'non-genuine-grace':
      return notification(modelError.notGenuine);
    case 'oot-grace':
    case 'extended-grace':
      return notification(modelError.graceExpired);
    case 'notification':
    case 'unlicensed':
      return license;
  }
}

/** Hardware changed past tolerance (K4.5): what was bound to the old hardware is out of tolerance. */
export function outOfTolerance(graces: Graces, at: number): License {
  return ootGrace(graces, at, modelError.hardwareChanged);
}

/** The genuine check failed (K4.8). */
export function nonGenuine(at: number): License {
  return {
    status: 'non-genuine-grace',
    until: at + nonGenuineMinutes * minuteMs,
    reason: graceReason.nonGenuine,
  };
}

/** Whole minutes until the present state ends, rounded up as Windows counts down; 0 where it has no end. */
export function minutesLeft(
  product: Pick<ProductState, 'license' | 'pausedGraceMinutes'>,
  now: number,
): number {
  if (product.pausedGraceMinutes !== null) return product.pausedGraceMinutes;
  const { until } = product.license;
  return until === null ? 0 : Math.max(0, Math.ceil((until - now) / minuteMs));
}
