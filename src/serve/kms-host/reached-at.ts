import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';

const wildcards = new Set(['0.0.0.0', '::', '']);

/**
 * Addresses under which others reach a host: the ones told with `--advertise`, else the one listened on; for a
 * wildcard the first of this computer that is not loopback (of each family that the wildcard covers), loopback where
 * there is no other.
 */
export function reachedAt(
  listen: string,
  advertise: readonly string[],
  interfaces: NodeJS.Dict<NetworkInterfaceInfo[]> = networkInterfaces(),
): readonly string[] {
  if (advertise.length > 0) return advertise;
  if (!wildcards.has(listen)) return [listen];
  const all = Object.values(interfaces).flatMap((infos) => infos ?? []);
  const families = listen === '0.0.0.0' ? (['IPv4'] as const) : (['IPv4', 'IPv6'] as const);
  const found = families.flatMap((family) => {
    const usable = all.find(
      (info) => info.family === family && !info.internal && !info.address.startsWith('fe80:'),
    );
    return usable === undefined ? [] : [usable.address];
  });
  return found.length > 0 ? found : ['127.0.0.1'];
}
