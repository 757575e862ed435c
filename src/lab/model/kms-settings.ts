import { isInterval } from '../../kms/engine/messages';
import type { ModelContext } from './context';
import { modelError } from './errors';
import { hostProducts, mapProducts } from './machine';
import { failed, succeeded, type Outcome } from './outcome';
import { deleteRegistry, registryName, scopedName, writeRegistry, type SettingScope } from './registry';
import type { MachineState, ProductState, RegistryValue } from './state';

/** KMS settings of clients and hosts: every one is a registry value (K8), so that both ways of setting agree. */

function set(machine: MachineState, name: string, value: RegistryValue): Outcome {
  return succeeded({ ...machine, registry: writeRegistry(machine.registry, name, value) });
}

function remove(machine: MachineState, name: string): Outcome {
  return succeeded({ ...machine, registry: deleteRegistry(machine.registry, name) });
}

const text = (data: string): RegistryValue => ({ type: 'SZ', data });
const flag = (isOn: boolean): RegistryValue => ({ type: 'DWORD', data: isOn ? 1 : 0 });

function isWithin(product: ProductState, scope: SettingScope, context: ModelContext): boolean {
  if (scope.activationId !== undefined) return product.activationId === scope.activationId;
  const { applicationId } = context.catalogue.edition(product.edition);
  return scope.applicationId === undefined || scope.applicationId === applicationId;
}

/** `/skms` drops the cached host of the products that it is for (K6.7). */
function withoutCachedHost(machine: MachineState, scope: SettingScope, context: ModelContext): MachineState {
  return mapProducts(machine, (product) =>
    isWithin(product, scope, context)
      ? { ...product, kmsClient: { ...product.kmsClient, discovered: null } }
      : product,
  );
}

/**
 * SetKeyManagementServiceMachine (K8.1): discovery is off from now on, the cached host forgotten (K6.7). 0x80070057 for
 * what can be no name.
 */
export function setHostName(
  machine: MachineState,
  name: string,
  scope: SettingScope,
  context: ModelContext,
): Outcome {
  if (!mayBeName(name.trim())) return failed(machine, modelError.invalidArgument);
  return set(
    withoutCachedHost(machine, scope, context),
    scopedName(registryName.hostName, scope),
    text(name.trim()),
  );
}

/** ClearKeyManagementServiceMachine: discovery is on again (K6.7). */
export function clearHostName(machine: MachineState, scope: SettingScope): Outcome {
  return remove(machine, scopedName(registryName.hostName, scope));
}

/** SetKeyManagementServicePort (K8.2): 1 to 65535. */
export function setHostPort(machine: MachineState, port: number, scope: SettingScope): Outcome {
  if (!isPort(port)) return failed(machine, modelError.invalidArgument);
  return set(machine, scopedName(registryName.hostPort, scope), text(String(port)));
}

/** ClearKeyManagementServicePort: 1688 again. */
export function clearHostPort(machine: MachineState, scope: SettingScope): Outcome {
  return remove(machine, scopedName(registryName.hostPort, scope));
}

/** SetKeyManagementServiceLookupDomain: the one zone for SRV records (K6.8). */
export function setLookupDomain(machine: MachineState, zone: string, scope: SettingScope): Outcome {
  if (!mayBeName(zone.trim())) return failed(machine, modelError.invalidArgument);
  return set(machine, scopedName(registryName.lookupDomain, scope), text(zone.trim()));
}

/** ClearKeyManagementServiceLookupDomain: the suffix list again. */
export function clearLookupDomain(machine: MachineState, scope: SettingScope): Outcome {
  return remove(machine, scopedName(registryName.lookupDomain, scope));
}

/** SetVLActivationTypeEnabled (K8.10): 0 all, 1 AD, 2 KMS, 3 token. */
export function setActivationType(machine: MachineState, type: number, scope: SettingScope): Outcome {
  if (!Number.isInteger(type) || type < 0 || type > 3) return failed(machine, modelError.invalidArgument);
  return set(machine, scopedName(registryName.activationType, scope), { type: 'DWORD', data: type });
}

/** ClearVLActivationTypeEnabled: all kinds again. */
export function clearActivationType(machine: MachineState, scope: SettingScope): Outcome {
  return remove(machine, scopedName(registryName.activationType, scope));
}

/** What a name or an address of a host can be at all: no longer than DNS has names, no blanks, no control characters. */
function mayBeName(name: string): boolean {
  return name.length <= 255 && /^[^\s\p{Cc}\p{Cf}\p{Cs}\ufffe\uffff]+$/u.test(name);
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65_535;
}

function setInterval(machine: MachineState, name: string, minutes: number): Outcome {
  if (hostProducts(machine).length === 0) return failed(machine, modelError.notSupported);
  if (!isInterval(minutes)) return failed(machine, modelError.invalidArgument);
  return set(machine, name, { type: 'DWORD', data: minutes });
}

/** SetVLActivationInterval: 15 to 43200 minutes (K3.2), on a KMS host only (K3.7). */
export function setActivationInterval(machine: MachineState, minutes: number): Outcome {
  return setInterval(machine, registryName.activationInterval, minutes);
}

/** SetVLRenewalInterval: 15 to 43200 minutes (K3.3), on a KMS host only (K3.7). */
export function setRenewalInterval(machine: MachineState, minutes: number): Outcome {
  return setInterval(machine, registryName.renewalInterval, minutes);
}

/** SetKeyManagementServiceListeningPort (K8.3); takes effect at the next start of the service (K7.8). */
export function setListeningPort(machine: MachineState, port: number): Outcome {
  if (!isPort(port)) return failed(machine, modelError.invalidArgument);
  return set(machine, registryName.listeningPort, text(String(port)));
}

/** ClearKeyManagementServiceListeningPort: 1688 again. */
export function clearListeningPort(machine: MachineState): Outcome {
  return remove(machine, registryName.listeningPort);
}

/** DisableKeyManagementServiceDnsPublishing (K8.4): /cdns with true, /sdns with false. */
export function disableDnsPublishing(machine: MachineState, isDisabled: boolean): Outcome {
  return set(machine, registryName.disableDnsPublishing, flag(isDisabled));
}

/** EnableKeyManagementServiceLowPriority (K8.6): /cpri with true, /spri with false. */
export function enableLowPriority(machine: MachineState, isLow: boolean): Outcome {
  return set(machine, registryName.lowPriority, flag(isLow));
}

/** DisableKeyManagementServiceHostCaching (K6.9): /ckhc with true; each attempt asks DNS then. */
export function disableHostCaching(machine: MachineState, isDisabled: boolean): Outcome {
  const changed = isDisabled
    ? mapProducts(machine, (product) => ({
        ...product,
        kmsClient: { ...product.kmsClient, discovered: null },
      }))
    : machine;
  return set(changed, registryName.disableCaching, flag(isDisabled));
}
