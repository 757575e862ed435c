import { readHiveValue } from './hive';
import type { MachineState } from './state';

/** Where Windows keeps whether remote local administrators have their whole rights. */
export const policyKey = String.raw`SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System`;
export const tokenFilterPolicy = 'LocalAccountTokenFilterPolicy';

/** Whether the firewall lets requests of other machines come to a TCP port. */
export function isPortOpen({ firewall }: Pick<MachineState, 'firewall'>, port: number): boolean {
  return firewall == null || firewall.ports.includes(port);
}

/** Whether the firewall lets other machines manage this one by WMI (DCOM). */
export function isManagementOpen({ firewall }: Pick<MachineState, 'firewall'>): boolean {
  return firewall == null || firewall.wmi;
}

/** LocalAccountTokenFilterPolicy; null where it is not set. */
export function tokenFilterValue(machine: MachineState): number | null {
  const value = readHiveValue(machine, policyKey, tokenFilterPolicy);
  return value?.type === 'DWORD' ? value.data : null;
}

/**
 * Whether a workgroup machine takes an administrator's rights from a local account that comes over the network. The
 * built-in Administrator keeps them, and members of a domain are not meant.
 */
export function filtersLocalAccounts(machine: MachineState, user: string): boolean {
  if (machine.domain !== null || user.toLowerCase() === 'administrator') return false;
  return tokenFilterValue(machine) !== 1;
}
