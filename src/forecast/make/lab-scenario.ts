import { stringify } from 'yaml';
import type { Catalogue } from '../../licensing/catalogue/types';
import { isWindows } from '../../lab/model/machine';
import type { MachineState } from '../../lab/model/state';

const activations: Readonly<Record<string, string>> = {
  retail: 'retail',
  oem: 'oem',
  evaluation: 'evaluation',
};
const nowhere = 'workgroup';

/** A scenario of the laboratory, as YAML. */
export interface LabScenario {
  readonly content: string;
  /** Machines that no forecast has anything to say of: without a key of Windows, or activated by a MAK for good. */
  readonly leftOut: readonly string[];
}

/**
 * A scenario of an estate's machines: a site for each domain, clients by product, hosts where a host key is. They begin
 * installed, as clients of every scenario do.
 */
export function labScenario(
  machines: readonly MachineState[],
  catalogue: Catalogue,
  start: number,
): LabScenario {
  const leftOut: string[] = [];
  const hosts: Record<string, unknown> = {};
  const clients = new Map<string, Map<string, { readonly entry: object; count: number }>>();
  for (const machine of machines) {
    const site = machine.domain ?? nowhere;
    const product = machine.products.find((each) => each.key !== null && isWindows(each, catalogue));
    // A MAK of the laboratory is a pool of its own for each machine: what is activated for good needs no forecast.
    if (product === undefined || product.channel === 'mak') {
      leftOut.push(machine.name);
      continue;
    }
    const { friendlyName } = catalogue.edition(product.edition);
    if (product.kmsHost !== null) {
      hosts[machine.name] = { product: friendlyName, site, activated: product.license.status === 'licensed' };
      if (!clients.has(site)) clients.set(site, new Map());
      continue;
    }
    const activation = activations[product.channel];
    const entry = {
      product: friendlyName,
      ...(machine.virtual ? { virtual: true } : {}),
      ...(activation === undefined ? {} : { activation }),
    };
    const own = clients.get(site) ?? new Map<string, { readonly entry: object; count: number }>();
    const key = JSON.stringify(entry);
    const known = own.get(key) ?? { entry, count: 0 };
    known.count += 1;
    own.set(key, known);
    clients.set(site, own);
  }
  const sites = [...clients].map(([name, own]) => {
    return [name, { clients: [...own.values()].map(({ entry, count }) => ({ ...entry, count })) }] as const;
  });
  const minute = Math.ceil(start / 60_000) * 60_000;
  const content = stringify({
    version: 1,
    start: new Date(minute).toISOString(),
    days: 180,
    sites: Object.fromEntries(sites),
    ...(Object.keys(hosts).length === 0 ? {} : { hosts }),
  });
  return { content, leftOut };
}
