import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ActivationRequest } from '../../../src/kms/engine/messages';
import {
  HostDaemon,
  type HostDaemonOptions,
  type HostDaemonPorts,
} from '../../../src/serve/kms-host/host-daemon';
import { type LogFields } from '../../../src/kms/net/log';
import { type ListeningAddress } from '../../../src/kms/net/rpc-server';
import { defaultSettings, type EstateSettings } from '../../../src/lab/estate/settings';
import { type EstateStore, type StoredMachine } from '../../../src/lab/estate/store-port';
import { newMachine } from '../../../src/lab/model/create';
import { mintKey } from '../../../src/lab/model/keys';
import { restart, start, stop } from '../../../src/lab/model/lifecycle';
import { type ModelContext } from '../../../src/lab/model/context';
import { type Outcome } from '../../../src/lab/model/outcome';
import { installProductKey } from '../../../src/lab/model/product-keys';
import { type MachineState, type RegistryValue } from '../../../src/lab/model/state';
import { sqliteDriver } from '../../../src/lab/store/drivers';
import { openGroupCommit } from '../../../src/lab/store/group-commit';
import { openStore } from '../../../src/lab/store/open-store';
import { catalogue } from '../../../src/licensing/catalogue/catalogue';
import { type Edition } from '../../../src/licensing/catalogue/types';

/** The estate's time in these tests: it stands still. */
export const estateNow = Date.UTC(2026, 0, 5, 8);

export function edition(name: string): Edition {
  const found = catalogue().findEdition(name);
  if (found === undefined) throw new Error(`no edition ${name}`);
  return found;
}

/** An estate on disk with one KMS host, in a folder of its own. */
export class DiskEstate {
  readonly home: string;
  readonly store: EstateStore;
  readonly #others: EstateStore[] = [];
  #draws = 1;

  constructor(settings: Partial<EstateSettings> = {}) {
    this.home = mkdtempSync(join(tmpdir(), 'slmgr-kms-'));
    this.store = openStore(this.home, sqliteDriver());
    this.store.write((writer) => {
      writer.putEstate({
        kind: 'lab',
        domain: 'lab.example',
        seed: 7,
        draws: 0,
        createdAt: estateNow,
        settings: { ...defaultSettings, ...settings },
      });
      writer.putClock({ mode: 'held', at: estateNow });
    });
  }

  /** The store as another process has it. */
  openAgain(): EstateStore {
    const store = openStore(this.home, sqliteDriver());
    this.#others.push(store);
    return store;
  }

  get context(): ModelContext {
    const random = (): number => {
      this.#draws = (this.#draws * 48_271) % 2_147_483_647;
      return this.#draws / 2_147_483_647;
    };
    return { now: estateNow, random, catalogue: catalogue(), settings: defaultSettings };
  }

  /** Adds a machine that holds an activated host key of its edition and listens on a port. */
  addHost(name: string, port: number, product = 'Windows Server 2008 R2 Standard'): void {
    const { context } = this;
    const plain = newMachine(
      { name, edition: edition(product), domain: 'lab.example', virtual: false },
      context,
    );
    const keyed = installProductKey(
      plain,
      mintKey({ type: 'csvlk', edition: edition(product) }, context.random),
      context,
    );
    if (!keyed.result.ok) throw new Error('the host key was refused');
    this.store.write((writer) => writer.addMachine(listeningOn(activated(keyed.state), port), null));
  }

  host(name = 'KMS01'): StoredMachine {
    const machine = this.store.read((reader) => reader.machine(name));
    if (machine === null) throw new Error(`no machine ${name}`);
    return machine;
  }

  /** Changes a machine and records what that brought. */
  change(name: string, act: (state: MachineState, context: ModelContext) => Outcome | MachineState): void {
    this.store.write((writer) => {
      const machine = writer.machine(name);
      if (machine === null) throw new Error(`no machine ${name}`);
      const outcome = act(machine.state, this.context);
      writer.putMachine(machine.id, 'state' in outcome ? outcome.state : outcome, null);
      if ('events' in outcome) writer.appendEvents(machine.id, outcome.events);
    });
  }

