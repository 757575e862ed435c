import type { ActivationTrigger } from '../../kms/engine/client-types';
import type { Hresult } from '../../licensing/hresult';
import { activateAtHypervisor } from './avma';
import type { ModelContext } from './context';
import { activateAtDirectory, confirmationError } from './directory';
import { modelError } from './errors';
import { firmwareRefusal } from './firmware';
import { installationIdOf, labKeyOf } from './installation';
import { licensed } from './license';
import { applicationOf, findProduct, replaceProduct } from './machine';
import { activateAtKms, settingScopes } from './kms-client';
import { activateAtMicrosoft, activatedForGood, automaticFailure } from './microsoft-activation';
import { failed, succeeded, type Outcome } from './outcome';
import type { Procedure } from './outside';
import { checkConfirmationId, digitsOf } from './phone';
import { runApplication } from './rearm';
import { enabledActivationType } from './settings';
import type { MachineState, ProductState } from './state';

/** An attempt that came to nothing: the error by hand, event 8198 and another try of the service's own. */
function refused(
  machine: MachineState,
  product: ProductState,
  why: { readonly code: Hresult; readonly trigger: ActivationTrigger },
  context: ModelContext,
): Outcome {
  return why.trigger === 'by-hand'
    ? failed(machine, why.code)
    : automaticFailure(machine, product, why.code, context);
}

/** A volume client: Active Directory first, then KMS, as the activation type lets it (K8.10, K15.1). */
function* activateVolumeClient(
  machine: MachineState,
  product: ProductState,
  trigger: ActivationTrigger,
  context: ModelContext,
): Procedure<Outcome> {
  const type = enabledActivationType(machine.registry, settingScopes(product, context));
  const fail = (code: Hresult): Outcome => refused(machine, product, { code, trigger }, context);
  if (type === 3) return fail(modelError.tokenSilentFailure);
  if (type !== 2) {
    const attempt = yield* activateAtDirectory(machine, product, context);
    if (attempt.kind === 'activated') return attempt.outcome;
    if (type === 1) return fail(attempt.hresult);
  }
  return yield* activateAtKms(machine, product, trigger, context);
}

/** OEM: the firmware vouches (K12.14's other side). */
function activateOem(machine: MachineState, product: ProductState, context: ModelContext): Outcome {
  const refusal = firmwareRefusal(machine, product.key?.text ?? '');
  if (refusal !== null) return failed(machine, refusal);
  const license = licensed('oem', context.now, null);
  return succeeded(replaceProduct(machine, { ...product, license, boundHardware: machine.hardware }));
}

/** An evaluation is licensed to its end, and cannot be activated after it (K4.11). */
function activateEvaluation(machine: MachineState, product: ProductState, context: ModelContext): Outcome {
  const isOver = product.evaluationEndsAt === null || product.evaluationEndsAt <= context.now;
  return isOver ? failed(machine, modelError.validityExpired) : succeeded(machine);
}

/**
 * One activation attempt of a product, by hand or by the service: KMS, AD, Microsoft, hypervisor or BIOS as its channel
 * says. 0xC004F014 without a key (K12.11), 0xC004D302 between a rearm and its restart.
 */
export function* activate(
  before: MachineState,
  activationId: string,
  trigger: ActivationTrigger,
  context: ModelContext,
): Procedure<Outcome> {
  const named = findProduct(before, activationId);
  if (named?.key == null) return failed(before, modelError.keyNotInstalled);
  if (before.pendingRearm !== null) {
    return refused(before, named, { code: modelError.rearmedNotRestarted, trigger }, context);
  }
  const machine = runApplication(before, applicationOf(named, context.catalogue), context);
  const product = findProduct(machine, activationId) ?? named;
  switch (product.channel) {
    case 'gvlk':
      return yield* activateVolumeClient(machine, product, trigger, context);
    case 'mak':
    case 'csvlk':
    case 'retail':
      return yield* activateAtMicrosoft(machine, product, trigger, context);
    case 'avma':
      return yield* activateAtHypervisor(machine, product, trigger, context);
    case 'oem':
      return activateOem(machine, product, context);
    case 'evaluation':
      return activateEvaluation(machine, product, context);
  }
}

/**
 * DepositOfflineConfirmationId: activation by telephone. The installation ID must be the product's own, the
 * confirmation ID its answer.
 */
export function depositConfirmation(
  machine: MachineState,
  product: ProductState,
  typed: { readonly installation: string; readonly confirmation: string },
  context: ModelContext,
): Outcome {
  const own = installationIdOf(machine, product, context.catalogue);
  if (own === null) return failed(machine, modelError.keyNotInstalled);
  if (machine.pendingRearm !== null) return failed(machine, modelError.rearmedNotRestarted);
  if (labKeyOf(product, context.catalogue) === null) return failed(machine, modelError.operationNotAllowed);
  if (digitsOf(typed.installation) !== own) return failed(machine, modelError.confirmationMismatch);
  const check = checkConfirmationId(typed.confirmation, own);
  if (check !== 'right') return failed(machine, confirmationError[check]);
  if (product.channel === 'evaluation') return activateEvaluation(machine, product, context);
  return activatedForGood(machine, product, 'phone', context.now);
}
