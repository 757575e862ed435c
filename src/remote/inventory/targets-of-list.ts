import {
  InventoryError,
  variableOf,
  type HostList,
  type ListedHost,
  type ListedTargets,
  type Scalar,
} from './host-list';

/**
 * A list of machines in the shape of a targets file: Ansible's variables of connections, or the columns `host`, `port`,
 * `user` and `transport` of a CSV file, become its settings. Passwords of an inventory are not taken over: they come
 * from the usual sources.
 * @throws InventoryError where a variable says what no machine can be reached by
 */
export function targetsOfList({ hosts, groups }: HostList): ListedTargets {
  const entries = new Map<string, readonly [string, Readonly<Record<string, Scalar>> | null]>();
  for (const [key, host] of hosts) entries.set(key, [host.name, entryOf(host)]);
  const members = new Map<string, readonly string[]>();
  for (const group of groups.values()) members.set(group.name, group.members);
  return { entries, groups: members };
}

/** Where a setting stands, the first that says something counts. */
const places = {
  host: ['ansible_host', 'ansible_ssh_host', 'address', 'ip', 'host'],
  user: ['ansible_user', 'ansible_ssh_user', 'user'],
  key: ['ansible_ssh_private_key_file', 'ansible_private_key_file', 'key'],
  site: ['site'],
} as const;
const textSettings = Object.keys(places) as (keyof typeof places)[];

function entryOf(host: ListedHost): Readonly<Record<string, Scalar>> | null {
  const entry: Record<string, Scalar> = {};
  const say = (setting: string, value: Scalar | undefined): void => {
    if (value !== undefined) entry[setting] = value;
  };
  for (const setting of textSettings) say(setting, text(firstOf(host, places[setting])));
  const port = portOf(firstOf(host, ['ansible_port', 'ansible_ssh_port', 'port']), host.name);
  say('port', port);
  say('transport', transportOf(host, port) ?? text(firstOf(host, ['transport'])));
  say('auth', authOf(host));
  return Object.keys(entry).length === 0 ? null : entry;
}

function firstOf(host: ListedHost, names: readonly string[]): Scalar | undefined {
  for (const name of names) {
    const value = variableOf(host, name);
    if (value !== undefined && value !== '') return value;
  }
  return undefined;
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
function transportOf(host: ListedHost, port: number | undefined): string | undefined {
  const connection = variableOf(host, 'ansible_connection');
  switch (typeof connection === 'string' ? connection.toLowerCase().split('.').at(-1) : undefined) {
    case 'ssh':
    case 'paramiko':
    case 'paramiko_ssh':
    case 'smart':
      return 'ssh';
    case 'winrm':
    case 'psrp': {
      const scheme =
        variableOf(host, 'ansible_winrm_scheme') ??
        variableOf(host, 'ansible_psrp_protocol') ??
        (port === 5985 ? 'http' : 'https');
      return scheme === 'http' ? 'winrm' : 'winrms';
    }
    default:
      return undefined;
  }
}

function authOf(host: ListedHost): string | undefined {
  const auth = variableOf(host, 'ansible_winrm_transport') ?? variableOf(host, 'ansible_psrp_auth');
  return typeof auth === 'string' && /^(?:basic|ntlm|kerberos|certificate)$/.test(auth) ? auth : undefined;
}