  setRegistry(name: string, value: string, data: RegistryValue): void {
    this.change(name, (state) => ({ ...state, registry: { ...state.registry, [value]: data } }));
  }

  restart(name = 'KMS01'): void {
    this.change(name, restart);
  }

  stop(name = 'KMS01'): void {
    this.change(name, stop);
  }

  start(name = 'KMS01'): void {
    this.change(name, start);
  }

  requests(name = 'KMS01'): readonly string[] {
    const { id } = this.host(name);
    return this.store
      .read((reader) => reader.requests(id, { after: 0, since: null, limit: 10_000_000 }))
      .map(({ row }) => row.machineName);
  }

  total(name = 'KMS01'): number {
    return this.host(name).state.products.reduce(
      (sum, { kmsHost }) => sum + (kmsHost?.requests.total ?? 0),
      0,
    );
  }

  eventIds(name = 'KMS01'): readonly number[] {
    const { id } = this.host(name);
    return this.store
      .read((reader) => reader.events(id, { after: 0, since: null, limit: 1000 }))
      .map(({ entry }) => entry.id);
  }

  remove(): void {
    for (const store of [this.store, ...this.#others]) store.close();
    rmSync(this.home, { recursive: true, force: true });
  }
}

function activated(state: MachineState): MachineState {
  return {
    ...state,
    products: state.products.map((product) =>
      product.kmsHost === null
        ? product
        : {
            ...product,
            license: { status: 'licensed', until: null, reason: 0, by: 'microsoft', since: estateNow },
          },
    ),
  };
}

function listeningOn(state: MachineState, port: number): MachineState {
  return {
    ...state,
    registry: { ...state.registry, KeyManagementServiceListeningPort: { type: 'SZ', data: String(port) } },
    loadedHost: { ...state.loadedHost, listeningPort: port },
  };
}

/** A request of a Windows 7 client with a name and a CMID of its own. */
export function clientRequest(number: number, changes: Partial<ActivationRequest> = {}): ActivationRequest {
  const product = edition('Windows 7 Enterprise');
  return {
    clientMachineId: `10000000-0000-4000-8000-${number.toString(16).padStart(12, '0')}`,
    previousClientMachineId: null,
    machineName: `PC-${number}`,
    licenseStatus: 2,
    minutesRemaining: 43_200,
    activationId: catalogue().sku(product, 'gvlk').activationId,
    applicationId: product.applicationId,
    requiredClientCount: 25,
    isVirtualMachine: false,
    clientTime: estateNow,
    ...changes,
  };
}

/** What a daemon under test said. */
export interface Told {
  readonly announced: ListeningAddress[];
  readonly log: { readonly level: string; readonly event: string; readonly fields: LogFields }[];
}

/** Starts a daemon of the estate in this process. */
export async function startDaemon(
  estate: DiskEstate,
  options: Partial<HostDaemonOptions> = {},
  ports: Partial<HostDaemonPorts> = {},
): Promise<{ readonly daemon: HostDaemon; readonly told: Told }> {
  const told: Told = { announced: [], log: [] };
  const batches = ports.batches ?? openGroupCommit(estate.home);
  try {
    const daemon = await HostDaemon.start(
      { home: estate.home, machine: 'KMS01', listen: '127.0.0.1', advertise: [], ...options },
      {
        store: estate.openAgain(),
        driver: sqliteDriver(),
        catalogue: catalogue(),
        realNow: Date.now,
        log: (level, event, fields = {}) => told.log.push({ level, event, fields }),
        priority: { current: () => 0, apply: () => true },
        announce: (_, where) => told.announced.push(where),
        ...ports,
        batches,
      },
    );
    void daemon.whenOver.then(() => batches.close());
    return { daemon, told };
  } catch (error) {
    await batches.close();
    throw error;
  }
}

/** Waits until a condition holds, for at most twenty seconds: a busy machine is slow. */
export async function eventually(condition: () => boolean | Promise<boolean>): Promise<void> {
  const began = Date.now();
  while (!(await condition())) {
    if (Date.now() - began > 20_000) throw new Error('it never came to that');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
