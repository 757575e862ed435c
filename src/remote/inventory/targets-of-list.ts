import { InventoryError, type HostList, type ListedHost, type Scalar } from './host-list';

/** What a targets file would say of one machine; it is checked as such a file is. */
type Entry = Readonly<Record<string, Scalar>>;

/**
 * A list of machines in the shape of a targets file: Ansible's variables of connections, or the columns `host`, `port`,
 * `user` and `transport` of a CSV file, become its settings. Passwords of an inventory are not taken over: they come
 * from the usual sources.
 * @throws InventoryError where a variable says what no machine can be reached by
 */
export function targetsOfList({ hosts, groups }: HostList): unknown {
  const targets: Record<string, Entry> = Object.create(null) as Record<string, Entry>;
  for (const host of hosts.values()) targets[host.name] = entryOf(host);
  const named: Record<string, { readonly targets: readonly string[] }> = Object.create(null) as typeof named;
  for (const { name, members } of groups.values()) named[name] = { targets: members };
  return { targets: { ...targets }, groups: { ...named } };
}

function entryOf({ name, variables }: ListedHost): Entry {
  const value = (...names: readonly string[]): Scalar | undefined =>
    names.map((each) => variables.get(each)).find((each) => each !== undefined && each !== '');
  const port = portOf(value('ansible_port', 'ansible_ssh_port', 'port'), name);
  const settings: Record<string, Scalar | undefined> = {
    host: text(value('ansible_host', 'ansible_ssh_host', 'address', 'ip', 'host')),
    port,
    user: text(value('ansible_user', 'ansible_ssh_user', 'user')),
    key: text(value('ansible_ssh_private_key_file', 'ansible_private_key_file', 'key')),
    transport: transportOf(variables, port) ?? text(value('transport')),
    auth: authOf(variables),
    site: text(value('site')),
  };
  return Object.fromEntries(
    Object.entries(settings).filter((entry): entry is [string, Scalar] => entry[1] !== undefined),
  );
}

function text(value: Scalar | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}

function portOf(value: Scalar | undefined, machine: string): number | undefined {
  if (value === undefined) return undefined;
  const port = Number(value);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new InventoryError(`${machine}: ${String(value)} is no port`, null);
}

/** WinRM is HTTPS with Ansible unless the port or the scheme says HTTP. */
function transportOf(variables: ListedHost['variables'], port: number | undefined): string | undefined {
  const connection = variables.get('ansible_connection');
  switch (typeof connection === 'string' ? connection.toLowerCase().split('.').at(-1) : undefined) {
    case 'ssh':
    case 'paramiko':
    case 'paramiko_ssh':
    case 'smart':
      return 'ssh';
    case 'winrm':
    case 'psrp': {
      const scheme =
        variables.get('ansible_winrm_scheme') ??
        variables.get('ansible_psrp_protocol') ??
        (port === 5985 ? 'http' : 'https');
      return scheme === 'http' ? 'winrm' : 'winrms';
    }
    default:
      return undefined;
  }
}

function authOf(variables: ListedHost['variables']): string | undefined {
  const auth = variables.get('ansible_winrm_transport') ?? variables.get('ansible_psrp_auth');
  return typeof auth === 'string' && /^(?:basic|ntlm|kerberos|certificate)$/.test(auth) ? auth : undefined;
}
