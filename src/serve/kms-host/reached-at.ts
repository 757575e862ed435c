import { localInterfaces } from '../../transports/local/interfaces';
import { ServeRefusal } from './serve-refusal';

const wildcards = new Set(['0.0.0.0', '::', '']);

/**
 * Addresses under which others reach a host: the ones told with `--advertise`, else the one listened on; for a
 * wildcard the first of this computer that is not loopback (of each family that the wildcard covers), loopback where
 * there is no other.
 * @throws ServeRefusal for a wildcard where the computer's addresses cannot be listed
 */
export function reachedAt(
  listen: string,
  advertise: readonly string[],
  list: typeof localInterfaces = localInterfaces,
): readonly string[] {
  if (advertise.length > 0) return advertise;
  if (!wildcards.has(listen)) return [listen];
  const interfaces = list();
  if (interfaces === null) {
    throw new ServeRefusal(
      "This computer's addresses cannot be listed: say which one others reach, with --listen or --advertise.",
    );
  }
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
