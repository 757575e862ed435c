import type { ActivationTrigger } from '../../kms/engine/client-types';
import type { Hresult } from '../../licensing/hresult';
import type { ModelContext } from './context';
import { modelError } from './errors';
import { activationFailedEntry } from './events';
import { hardwareIdOf } from './identity';
import { labKeyOf } from './installation';
import { licensed } from './license';
import { replaceProduct } from './machine';
import { failed, succeeded, type Outcome } from './outcome';
import { ask, type Procedure } from './outside';
import { publishing } from './publishing';
import type { ActivatedBy, MachineState, ProductState } from './state';
import { retryTimer } from './timers';

/** Activated for good by Microsoft's word (K4.14, K11.6); a KMS host publishes itself (K11.3). */
export function activatedForGood(
  machine: MachineState,
  product: ProductState,
  by: ActivatedBy,
  now: number,
): Outcome {
  const state = replaceProduct(machine, {
    ...product,
    license: licensed(by, now, null),
    boundHardware: machine.hardware,
    timer: null,
  });
  if (product.kmsHost === null) return succeeded(state);
  const { machine: published, wishes } = publishing(state, now);
  return succeeded(published, { wishes });
}

/** An attempt of the service itself that failed: event 8198 and the next attempt. */
export function automaticFailure(
  machine: MachineState,
  product: ProductState,
  code: Hresult,
  context: ModelContext,
): Outcome {
  const { applicationId } = context.catalogue.edition(product.edition);
  const { activationId } = product;
  const event = activationFailedEntry(machine, code, { applicationId, activationId, at: context.now });
  const state = replaceProduct(machine, { ...product, timer: retryTimer(machine, product, context) });
  return failed(state, code, { events: [event] });
}

/** Activation over the internet of a MAK, a KMS host key or a retail key (K11.1, K11.6). */
export function* activateAtMicrosoft(
  machine: MachineState,
  product: ProductState,
  trigger: ActivationTrigger,
  context: ModelContext,
): Procedure<Outcome> {
  const key = labKeyOf(product, context.catalogue);
  if (key === null) return failed(machine, modelError.invalidKey);
  const { hresult } = yield* ask({ kind: 'microsoft', key, hardwareId: hardwareIdOf(machine) });
  if (hresult === 0) return activatedForGood(machine, product, 'microsoft', context.now);
  if (trigger === 'by-hand') return failed(machine, hresult);
  return automaticFailure(machine, product, hresult, context);
}
