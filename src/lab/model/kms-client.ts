import type {
  ActivationTrigger,
  KmsActivationOutcome,
  KmsClientFacts,
  ServedBy,
} from '../../kms/engine/client-types';
import { kmsActivation } from '../../kms/engine/client';
import { isInterval } from '../../kms/engine/messages';
import { registryName, registryText, scopedName, type SettingScope } from './registry';
import type { ModelContext } from './context';
import { kmsClientEntries } from './events';
import { licensed, minutesLeft, validityMinutes } from './license';
import { isVistaEra, replaceProduct } from './machine';
import { failed, succeeded, type Outcome } from './outcome';
import type { Procedure } from './outside';
import { withActivationRearms } from './rearm';
import { isHostCachingOn, registeredHost } from './settings';
import { licenseStatusCode, type MachineState, type ProductState } from './state';
import { renewalTimer, retryTimer } from './timers';

/** The levels at which a product's KMS settings stand, nearest first (K6.1 to K6.3, K8.1). */
export function settingScopes(
  product: ProductState,
  context: Pick<ModelContext, 'catalogue'>,
): readonly SettingScope[] {
  const { applicationId } = context.catalogue.edition(product.edition);
  return [{ applicationId, activationId: product.activationId }, { applicationId }, {}];
}

function lookupDomain(machine: MachineState, scopes: readonly SettingScope[]): string | null {
  for (const scope of scopes) {
    const zone = registryText(machine.registry, scopedName(registryName.lookupDomain, scope));
    if (zone !== null) return zone;
  }
  return null;
}

/** The machine's own clock. */
export function machineTime(machine: MachineState, context: Pick<ModelContext, 'now'>): number {
  return context.now + machine.clockSkewMs;
}

/** What the KMS client's procedure is told of the machine and the product. */
export function kmsClientFacts(
  machine: MachineState,
  product: ProductState,
  trigger: ActivationTrigger,
  context: ModelContext,
): KmsClientFacts {
  const edition = context.catalogue.edition(product.edition);
  const { applicationId } = edition;
  const { registry } = machine;
  const scopes = settingScopes(product, context);
  const { discovered } = product.kmsClient;
  return {
    machineName: machine.name,
    clientMachineId: machine.cmid,
    previousClientMachineId: machine.previousCmid,
    isVirtualMachine: machine.virtual,
    activationId: product.activationId,
    applicationId,
    licenseStatus: licenseStatusCode[product.license.status],
    minutesRemaining: minutesLeft(product, context.now),
    requiredClientCount: edition.threshold,
    isVistaEra: isVistaEra(machine),
    oemMarkerMissing: machine.slic === 'no-marker' && edition.kind === 'client',
    registered: {
      product: registeredHost(registry, { applicationId, activationId: product.activationId }),
      application: registeredHost(registry, { applicationId }),
      global: registeredHost(registry, {}),
    },
    cachedHost: discovered === null ? null : { name: discovered.name, port: discovered.port },
    hostCaching: isHostCachingOn(registry),
    zones: {
      lookupDomain: lookupDomain(machine, scopes),
      primarySuffix: machine.dns.primary,
      adDomain: machine.domain,
      dhcpDomain: machine.dns.dhcp,
      searchList: machine.dns.searchList,
    },
    trigger,
    random: context.random,
  };
}

/** What a host says, where it is an interval at all; else what stood before. */
function intervalOr(minutes: number, before: number | null): number | null {
  return isInterval(minutes) ? minutes : before;
}

/** What the client keeps of an answer: intervals and PID always (K3.8), the host where it was discovered (K6.4). */
function remembering(machine: MachineState, product: ProductState, servedBy: ServedBy): ProductState {
  const found = {
    name: servedBy.host.name,
    port: servedBy.host.port,
    address: servedBy.ipAddress,
  };
  const before = product.kmsClient;
  const isKept = servedBy.discovered && isHostCachingOn(machine.registry);
  return {
    ...product,
    kmsClient: {
      discovered: isKept ? found : null,
      hostPid: servedBy.extendedPid,
      activationInterval: intervalOr(servedBy.activationIntervalMinutes, before.activationInterval),
      renewalInterval: intervalOr(servedBy.renewalIntervalMinutes, before.renewalInterval),
    },
  };
}

function bound(
  machine: MachineState,
  product: ProductState,
  servedBy: ServedBy,
  context: ModelContext,
): MachineState {
  const { now } = context;
  const remembered = remembering(machine, product, servedBy);
  const activated: ProductState = {
    ...remembered,
    license: licensed('kms', now, validityMinutes),
    boundHardware: machine.hardware,
    activationType: 2,
    ad: null,
    token: null,
    pausedGraceMinutes: null,
  };
  const timer = renewalTimer(machine, activated, now);
  return withActivationRearms(replaceProduct(machine, { ...activated, timer }), product, context);
}

/** The timer after an attempt that did not activate: one made by hand leaves the plan of the service alone. */
function replanned(
  machine: MachineState,
  product: ProductState,
  trigger: ActivationTrigger,
  context: ModelContext,
): ProductState {
  const isPlanned = trigger === 'by-hand' && product.timer !== null;
  return isPlanned ? product : { ...product, timer: retryTimer(machine, product, context) };
}

function notBound(
  machine: MachineState,
  product: ProductState,
  outcome: Exclude<KmsActivationOutcome, { kind: 'activated' }>,
  plan: { readonly trigger: ActivationTrigger; readonly context: ModelContext },
): MachineState {
  const forgotten =
    outcome.kind === 'failed' && outcome.forgetCachedHost
      ? { ...product, kmsClient: { ...product.kmsClient, discovered: null } }
      : product;
  const after = outcome.kind === 'not-bound' ? remembering(machine, product, outcome.servedBy) : forgotten;
  return replaceProduct(machine, replanned(machine, after, plan.trigger, plan.context));
}

/**
 * One activation or renewal attempt at KMS and what it makes of the machine: licensed for 180 days (K3.1, K4.3), or
 * as it was and trying again (K1.6).
 */
export function* activateAtKms(
  machine: MachineState,
  product: ProductState,
  trigger: ActivationTrigger,
  context: ModelContext,
): Procedure<Outcome> {
  const facts = kmsClientFacts(machine, product, trigger, context);
  const procedure = kmsActivation(facts, machineTime(machine, context));
  let step = procedure.next();
  while (step.done !== true) {
    const answer = yield step.value;
    if (answer.kind !== 'resolve-srv' && answer.kind !== 'contact') {
      throw new TypeError(`The KMS client was answered with ${answer.kind}`);
    }
    step = procedure.next(answer);
  }
  const outcome = step.value;
  const unreached = outcome.kind === 'failed' && trigger === 'service-start';
  const events = kmsClientEntries(machine, outcome.events, context.now, unreached);
  if (outcome.kind === 'activated')
    return succeeded(bound(machine, product, outcome.servedBy, context), { events });
  return failed(notBound(machine, product, outcome, { trigger, context }), outcome.shown, { events });
}
