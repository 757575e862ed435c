import { DnsError } from '../../dns/dns-error';
import { type EstateDns } from '../../dns/estate-dns';
import { servedAt } from '../kms-host/served-lock';
import { type KmsProbe } from '../../kms/discovery/probe';
import { addressesInZone, resolveInZone } from '../../lab/clockwork/built-in-zone';
import { simulatedAddress } from '../../lab/clockwork/names';
import { machineOfHostName } from '../../lab/clockwork/host-names';
import { dnsHresult } from '../../dns/dns-error';
import { type HostRecordPorts } from './host-records';

/** The zone that the estate itself keeps, to be asked as one asks a DNS server. */
export function zoneDns(ports: HostRecordPorts): Pick<EstateDns, 'resolveKmsService' | 'resolveHost'> {
  const { store, driver, home } = ports;
  return {
    resolveKmsService: (domain) => {
      const { result } = store.read((reader) => resolveInZone(reader.dnsRecords(), domain));
      if (result.ok) return Promise.resolve({ ok: true, records: result.records });
      const message = `the estate's own zone has no KMS host in ${domain}`;
      return Promise.resolve({ ok: false, error: new DnsError('name', result.hresult, message) });
    },
    resolveHost: (name) => {
      const { machine, addresses } = store.read((reader) => ({
        machine: machineOfHostName({ findMachine: (wanted) => reader.machine(wanted)?.state ?? null }, name),
        addresses: addressesInZone(reader.dnsRecords(), name),
      }));
      const served = machine === null ? null : servedAt(driver, home, machine.name);
      const found = served?.reachedAt ?? addresses;
      if (found.length > 0) return Promise.resolve({ ok: true, records: found });
      const message = `the estate's own zone has no address for ${name}`;
      return Promise.resolve({ ok: false, error: new DnsError('name', dnsHresult.nameError, message) });
    },
  };
}

/**
 * The probe of an estate: behind the addresses of machines that no process serves is no socket, so that nothing is
 * sent there.
 */
export function estateProbe({ store }: Pick<HostRecordPorts, 'store'>, probe: KmsProbe): KmsProbe {
  const made = new Set(store.read((reader) => reader.machineNames()).map(simulatedAddress));
  return (address, port) =>
    made.has(address) ? Promise.resolve({ finding: 'closed', latencyMs: 0 }) : probe(address, port);
}
