import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';

/** The network interfaces of this computer; null where the system does not list them (Android, some sandboxes). */
export function localInterfaces(
  list: () => NodeJS.Dict<NetworkInterfaceInfo[]> = networkInterfaces,
): NodeJS.Dict<NetworkInterfaceInfo[]> | null {
  try {
    return list();
  } catch {
    return null;
  }
}
