import { generationFacts } from '../../licensing/catalogue/generations';
import type { Edition, Sku } from '../../licensing/catalogue/types';
import type { ModelContext } from './context';
import { evaluated } from './evaluation';
import { firmwareRefusal } from './firmware';
import { newExtendedPid } from './identity';
import { evaluationEnd, firstLicense, gracesOf, licensed, unlicensed } from './license';
import { modelError } from './errors';
import { activationIdOf } from './machine';
import type { KmsClientState, License, MachineState, ProductState, RequestCounters } from './state';
import { firstTimer } from './timers';

/** Counters of a KMS host that nobody asked yet. */
export const noRequests: RequestCounters = {
  total: 0,
  failed: 0,
  unlicensed: 0,
  licensed: 0,
  oobGrace: 0,
  ootGrace: 0,
  nonGenuineGrace: 0,
  notification: 0,
};

/** A client that has not met a host. */
export const noKmsHost: KmsClientState = {
  discovered: null,
  hostPid: null,
  activationInterval: null,
  renewalInterval: null,
};

function skuRearms(machine: MachineState, edition: Edition): number {
  return edition.kind === 'addon' ? -1 : generationFacts(machine.generation).skuRearms;
}

/** What goes on from an earlier key of the same product. */
function carriedOver(
  machine: MachineState,
  edition: Edition,
  before: ProductState | undefined,
  now: number,
): Pick<ProductState, 'addedAt' | 'graceEndsAt' | 'skuRearmsLeft'> {
  return before ?? { addedAt: now, graceEndsAt: null, skuRearmsLeft: skuRearms(machine, edition) };
}

function licenseWithKey(
  machine: MachineState,
  { sku, text }: { readonly sku: Sku; readonly text: string },
  graceEndsAt: number | null,
  context: ModelContext,
): License {
  const { now } = context;
  const first = firstLicense(sku.edition, gracesOf(sku.edition, context), graceEndsAt, now);
  if (sku.channel === 'oem' && firmwareRefusal(machine, text) === null) return licensed('oem', now, null);
  return first;
}

/**
 * A product that has just been given a key: in its first grace where its generation has one (K4.1, K4.2), its first
 * automatic attempt planned.
 *
 * @param before the same product from an earlier key: its grace and its rearms go on
 */
export function keyedProduct(
  machine: MachineState,
  sku: Sku,
  text: string,
  extra: { readonly before: ProductState | undefined; readonly context: ModelContext },
): ProductState {
  const { before, context } = extra;
  const { now } = context;
  const { addedAt, graceEndsAt, skuRearmsLeft } = carriedOver(machine, sku.edition, before, now);
  const license = licenseWithKey(machine, { sku, text }, graceEndsAt, context);
  const product: ProductState = {
    activationId: activationIdOf(sku),
    edition: sku.edition.id,
    channel: sku.channel,
    addedAt,
    key: { text, channel: sku.channel, pid: newExtendedPid(machine, sku.channel, context), installedAt: now },
    license,
    graceEndsAt: license.status === 'oob-grace' ? license.until : graceEndsAt,
    skuRearmsLeft,
    boundHardware: license.status === 'licensed' ? machine.hardware : null,
    kmsClient: noKmsHost,
    kmsHost: sku.hostGroup === null ? null : { group: sku.hostGroup, requests: noRequests },
    activationType: 0,
    ad: null,
    token: null,
    avma: null,
    evaluationEndsAt: null,
    timer: null,
    pausedGraceMinutes: null,
  };
  if (sku.channel === 'evaluation') {
    return evaluated(product, before?.evaluationEndsAt ?? evaluationEnd(sku.edition, now), now);
  }
  return { ...product, timer: firstTimer(machine, product, now) };
}

/** A product whose key went: nothing is left but its grace and its rearms. */
export function withoutKey(product: ProductState): ProductState {
  return {
    ...product,
    key: null,
    license: unlicensed(modelError.keyNotInstalled),
    boundHardware: null,
    kmsClient: noKmsHost,
    kmsHost: null,
    activationType: 0,
    ad: null,
    token: null,
    avma: null,
    timer: null,
    pausedGraceMinutes: null,
  };
}
