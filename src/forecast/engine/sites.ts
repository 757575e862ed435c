import { groupActivates, hostGroup } from '../../licensing/catalogue/host-groups';
import type { HostGroupId } from '../../licensing/catalogue/types';
import { canUseDirectory } from '../../lab/model/directory';
import type { Plan, PlannedGroup } from '../plan/plan';
import type { Hosts } from './hosts';
import { type OrderedRecords, orderedRecords } from './host-order';

const noRecords = orderedRecords([]);

/** What clients find of a site that is no host: its SRV records, its directory, and the pools of MAKs. */
export class Sites {
  readonly #groups: readonly PlannedGroup[];
  readonly #records: OrderedRecords[];
  /** By group of clients: 1 where the directory of its site activates it. */
  readonly #activatedByDirectory: Uint8Array;
  /** By site: 1 where a host of its records can be reached at all. */
  readonly #anyHostUp: Uint8Array;
  readonly #pools: Float64Array;
  readonly #used: Float64Array;

  constructor({ sites, groups, pools }: Plan) {
    this.#groups = groups;
    this.#records = sites.map(({ records }) => orderedRecords(records));
    this.#activatedByDirectory = new Uint8Array(groups.length);
    this.#anyHostUp = new Uint8Array(sites.length);
    this.#pools = Float64Array.from(pools, ({ size }) => size);
    this.#used = new Float64Array(pools.length);
    for (const [site, { directory }] of sites.entries()) this.setDirectory(site, directory);
  }

  recordsOf(site: number): OrderedRecords {
    return this.#records[site] ?? noRecords;
  }

  setRecords(site: number, records: Parameters<typeof orderedRecords>[0]): void {
    this.#records[site] = orderedRecords(records);
  }

  /** Looks which sites have a host that can be reached: after a change of hosts or records. */
  lookAt(hosts: Hosts): void {
    for (const [site, records] of this.#records.entries()) {
      this.#anyHostUp[site] = records.hosts.some((host) => hosts.isUp(host)) ? 1 : 0;
    }
  }

  isAnyHostUp(site: number): boolean {
    return this.#anyHostUp[site] === 1;
  }

  /** The group of the key of the site's activation object; null: none (K15.1). */
  setDirectory(site: number, directory: HostGroupId | null): void {
    for (const [index, group] of this.#groups.entries()) {
      if (group.site !== site) continue;
      const does =
        directory !== null &&
        group.activationType !== 2 &&
        canUseDirectory(group.edition) &&
        groupActivates(hostGroup(directory), group.edition);
      this.#activatedByDirectory[index] = does ? 1 : 0;
    }
  }

  isActivatedByDirectory(group: number): boolean {
    return this.#activatedByDirectory[group] === 1;
  }

  setPool(pool: number, size: number): void {
    this.#pools[pool] = size;
  }

  /** Takes one activation of a MAK; false where none is left (K11.6). */
  takeFromPool(pool: number): boolean {
    const used = this.#used[pool] ?? 0;
    if (used >= (this.#pools[pool] ?? 0)) return false;
    this.#used[pool] = used + 1;
    return true;
  }

  usedOf(pool: number): number {
    return this.#used[pool] ?? 0;
  }

  sizeOf(pool: number): number {
    return this.#pools[pool] ?? 0;
  }
}
