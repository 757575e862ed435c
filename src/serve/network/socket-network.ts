import { dnsHresult } from '../../dns/dns-error';
import { type EstateDns } from '../../dns/estate-dns';
import { createServerEstateDns } from '../../dns/net/server-estate-dns';
import { publisherFor } from '../kms-host/publish-port';
import { isLockHeld, servedAt } from '../kms-host/served-lock';
import { type ServedFacts, servedFiles } from '../kms-host/served-files';
import {
  type ContactAnswer,
  type ContactRequest,
  type ResolveSrvAnswer,
  type ResolveSrvRequest,
} from '../../kms/engine/client-types';
import { publishPlan } from '../../kms/engine/publish-plan';
import { type DomainPublished } from '../../lab/clockwork/built-in-zone';
import { kmsPublishFacts } from '../../lab/clockwork/host-facts';
import { simulatedAddress } from '../../lab/clockwork/names';
import { unpublishable } from '../../lab/clockwork/publish-events';
import { isSimulatedAddress, machineMeantBy } from '../../lab/clockwork/host-names';
import { unreachableAnswer } from '../../lab/clockwork/network';
import { type OutsideNetwork } from '../../lab/clockwork/outside-network';
import { type DnsSetting, defaultSettings, type EstateSettings } from '../../lab/estate/settings';
import { type EstateStore } from '../../lab/estate/store-port';
import { isServiceRunning } from '../../lab/model/machine';
import { isPortOpen } from '../../lab/model/reachable';
import { type MachineName, type MachineState } from '../../lab/model/state';
import { type SqlDriver } from '../../lab/store/driver';
import { contactAgain, contactOverTcp } from './contact';
import { KeptConnections, noneKept } from './kept-connections';
import { addressesOf } from './reach';

export interface NetworkPorts {
  readonly store: EstateStore;
  readonly driver: SqlDriver;
  /** The data directory, absolute: the locks of served hosts lie below it. */
  readonly home: string;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** The real time, epoch ms. */
  readonly realNow: () => number;
}

/** Waits of a question to the estate's DNS server: a silent one costs 3.5 seconds. */
const dnsTimeoutsMs = [500, 1000, 2000];
/** A server that was silent is not asked again for so long: the due requests of many clients would wait one by one. */
const silentForMs = 5000;
/** How long a look at a machine's lock is good for. */
const lockSeenForMs = 100;

/** The network beyond the estate over real sockets: served hosts, real DNS, hosts by their address. */
export class SocketNetwork implements Omit<OutsideNetwork, 'usesRealDns'> {
  readonly #ports: NetworkPorts;
  readonly #locks = new Map<string, { readonly held: boolean; readonly until: number }>();
  readonly #kept = new KeptConnections();
  #silent: { readonly server: string; readonly until: number; readonly answer: ResolveSrvAnswer } | null =
    null;

  constructor(ports: NetworkPorts) {
    this.#ports = ports;
  }

  isServed(machine: MachineName): boolean {
    const { driver, home, realNow } = this.#ports;
    const seen = this.#locks.get(machine);
    const now = realNow();
    // A clock that was set back makes what was seen too new rather than good for ever.
    if (seen !== undefined && now < seen.until && now >= seen.until - lockSeenForMs) return seen.held;
    const held = isLockHeld(driver, servedFiles(home, machine).lock);
    this.#locks.set(machine, { held, until: now + lockSeenForMs });
    return held;
  }

  async resolve({ zone }: ResolveSrvRequest): Promise<ResolveSrvAnswer> {
    const setting = this.#settings().dns;
    const server = `${setting.kind} ${JSON.stringify(setting)}`;
    if (this.#silent?.server === server && this.#ports.realNow() < this.#silent.until) {
      return this.#silent.answer;
    }
    const dns = serverDns(setting);
    if (dns === null) return notFound(dnsHresult.noServers);
    const found = await dns.resolveKmsService(zone);
    if (found.ok) return { kind: 'resolve-srv', result: { ok: true, records: found.records } };
    const answer = notFound(found.error.hresult);
    const isSilent = found.error.step === 'connection';
    this.#silent = isSilent ? { server, until: this.#ports.realNow() + silentForMs, answer } : null;
    return answer;
  }

  async contact(asking: MachineState, { host, request }: ContactRequest): Promise<ContactAnswer> {
    const { store, sleep } = this.#ports;
    const machine = store.read((reader) =>
      machineMeantBy(
        {
          findMachine: (name) => reader.machine(name)?.state ?? null,
          machineNames: () => reader.machineNames(),
          dnsRecords: () => reader.dnsRecords(),
        },
        host.name,
        asking,
      ),
    );
    if (machine !== null && !isServiceRunning(machine)) return unreachableAnswer();
    const isItself = machine?.name === asking.name;
    if (machine !== null && !isItself && !isPortOpen(machine, host.port)) return unreachableAnswer();
    const contact = { request, sameMachine: isItself };
    const connections =
      machine === null
        ? noneKept
        : this.#kept.of(`${machine.name} ${machine.loadedHost.listeningPort} ${host.port}`);
    // The connection to a served machine says that it is served, and where, without another look.
    const kept = connections.take();
    const again = kept === null ? null : await contactAgain(kept, contact, connections);
    if (again !== null) return again;
    const addresses = await addressesOf(
      { servedAt: (name) => this.#servedAt(name), dns: () => serverDns(this.#settings().dns), sleep },
      host,
      machine,
    );
    const sockets = addresses.filter((address) => !isSimulatedAddress(address));
    return contactOverTcp({ ...contact, addresses: sockets, port: host.port }, { connections });
  }

  /**
   * Publishes for a host at once. The events of a served one are left to its process, which publishes as well.
   */
  async publish(host: MachineState): Promise<readonly DomainPublished[]> {
    const settings = this.#settings();
    const served = isLockHeld(this.#ports.driver, servedFiles(this.#ports.home, host.name).lock);
    const reachedAt = served ? this.#servedAt(host.name)?.reachedAt : [simulatedAddress(host.name)];
    if (reachedAt === undefined) return [];
    const plan = publishPlan(kmsPublishFacts(host, settings, { addresses: reachedAt }));
    const outcomes = await publisherFor(settings.dns, this.#ports.store).publish(plan);
    if (served) return [];
    return [...outcomes.map(({ domain, hresult }) => ({ domain, hresult })), ...unpublishable(plan)];
  }

  #servedAt(machine: string): ServedFacts | null {
    return servedAt(this.#ports.driver, this.#ports.home, machine);
  }

  #settings(): EstateSettings {
    return this.#ports.store.read((reader) => reader.estate()?.settings ?? defaultSettings);
  }
}

function serverDns(setting: DnsSetting): EstateDns | null {
  if (setting.kind === 'built-in') return null;
  const { address, port } = setting;
  return createServerEstateDns({ servers: [{ address, port }], timeoutsMs: dnsTimeoutsMs });
}

function notFound(hresult: Extract<ResolveSrvAnswer['result'], { ok: false }>['hresult']): ResolveSrvAnswer {
  return { kind: 'resolve-srv', result: { ok: false, hresult } };
}
