import { stringify } from 'yaml';
import { hostGroupOf } from '../../licensing/catalogue/host-groups';
import type { Catalogue, Edition } from '../../licensing/catalogue/types';
import { windowsApplicationId } from '../../licensing/windows';
import { KnownHosts } from './known-hosts';
import { scenarioName } from './scenario-name';

/** What an inventory tells of a product. */
export interface KnownProduct {
  readonly activationId: string;
  readonly applicationId: string;
  readonly name: string;
  readonly channel: string | null;
  readonly status: number;
  readonly isAddon: boolean;
  readonly kmsHost: string | null;
}

/** What an inventory tells of a machine. */
export interface KnownMachine {
  readonly name: string;
  readonly cmid: string | null;
  readonly system: string | null;
  readonly kmsSet: string | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly products: readonly KnownProduct[];
}

/** A scenario of an inventory, as YAML. */
export interface InventoryScenario {
  readonly content: string;
  /** Names of machines that no forecast has anything to say of, by the reason. */
  readonly leftOut: ReadonlyMap<string, readonly string[]>;
  /** KMS hosts that clients named and that are no machine with a host key of the inventory. */
  readonly assumedHosts: readonly string[];
}

const kinds: readonly (readonly [RegExp, string])[] = [
  [/CSVLK/i, 'host'],
  [/GVLK/i, 'volume'],
  [/MAK/i, 'mak'],
  [/EVAL/i, 'evaluation'],
  [/AVMA|VIRTUAL/i, 'avma'],
  [/^Retail/i, 'retail'],
  [/^OEM/i, 'oem'],
];
const reasons: Readonly<Record<string, string>> = {
  mak: 'they have a MAK, which activates for good',
  avma: 'their virtual machine host activates them',
};
const noWindows = 'they have no key of Windows, or never answered';
const unknownKey = 'their key is of no known channel or product';
const unfoundHost = 'they are KMS hosts that no machine with a volume key finds';
/** The site of machines that say of none. */
const elsewhere = 'machines';

interface Group {
  readonly entry: Readonly<Record<string, unknown>>;
  count: number;
}

interface Client {
  readonly product: KnownProduct;
  readonly kind: string;
  readonly edition: Edition;
}

interface Site {
  readonly name: string;
  readonly groups: Map<string, Group>;
  readonly hosts: Set<string>;
}

/** Makes a scenario of machines as they were last seen. They begin installed, as clients of every scenario do. */
class ScenarioMaker {
  readonly #catalogue: Catalogue;
  readonly #leftOut = new Map<string, string[]>();
  readonly #sites = new Map<string, Site>();
  readonly #hosts: KnownHosts;
  readonly #clones: ReadonlySet<string>;

