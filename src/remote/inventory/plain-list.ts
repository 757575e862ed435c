import { InventoryError, mostHosts, type HostList, type ListedHost } from './host-list';

const nothing: ListedHost['variables'] = new Map();

/**
 * Reads a plain list: a name a line; empty lines and what stands behind a `#` do not count.
 * @throws InventoryError with the line of the first mistake
 */
export function readPlainList(text: string): HostList {
  const hosts = new Map<string, ListedHost>();
  for (const [at, raw] of text.split('\n').entries()) {
    const name = raw.replace(/(?:^|\s)#.*$/, '').trim();
    if (name === '') continue;
    if (/\s/.test(name))
      throw new InventoryError(`"${name.slice(0, 60)}" is more than one word; a line is one name`, at + 1);
    if (hosts.size >= mostHosts)
      throw new InventoryError(`the file names more than ${mostHosts} machines`, at + 1);
    const key = name.toLowerCase();
    if (!hosts.has(key)) hosts.set(key, { name, variables: nothing });
  }
  return { hosts, groups: new Map() };
}
