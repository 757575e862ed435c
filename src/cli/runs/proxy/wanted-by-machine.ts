import type { Inventory } from '../../../fleet/inventory/inventory';
import type { ProxyRequest } from '../../../fleet/inventory/proxy-requests';
import type { WantedConfirmation } from '../../../fleet/proxy/apply-confirmations';
import { confirmationProblem } from '../../../fleet/proxy/confirmation-id';
import type { ProxyEntry, ProxyList } from '../../../fleet/proxy/proxy-list';
import { Refusal } from '../../refusal';

/** What each machine is to get, by name. */
export interface WantedByMachine {
  readonly wanted: ReadonlyMap<string, readonly WantedConfirmation[]>;
  /** Entries whose machine the inventory does not know any more. */
  readonly unknown: number;
}

/**
 * Finds the machines of a list in the inventory that it was collected with.
 * @throws Refusal where nothing of it is known, something of it was changed, or there is no confirmation ID in it
 */
export async function wantedByMachine(
  file: string,
  list: ProxyList,
  inventory: Inventory,
): Promise<WantedByMachine> {
  const requestOf = await requestsOf(list, inventory);
  const wanted = new Map<string, WantedConfirmation[]>();
  let unknown = 0;
  for (const entry of list.entries) {
    const request = requestOf(entry);
    if (request === null) {
      unknown += 1;
      continue;
    }
    const ofMachine = wanted.get(request.machine) ?? [];
    wanted.set(request.machine, [...ofMachine, wantedOf(file, entry, request)]);
  }
  if (wanted.size === 0) {
    throw new Refusal(
      list.entries.length === 0
        ? `${file} has no installation ID: nothing is to be done.`
        : `${file} was collected with another inventory than ${inventory.place}, which alone knows its machines. Nothing was sent.`,
    );
  }
  if (list.entries.every(({ confirmationId }) => confirmationId === null)) {
    throw new Refusal(
      `${file} has no confirmation ID yet: "slmgr fleet proxy fill" puts them in. Nothing was sent.`,
    );
  }
  return { wanted, unknown };
}

/** By its id; where that is another program's, by its installation ID, if that is one machine's alone. */
async function requestsOf(
  { entries }: ProxyList,
  { proxy }: Inventory,
): Promise<(entry: ProxyEntry) => ProxyRequest | null> {
  const byId = new Map(
    (await proxy.find(entries.map(({ id }) => id))).map((request) => [request.id, request]),
  );
  const others = entries.filter(({ id }) => !byId.has(id)).map(({ installationId }) => installationId);
  const byInstallation = new Map<string, ProxyRequest[]>();
  for (const request of await proxy.findByInstallation(others)) {
    const same = byInstallation.get(request.installationId) ?? [];
    byInstallation.set(request.installationId, [...same, request]);
  }
  return ({ id, installationId }) => {
    const known = byId.get(id);
    if (known !== undefined) return known;
    const [first, ...more] = byInstallation.get(installationId) ?? [];
    const isOne = first !== undefined && more.every(({ machine }) => machine === first.machine);
    return isOne ? first : null;
  };
}

function wantedOf(file: string, entry: ProxyEntry, request: ProxyRequest): WantedConfirmation {
  const { id, installationId, activationId: product, partialKey } = request;
  if (entry.installationId !== installationId || entry.product !== product) {
    throw new Refusal(
      `${file} was changed: ${id} was another product when it was collected. Nothing was sent.`,
    );
  }
  const { confirmationId } = entry;
  const problem = confirmationId === null ? null : confirmationProblem(confirmationId, installationId);
  if (problem !== null) throw new Refusal(`${file}: ${id}: ${problem}. Nothing was sent.`);
  return { id, product, installationId, partialKey, confirmationId };
}
