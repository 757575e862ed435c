import { minuteMs, type ModelContext } from './context';
import { modelError } from './errors';
import { evaluatedAnew } from './evaluation';
import { newCmid } from './identity';
import { firstLicense, gracesOf } from './license';
import { applicationOf, isWindows, mapProducts } from './machine';
import { failed, succeeded, type Outcome } from './outcome';
import { noKmsHost } from './product';
import { registryFlag, registryName } from './registry';
import type { MachineState, PendingRearm, ProductState } from './state';
import { applicationId } from '../../licensing/catalogue/generations';

/** SkipRearm=1: rearms do nothing (K8.12). */
export function isRearmSkipped(machine: MachineState): boolean {
  return registryFlag(machine.registry, registryName.skipRearm);
}

/** The machine with a rearm that its next restart does. */
export function pending(machine: MachineState, rearm: PendingRearm): MachineState {
  return { ...machine, pendingRearm: rearm, restartWanted: true };
}

/**
 * ReArmWindows: one rearm of the count (K5.6), done at the restart that it wants (K5.7); with SkipRearm=1 it does
 * nothing (K5.8); a second one before the restart fails with 0xC004D302.
 */
export function rearmWindows(machine: MachineState): Outcome {
  if (isRearmSkipped(machine)) return succeeded(machine);
  if (machine.windowsRearmsLeft <= 0) return failed(machine, modelError.noRearmsLeft);
  return succeeded(
    pending({ ...machine, windowsRearmsLeft: machine.windowsRearmsLeft - 1 }, { scope: 'windows' }),
  );
}

/** ReArmApp: Windows by its application ID as /rearm, Office from its own count (K5.5, K5.9). */
export function rearmApplication(machine: MachineState, id: string): Outcome {
  const wanted = id
    .trim()
    .replace(/^\{|\}$/g, '')
    .toLowerCase();
  if (wanted === applicationId.windows) return rearmWindows(machine);
  const application = machine.applications[wanted];
  if (application === undefined) return failed(machine, modelError.skuNotInstalled);
  if (isRearmSkipped(machine)) return succeeded(machine);
  if (application.rearmsLeft <= 0) return failed(machine, modelError.noRearmsLeft);
  const applications = {
    ...machine.applications,
    [wanted]: { ...application, rearmsLeft: application.rearmsLeft - 1 },
  };
  return succeeded(pending({ ...machine, applications }, { scope: 'application', applicationId: wanted }));
}

/** ReArmSku: one product, from its own count (K5.9); products without a count have none left (K5.6). */
export function rearmSku(machine: MachineState, product: ProductState): Outcome {
  if (isRearmSkipped(machine)) return succeeded(machine);
  if (product.skuRearmsLeft <= 0) return failed(machine, modelError.noRearmsLeft);
  const changed = { ...product, skuRearmsLeft: product.skuRearmsLeft - 1 };
  const products = machine.products.map((each) => (each === product ? changed : each));
  return succeeded(pending({ ...machine, products }, { scope: 'sku', activationId: product.activationId }));
}

/** A product in its first state again, its first attempt due now. */
function reset(product: ProductState, context: ModelContext): ProductState {
  const { now, catalogue } = context;
  if (product.key === null) return { ...product, graceEndsAt: null };
  const edition = catalogue.edition(product.edition);
  if (product.channel === 'evaluation') return evaluatedAnew(product, edition, now);
  const license = firstLicense(edition, gracesOf(edition, context), null, now);
  return {
    ...product,
    license,
    graceEndsAt: license.status === 'oob-grace' ? license.until : null,
    boundHardware: null,
    activationType: 0,
    ad: null,
    token: null,
    avma: null,
    timer: product.channel === 'gvlk' ? { kind: 'activate', at: now, watchUntil: null } : null,
    pausedGraceMinutes: null,
  };
}

/** Office after a rearm: its grace stands still until one of its programs runs (K5.10). */
function paused(product: ProductState, context: ModelContext): ProductState {
  const { oob } = gracesOf(context.catalogue.edition(product.edition), context);
  return product.license.status === 'oob-grace'
    ? { ...product, pausedGraceMinutes: oob, timer: null }
    : product;
}

function resetAs(rearm: PendingRearm, product: ProductState, context: ModelContext): ProductState {
  const { catalogue } = context;
  switch (rearm.scope) {
    case 'windows':
      return isWindows(product, catalogue) ? reset(product, context) : product;
    case 'generalize':
      return isWindows(product, catalogue) ? { ...reset(product, context), kmsClient: noKmsHost } : product;
    case 'application':
      return applicationOf(product, catalogue) === rearm.applicationId
        ? paused(reset(product, context), context)
        : product;
    case 'sku':
      return product.activationId === rearm.activationId ? reset(product, context) : product;
  }
}

/** What a rearm brings at the restart: first states and a new CMID (K4.10, K5.7). */
export function applyPendingRearm(machine: MachineState, context: ModelContext): MachineState {
  const rearm = machine.pendingRearm;
  if (rearm === null) return machine;
  return {
    ...mapProducts(machine, (product) => resetAs(rearm, product, context)),
    pendingRearm: null,
    cmid: newCmid(context.random),
    previousCmid: machine.cmid,
  };
}

/** Rearms that an activation by KMS or AD gives: what generalize took (K5.11), and one more for Office (K5.5). */
export function withActivationRearms(
  machine: MachineState,
  product: ProductState,
  context: ModelContext,
): MachineState {
  const { catalogue, settings } = context;
  if (isWindows(product, catalogue)) {
    if (!settings.activationGivesRearmBack || machine.generalizeRearms === 0) return machine;
    const windowsRearmsLeft = machine.windowsRearmsLeft + machine.generalizeRearms;
    return { ...machine, windowsRearmsLeft, generalizeRearms: 0 };
  }
  const id = applicationOf(product, catalogue);
  const application = machine.applications[id];
  if (application === undefined || application.extraRearmGiven) return machine;
  return {
    ...machine,
    applications: {
      ...machine.applications,
      [id]: { rearmsLeft: application.rearmsLeft + 1, extraRearmGiven: true },
    },
  };
}

/** A program of an application runs: a grace that stands still since a rearm goes on (K5.10). */
export function runApplication(machine: MachineState, id: string, context: ModelContext): MachineState {
  const { now, catalogue } = context;
  return mapProducts(machine, (product) => {
    if (product.pausedGraceMinutes === null || applicationOf(product, catalogue) !== id) return product;
    if (product.license.status !== 'oob-grace') return { ...product, pausedGraceMinutes: null };
    const until = now + product.pausedGraceMinutes * minuteMs;
    return {
      ...product,
      license: { ...product.license, until },
      graceEndsAt: until,
      pausedGraceMinutes: null,
      timer: { kind: 'activate', at: now, watchUntil: null },
    };
  });
}