  constructor(machines: readonly KnownMachine[], catalogue: Catalogue) {
    this.#catalogue = catalogue;
    this.#hosts = new KnownHosts();
    this.#clones = repeatedCmids(machines);
    const clients = machines.filter((machine) => !this.#addHost(machine));
    for (const machine of clients) this.#addClient(machine);
  }

  scenario(start: number): InventoryScenario {
    for (const { machine, id } of this.#hosts.known()) {
      const site = this.#sites.get(siteOf(machine).toLowerCase());
      if (site !== undefined) this.#hosts.use(site.hosts, id);
    }
    for (const name of this.#hosts.unused()) this.#leave(name, unfoundHost);
    const sites = [...this.#sites.values()].map(({ name, groups, hosts }) => {
      const clients = [...groups.values()].map(({ entry, count }) => ({ ...entry, count }));
      return [name, { clients, ...(hosts.size === 0 ? {} : { hosts: [...hosts] }) }] as const;
    });
    const hosts = this.#hosts.used();
    const isCloned = [...this.#sites.values()].some(({ groups }) =>
      [...groups.values()].some(({ entry }) => entry['image'] !== undefined),
    );
    const content = stringify({
      version: 1,
      start: new Date(Math.ceil(start / 60_000) * 60_000).toISOString(),
      days: 180,
      sites: Object.fromEntries(sites),
      ...(Object.keys(hosts).length === 0 ? {} : { hosts }),
      ...(isCloned ? { images: { cloned: { cmid: 'cloned' } } } : {}),
    });
    return { content, leftOut: this.#leftOut, assumedHosts: this.#hosts.assumed() };
  }

  #leave(name: string, reason: string): void {
    const names = this.#leftOut.get(reason) ?? [];
    names.push(name);
    this.#leftOut.set(reason, names);
  }

  /** Whether a machine has the key of a KMS host. */
  #addHost(machine: KnownMachine): boolean {
    const product = windowsOf(machine).find((each) => kindOf(each) === 'host');
    if (product === undefined) return false;
    const sku = this.#catalogue.findSku(product.activationId);
    const edition = this.#catalogue.findEdition(machine.system ?? '') ?? sku?.edition;
    if (edition === undefined) {
      this.#leave(machine.name, unknownKey);
      return true;
    }
    const group = sku?.hostGroup ?? null;
    const key =
      group === null || group === hostGroupOf(edition)
        ? undefined
        : this.#catalogue.editions.find((each) => isWindows(each) && hostGroupOf(each) === group);
    this.#hosts.add(machine, {
      product: edition.friendlyName,
      ...(key === undefined ? {} : { key: key.friendlyName }),
      ...(product.status === 1 ? {} : { activated: false }),
    });
    return true;
  }

  #addClient(machine: KnownMachine): void {
    const client = this.#clientOf(machine);
    if (typeof client === 'string') {
      this.#leave(machine.name, client);
      return;
    }
    const { product, kind, edition } = client;
    const site = this.#siteOf(machine);
    const { volume, cmid } =
      kind === 'volume' ? this.#volumeClient(machine, product, site) : { volume: {}, cmid: null };
    const entry = {
      product: edition.friendlyName,
      ...(isYes(machine.tags['virtual']) ? { virtual: true } : {}),
      ...(kind === 'volume' ? volume : { activation: kind }),
    };
    const key = JSON.stringify([entry, cmid]);
    const group = site.groups.get(key) ?? { entry, count: 0 };
    group.count += 1;
    site.groups.set(key, group);
  }

  /** What a client is; else why it is left out. */
  #clientOf(machine: KnownMachine): Client | string {
    const [product] = windowsOf(machine);
    if (product === undefined) return noWindows;
    const kind = kindOf(product);
    const edition = this.#editionOf(product, machine);
    if (kind === null || edition === undefined) return reasons[kind ?? ''] ?? unknownKey;
    return reasons[kind] ?? { product, kind, edition };
  }

  /** How a volume client finds its host, and the CMID that it shares with others. */
  #volumeClient(
    { kmsSet, cmid }: KnownMachine,
    { kmsHost }: KnownProduct,
    site: Site,
  ): { readonly volume: object; readonly cmid: string | null } {
    if (kmsSet === null && kmsHost !== null) this.#hosts.use(site.hosts, this.#hosts.find(kmsHost));
    const isClone = cmid !== null && this.#clones.has(cmid);
    const volume = {
      ...(kmsSet === null ? {} : { kmsHost: this.#hosts.use(null, this.#hosts.find(kmsSet)) }),
      ...(isClone ? { image: 'cloned' } : {}),
    };
    return { volume, cmid: isClone ? cmid : null };
  }

  #editionOf(product: KnownProduct, { system }: KnownMachine): Edition | undefined {
    const found = [
      this.#catalogue.findSku(product.activationId)?.edition,
      system === null ? undefined : this.#catalogue.findEdition(system),
    ];
    return found.find((edition) => edition !== undefined && isWindows(edition));
  }

  #siteOf(machine: KnownMachine): Site {
    const name = siteOf(machine);
    const key = name.toLowerCase();
    const site = this.#sites.get(key) ?? { name, groups: new Map(), hosts: new Set() };
    this.#sites.set(key, site);
    return site;
  }
}

/** A scenario of an inventory's machines: sites by their tag or their domain, clients by product, hosts where a host key is. */
export function inventoryScenario(
  machines: readonly KnownMachine[],
  catalogue: Catalogue,
  start: number,
): InventoryScenario {
  return new ScenarioMaker(machines, catalogue).scenario(start);
}

function windowsOf({ products }: KnownMachine): readonly KnownProduct[] {
  return products.filter(
    (each) => each.applicationId.toLowerCase() === windowsApplicationId && !each.isAddon,
  );
}

function isWindows({ kind }: Edition): boolean {
  return kind === 'client' || kind === 'server';
}

function kindOf({ channel }: KnownProduct): string | null {
  return kinds.find(([pattern]) => pattern.test(channel ?? ''))?.[1] ?? null;
}

function repeatedCmids(machines: readonly KnownMachine[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const { cmid } of machines) {
    if (cmid === null) continue;
    if (seen.has(cmid)) repeated.add(cmid);
    seen.add(cmid);
  }
  return repeated;
}

function isYes(value: string | undefined): boolean {
  return /^(?:yes|true|1)$/i.test(value ?? '');
}

/** The tag "site", else the domain of the name; as a scenario's names are written. */
function siteOf({ name, tags }: Pick<KnownMachine, 'name' | 'tags'>): string {
  const domain = /^[^.:]*[a-z][^.:]*\.([^:]+)$/i.exec(name)?.[1];
  return scenarioName(tags['site'] ?? domain ?? elsewhere, elsewhere);
}
