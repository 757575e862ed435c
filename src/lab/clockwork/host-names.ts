import type { DnsRecord } from '../estate/store-port';
import type { MachineState } from '../model/state';
import { addressesInZone, aliasedInZone } from './built-in-zone';
import { firstLabel, isNameOf, simulatedAddress } from './names';

/** What names of hosts are looked up in. */
export interface HostNames {
  /** A machine by its name in any case; null where there is none. */
  findMachine(name: string): MachineState | null;
  machineNames(): readonly string[];
  /** The estate's own zone. */
  dnsRecords(): readonly DnsRecord[];
}

const addressPattern = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:]*:[0-9a-f:.]*(?:%\w+)?)$/i;

/** Whether a host is given by its address rather than a name. */
export function isAddress(host: string): boolean {
  return addressPattern.test(host);
}

/** Whether an address is one of those that machines without a socket have: nothing is ever sent there. */
export function isSimulatedAddress(address: string): boolean {
  return /^198\.1[89]\.\d{1,3}\.\d{1,3}$/.test(address);
}

/** The lab machine that a host name is the name of; null where it is none. */
export function machineOfHostName(
  names: Pick<HostNames, 'findMachine'>,
  hostName: string,
): MachineState | null {
  const machine = names.findMachine(firstLabel(hostName));
  return machine !== null && isNameOf(hostName, machine) ? machine : null;
}

/**
 * The lab machine that a host name means to another one: by its name, by an alias or an address of the estate's zone, or
 * by its address (K6.14). Null where it means none.
 *
 * @param asking whose suffixes stand behind a name of one label
 */
export function machineMeantBy(
  names: HostNames,
  hostName: string,
  asking: Pick<MachineState, 'dns' | 'domain'>,
): MachineState | null {
  const own = machineOfHostName(names, hostName);
  if (own !== null) return own;
  if (isAddress(hostName)) return machineAt(names, hostName);
  const records = names.dnsRecords();
  for (const name of fullNames(hostName, asking)) {
    const target = aliasedInZone(records, name);
    const aliased = target === name ? null : machineOfHostName(names, target);
    if (aliased !== null) return aliased;
    for (const address of addressesInZone(records, name)) {
      const machine = machineAt(names, address);
      if (machine !== null) return machine;
    }
  }
  return null;
}

function fullNames(
  hostName: string,
  { dns, domain }: Pick<MachineState, 'dns' | 'domain'>,
): readonly string[] {
  const name = hostName.toLowerCase().replace(/\.$/, '');
  if (name.includes('.')) return [name];
  const suffixes = [dns.primary ?? domain, ...dns.searchList].filter((each) => each !== null && each !== '');
  return suffixes.map((suffix) => `${name}.${String(suffix).toLowerCase()}`);
}

/** The machine that has an address: by a record of its name, or as every machine without a socket has one. */
function machineAt(names: HostNames, address: string): MachineState | null {
  // Several served hosts share the addresses of this computer: there the port tells, and the socket knows.
  if (/^127\.|^::1$/.test(address)) return null;
  for (const { type, name, data } of names.dnsRecords()) {
    if ((type !== 'A' && type !== 'AAAA') || data !== address) continue;
    const machine = machineOfHostName(names, name);
    if (machine !== null) return machine;
  }
  if (!isSimulatedAddress(address)) return null;
  const owner = names.machineNames().find((name) => simulatedAddress(name) === address);
  return owner === undefined ? null : names.findMachine(owner);
}
