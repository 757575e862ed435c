import { InventoryError, mostHosts, type HostList, type ListedHost, type Scalar } from './host-list';

interface Group {
  readonly name: string;
  readonly hosts: Map<string, string>;
  readonly children: Set<string>;
  readonly variables: Map<string, Scalar>;
}

interface Host {
  readonly name: string;
  readonly variables: Map<string, Scalar>;
}

/**
 * The hosts and groups of an Ansible inventory as they are read, and the list that follows from them: variables of
 * groups come down to their hosts, those of a child group above its parents', groups of one depth in the order of their
 * names, a host's own above all (Ansible's guide, "How variables are merged").
 */
export class GroupTree {
  readonly #hosts = new Map<string, Host>();
  readonly #groups = new Map<string, Group>();

  /** The group of that name, made where there is none. */
  group(name: string): string {
    const key = name.toLowerCase();
    if (!this.#groups.has(key)) {
      this.#groups.set(key, { name, hosts: new Map(), children: new Set(), variables: new Map() });
    }
    return key;
  }

  /** A port beside the name counts where the name stands first, as with Ansible. */
  addHost(
    group: string,
    { name, port = null }: { readonly name: string; readonly port?: number | null },
    variables: Iterable<readonly [string, Scalar]>,
  ): void {
    const key = name.toLowerCase();
    let host = this.#hosts.get(key);
    if (host === undefined) {
      if (this.#hosts.size >= mostHosts) {
        throw new InventoryError(`the file names more than ${mostHosts} machines`, null);
      }
      host = { name, variables: new Map<string, Scalar>(port === null ? [] : [['ansible_port', port]]) };
      this.#hosts.set(key, host);
    }
    for (const [variable, value] of variables) host.variables.set(variable, value);
    this.#find(this.group(group)).hosts.set(key, host.name);
  }

  addChild(group: string, child: string): void {
    this.#find(this.group(group)).children.add(this.group(child));
  }

  setVariable(group: string, variable: string, value: Scalar): void {
    this.#find(this.group(group)).variables.set(variable, value);
  }

  /** @throws InventoryError where a group is its own descendant */
  list(): HostList {
    this.#leaveUngrouped();
    const depths = this.#depths();
    const ordered = [...this.#groups.entries()].sort(
      ([one], [other]) => (depths.get(one) ?? 0) - (depths.get(other) ?? 0) || (one < other ? -1 : 1),
    );
    const inherited = new Map<string, ReadonlyMap<string, Scalar>[]>();
    const groups = new Map<string, { readonly name: string; readonly members: readonly string[] }>();
    for (const [key, group] of ordered) {
      const members = this.#members(key);
      if (key !== 'all') groups.set(key, { name: group.name, members: [...members.values()] });
      if (group.variables.size === 0) continue;
      for (const host of key === 'all' ? this.#hosts.keys() : members.keys()) {
        const layers = inherited.get(host);
        if (layers === undefined) inherited.set(host, [group.variables]);
        else layers.push(group.variables);
      }
    }
    const hosts = new Map<string, ListedHost>();
    for (const [key, { name, variables }] of this.#hosts) {
      const layers = inherited.get(key);
      hosts.set(key, layers === undefined ? { name, variables } : { name, variables, inherited: layers });
    }
    return { hosts, groups };
  }

  /** Who stands in a group is not ungrouped, wherever else the name stands. */
  #leaveUngrouped(): void {
    const loose = this.#groups.get('ungrouped')?.hosts;
    if (loose === undefined || loose.size === 0) return;
    for (const [key, { hosts }] of this.#groups) {
      if (key === 'all' || key === 'ungrouped') continue;
      for (const host of hosts.keys()) loose.delete(host);
    }
  }

  #find(key: string): Group {
    const group = this.#groups.get(key);
    if (group === undefined) throw new InventoryError(`there is no group ${key}`, null);
    return group;
  }

  /** How far below `all` each group stands, by its longest way. */
  #depths(): ReadonlyMap<string, number> {
    const waiting = this.#parents();
    const depths = new Map<string, number>();
    const ready = [...waiting].filter(([, parents]) => parents === 0).map(([key]) => key);
    for (const key of ready) depths.set(key, Number(key !== 'all'));
    for (let key = ready.pop(); key !== undefined; key = ready.pop()) {
      const below = (depths.get(key) ?? 0) + 1;
      for (const child of this.#find(key).children) {
        depths.set(child, Math.max(depths.get(child) ?? 0, below));
        const left = (waiting.get(child) ?? 0) - 1;
        waiting.set(child, left);
        if (left === 0) ready.push(child);
      }
    }
    const circle = [...waiting].find(([, parents]) => parents > 0);
    if (circle === undefined) return depths;
    throw new InventoryError(`the group ${this.#find(circle[0]).name} is within itself`, null);
  }

  /** How many groups each group stands in. */
  #parents(): Map<string, number> {
    const parents = new Map<string, number>([...this.#groups.keys()].map((key) => [key, 0]));
    for (const { children } of this.#groups.values()) {
      for (const child of children) parents.set(child, (parents.get(child) ?? 0) + 1);
    }
    return parents;
  }

  /** The hosts of a group and of the groups below it, by name in lower case. */
  #members(group: string): ReadonlyMap<string, string> {
    const own = this.#find(group);
    if (own.children.size === 0) return own.hosts;
    const members = new Map<string, string>();
    const seen = new Set([group]);
    const waiting = [group];
    for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
      const { hosts, children } = this.#find(key);
      for (const [host, name] of hosts) members.set(host, name);
      for (const child of children) {
        if (seen.has(child)) continue;
        seen.add(child);
        waiting.push(child);
      }
    }
    return members;
  }
}
