import { isElevated, type MachineAccess } from '../../providers/simulated/access';
import { simulatedProvider } from '../../providers/simulated/provider';
import { fullName, simulatedAddress } from '../../lab/clockwork/names';
import type { Actor } from '../../lab/estate/authorization';
import type { Laboratory } from '../../lab/estate/laboratory';
import { findMachine } from '../../lab/estate/machines';
import { requireMachine } from '../../lab/estate/names';
import { catchUp, perform, type Deed } from '../../lab/estate/perform';
import { defaultSettings } from '../../lab/estate/settings';
import type { DnsRecord, EstateReader } from '../../lab/estate/store-port';
import { createServerEstateDns } from '../../dns/net/server-estate-dns';
import { kmsServiceName } from '../../kms/engine/publish-plan';
import { textOf } from '../../licensing/values';
import type { DnsReply, DnsServer, MachineSystem } from './shell/system';

/** Waits of a question to the estate's DNS server, ms. */
const dnsTimeoutsMs = [500, 1000, 2000];

/** Address of the estate's own DNS, in the range for documentation: no machine has it. */
const ownDnsAddress = '192.0.2.53';

/**
 * A machine of the laboratory as its own programs reach it.
 *
 * @param actor who acts; null: the estate's own administrator
 */
export function machineSystem(
  laboratory: Laboratory,
  name: string,
  actor: Actor | null,
): Omit<MachineSystem, 'readFile' | 'writeFile'> {
  const { store } = laboratory;
  const access: MachineAccess = { laboratory, machine: name, actor };
  return {
    state: () => store.read((reader) => requireMachine(reader, name).state),
    isAdministrator: () => store.read((reader) => isElevated(access, reader, requireMachine(reader, name))),
    change: (deed) => change(laboratory, name, deed),
    installationId: () => installationIdOf(laboratory, access),
    dns: {
      get server() {
        return store.read((reader) => serverOf(reader));
      },
      lookUp: (wanted, type) => lookUp(laboratory, wanted, type),
    },
  };
}

async function change(laboratory: Laboratory, name: string, deed: Deed): Promise<void> {
  await perform(laboratory, name, deed);
  await catchUp(laboratory);
}

async function installationIdOf(
  laboratory: Laboratory,
  { machine, actor }: MachineAccess,
): Promise<string | null> {
  const provider = await simulatedProvider(laboratory, machine, {
    readFile: () => Promise.reject(new Error('no file is read here')),
    ...(actor === null ? {} : { actor }),
    onClose: () => undefined,
  });
  try {
    const products = await provider.query({
      class: 'SoftwareLicensingProduct',
      select: ['OfflineInstallationId', 'PartialProductKey', 'LicenseIsAddon'],
      filter: { kind: 'has-product-key' },
    });
    const [first] = products.filter(({ OfflineInstallationId: id }) => textOf(id) !== '');
    return first === undefined ? null : textOf(first.OfflineInstallationId);
  } finally {
    await provider.close();
  }
}

function serverOf(reader: EstateReader): DnsServer {
  const estate = reader.estate();
  const { dns } = estate?.settings ?? defaultSettings;
  if (dns.kind !== 'built-in') return { name: 'UnKnown', address: dns.address };
  return { name: estate?.domain == null ? 'UnKnown' : `dns.${estate.domain}`, address: ownDnsAddress };
}

async function lookUp(
  laboratory: Laboratory,
  wanted: string,
  type: DnsRecord['type'] | 'ANY',
): Promise<DnsReply> {
  const name = normal(wanted);
  const { dns } = laboratory.store.read((reader) => reader.estate()?.settings ?? defaultSettings);
  if (dns.kind === 'built-in') return laboratory.store.read((reader) => inZone(reader, name, type));
  const server = createServerEstateDns({
    servers: [{ address: dns.address, port: dns.port }],
    timeoutsMs: dnsTimeoutsMs,
  });
  return await atServer(server, name, type);
}

type Server = ReturnType<typeof createServerEstateDns>;

/** Of a real server KMS hosts and addresses are asked for. */
async function atServer(server: Server, name: string, type: DnsRecord['type'] | 'ANY'): Promise<DnsReply> {
  const service = `${kmsServiceName}.`;
  if (name.startsWith(service) && (type === 'SRV' || type === 'ANY')) {
    const found = await server.resolveKmsService(name.slice(service.length));
    if (!found.ok) return { kind: found.error.step === 'connection' ? 'no-server' : 'no-name' };
    const records = found.records.map(({ priority, weight, port, target }): DnsRecord => ({
      ...{ name, type: 'SRV', ttl: 0 },
      data: `${priority} ${weight} ${port} ${target}`,
    }));
    return { kind: 'found', records, more: [] };
  }
  const found = await server.resolveHost(name);
  if (!found.ok) return { kind: found.error.step === 'connection' ? 'no-server' : 'no-name' };
  const records = found.records.map((data): DnsRecord => ({
    name,
    type: data.includes(':') ? 'AAAA' : 'A',
    ttl: 0,
    data,
  }));
  const fitting = records.filter((each) => type === 'ANY' || each.type === type);
  return fitting.length === 0 ? { kind: 'no-records' } : { kind: 'found', records: fitting, more: [] };
}

function inZone(reader: EstateReader, name: string, type: DnsRecord['type'] | 'ANY'): DnsReply {
  const all = reader.dnsRecords();
  const records = recordsOf(reader, all, name);
  const isAbove = all.some((record) => normal(record.name).endsWith(`.${name}`));
  if (records.length === 0) return { kind: isAbove ? 'no-records' : 'no-name' };
  const fitting = records.filter((each) => type === 'ANY' || each.type === type || each.type === 'CNAME');
  if (fitting.length === 0) return { kind: 'no-records' };
  const targets = fitting.flatMap((record) =>
    record.type === 'SRV' || record.type === 'CNAME' ? [normal(record.data.split(' ').at(-1) ?? '')] : [],
  );
  const more = [...new Set(targets)].flatMap((target) => recordsOf(reader, all, target));
  return { kind: 'found', records: fitting, more: more.filter((each) => each.type !== 'SRV') };
}

/** Records of a name; a machine without an address of its own in the zone has the simulated one, as members register it. */
function recordsOf(reader: EstateReader, all: readonly DnsRecord[], name: string): readonly DnsRecord[] {
  const own = all.filter((record) => normal(record.name) === name);
  if (own.some(({ type }) => type === 'A' || type === 'AAAA' || type === 'CNAME')) return own;
  const machine = findMachine(reader, name)?.state;
  if (machine === undefined || !name.includes('.')) return own;
  const address: DnsRecord = {
    name: fullName(machine).toLowerCase(),
    type: 'A',
    ttl: 1200,
    data: simulatedAddress(machine.name),
  };
  return [...own, address];
}

function normal(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}
