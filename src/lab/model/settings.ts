import { defaultKmsPort } from '../../kms/engine/host-choice';
import { isInterval } from '../../kms/engine/messages';
import {
  registryFlag,
  registryLines,
  registryName,
  registryNumber,
  registryText,
  scopedName,
  type SettingScope,
} from './registry';
import type { LoadedHostSettings, MachineState, Registry } from './state';

/** Minutes between attempts of a client that is not activated (K3.2). */
export const defaultActivationInterval = 120;
/** Minutes between renewals of an activated client (K3.3). */
export const defaultRenewalInterval = 10_080;

function inRange(minutes: number | null, otherwise: number): number {
  return minutes !== null && isInterval(minutes) ? minutes : otherwise;
}

function port(value: number | null): number | null {
  return value !== null && value >= 1 && value <= 65_535 ? value : null;
}

/** VLActivationInterval of the registry in minutes, or its default (K8.8). */
export function registeredActivationInterval(registry: Registry): number {
  return inRange(registryNumber(registry, registryName.activationInterval), defaultActivationInterval);
}

/** VLRenewalInterval of the registry in minutes, or its default (K8.9). */
export function registeredRenewalInterval(registry: Registry): number {
  return inRange(registryNumber(registry, registryName.renewalInterval), defaultRenewalInterval);
}

/** KMS host name and port registered at one level (K8.1, K8.2); null where not set. */
export function registeredHost(
  registry: Registry,
  scope: SettingScope,
): { readonly name: string | null; readonly port: number | null } {
  return {
    name: registryText(registry, scopedName(registryName.hostName, scope)),
    port: port(registryNumber(registry, scopedName(registryName.hostPort, scope))),
  };
}

/** The port that a KMS host is to listen on from its next start on; null where none is set that could be one (K8.3). */
export function registeredListeningPort(registry: Registry): number | null {
  return port(registryNumber(registry, registryName.listeningPort));
}

/** Whether the client keeps the host that answered (K6.9). */
export function isHostCachingOn(registry: Registry): boolean {
  return !registryFlag(registry, registryName.disableCaching);
}

/** VLActivationType of the product, its application or the machine: 0 all, 1 AD, 2 KMS, 3 token (K8.10). */
export function enabledActivationType(registry: Registry, scopes: readonly SettingScope[]): 0 | 1 | 2 | 3 {
  for (const scope of scopes) {
    const type = registryNumber(registry, scopedName(registryName.activationType, scope));
    if (type === 0 || type === 1 || type === 2 || type === 3) return type;
  }
  return 0;
}

/** The KMS host settings that a start of the service takes from the registry (K8.3 to K8.9). */
export function loadHostSettings(registry: Registry): LoadedHostSettings {
  return {
    listeningPort: registeredListeningPort(registry) ?? defaultKmsPort,
    activationInterval: registeredActivationInterval(registry),
    renewalInterval: registeredRenewalInterval(registry),
    dnsPublishing: !registryFlag(registry, registryName.disableDnsPublishing),
    lowPriority: registryFlag(registry, registryName.lowPriority),
    publishList: registryLines(registry, registryName.publishList),
  };
}

/** Whether standard users may change keys and activate (K8.11). */
export function mayUsersOperate(machine: MachineState): boolean {
  return registryFlag(machine.registry, registryName.userOperations);
}
