import { sqliteDriver } from '../../../src/lab/store/drivers';
import { catalogue } from '../../../src/licensing/catalogue/catalogue';
import { createServer } from 'node:net';
import { type HostDaemon } from '../../../src/serve/kms-host/host-daemon';
import { hostStatus } from '../../../src/serve/kms-host/host-status';
import { servedAt } from '../../../src/serve/kms-host/served-lock';
import { RpcConnection } from '../../../src/kms/net/rpc-client';
import { freePort } from '../../fixtures/ports';
import { askHost } from '../../kms/net/support';
import { clientRequest, DiskEstate, estateNow, eventually, startDaemon } from './support';

let estate: DiskEstate;
let port: number;
const daemons: HostDaemon[] = [];

beforeEach(async () => {
  port = await freePort();
  estate = new DiskEstate();
  estate.addHost('KMS01', port);
});

afterEach(async () => {
  for (const daemon of daemons.splice(0)) await daemon.stop();
  estate.remove();
});

async function serve(
  ...options: Parameters<typeof startDaemon> extends [DiskEstate, ...infer Rest] ? Rest : never
) {
  const started = await startDaemon(estate, ...options);
  daemons.push(started.daemon);
  return started;
}

const at = (where = port): { host: string; port: number } => ({ host: '127.0.0.1', port: where });

describe('answering', () => {
  test('K1.3 the count includes the machine that asked, over TCP', async () => {
    await serve();
    for (const number of [1, 2, 3]) {
      const { answer } = await askHost(at(), clientRequest(number));
      expect(answer).toMatchObject({
        kind: 'count',
        count: number,
        activationIntervalMinutes: 120,
        renewalIntervalMinutes: 10_080,
        hostTime: estateNow,
      });
    }
  });

  test('what was answered is in the log with its time, in the cache and in the counters', async () => {
    await serve();
    await Promise.all(Array.from({ length: 60 }, (_, number) => askHost(at(), clientRequest(number))));
    const names = estate.requests();
    expect(new Set(names).size).toBe(60);
    expect(estate.total()).toBe(60);
    const { id } = estate.host();
    const rows = estate.store.read((reader) => reader.requests(id, { after: 0, since: null, limit: 100 }));
    expect(rows.every(({ row }) => row.at === estateNow)).toBe(true);
    const cached = estate.store.read((reader) => reader.cacheRows(id));
    expect(cached.clients).toHaveLength(50);
    expect(cached.counts).toEqual([{ count: 'windows', greatestThreshold: 25 }]);
  });

  test.each([
    [
      'K12.8 a product that the key does not activate',
      { activationId: '00000000-0000-4000-8000-000000000001' },
      0xc004f042,
      0xc004f015,
    ],
    [
      'K3.11 a clock more than four hours off',
      { clientTime: estateNow + 5 * 3_600_000 },
      0xc004f06c,
      0xc004f06c,
    ],
  ])('%s', async (_, change, shown, logged) => {
    await serve();
    const { answer } = await askHost(at(), clientRequest(1, change));
    expect(answer).toEqual({ kind: 'refusal', hresult: shown });
    const { id } = estate.host();
    const [row] = estate.store.read((reader) => reader.requests(id, { after: 0, since: null, limit: 1 }));
    expect(row?.row.hresult).toBe(logged);
  });

  test('K12.10, K12.9 without a key and not activated, also when that changes while it is served', async () => {
    await serve();
    await expect(askHost(at(), clientRequest(1))).resolves.toMatchObject({ answer: { kind: 'count' } });
    estate.change('KMS01', (state) => ({
      ...state,
      products: state.products.map((product) => ({
        ...product,
        license: { status: 'notification' as const, until: null, reason: 0 },
      })),
    }));
    const later = await askHost(at(), clientRequest(2));
    expect(later.answer).toEqual({ kind: 'refusal', hresult: 0xc004f041 });
    estate.change('KMS01', (state) => ({ ...state, products: [] }));
    const last = await askHost(at(), clientRequest(2));
    expect(last.answer).toEqual({ kind: 'refusal', hresult: 0xc004f039 });
  });

  test('a clock skew of the host counts against its clients', async () => {
    estate.change('KMS01', (state) => ({ ...state, clockSkewMs: 5 * 3_600_000 }));
    await serve();
    await expect(askHost(at(), clientRequest(1))).resolves.toMatchObject({ answer: { hresult: 0xc004f06c } });
  });
});

describe('being served', () => {
  test('it is served while the daemon is there, with its address, and no longer', async () => {
    expect(servedAt(sqliteDriver(), estate.home, 'KMS01')).toBeNull();
    const { daemon, told } = await serve();
    expect(servedAt(sqliteDriver(), estate.home, 'kms01')).toMatchObject({
      address: '127.0.0.1',
      port,
      pid: process.pid,
    });
    expect(told.announced).toEqual([{ address: '127.0.0.1', port }]);
    await daemon.stop();
    expect(servedAt(sqliteDriver(), estate.home, 'KMS01')).toBeNull();
  });

  test('a second daemon of the same machine is refused', async () => {
    await serve();
    await expect(startDaemon(estate)).rejects.toThrow(`KMS01 is served already, by process ${process.pid}.`);
  });

  test('two machines on one address and port: a clear refusal, and event 12291', async () => {
    estate.addHost('KMS02', port);
    await serve();
    await expect(startDaemon(estate, { machine: 'KMS02' })).rejects.toThrow(
      `cannot listen on 127.0.0.1:${port}: the address and port are taken`,
    );
    expect(estate.eventIds('KMS02')).toContain(12291);
    expect(servedAt(sqliteDriver(), estate.home, 'KMS02')).toBeNull();
  });

  test('a machine that is not there or stopped is refused', async () => {
    await expect(startDaemon(estate, { machine: 'NOBODY' })).rejects.toThrow('There is no machine NOBODY');
    estate.stop();
    await expect(startDaemon(estate)).rejects.toThrow('KMS01 is stopped');
  });

  test('a machine without a host key is refused, with what to do', async () => {
    estate.change('KMS01', (state) => ({ ...state, products: [] }));
    await expect(startDaemon(estate)).rejects.toThrow(/KMS01 has no KMS host key .*mint-key.*[/]ipk KEY/);
  });

  test('a port that is set while it is served takes effect at a restart, and the log says so once', async () => {
    const { told } = await serve();
    const set = await freePort();
    const warnings = (): readonly unknown[] => told.log.filter(({ event }) => event === 'restart-needed');
    estate.setRegistry('KMS01', 'KeyManagementServiceListeningPort', { type: 'DWORD', data: set });
    await eventually(() => warnings().length > 0);
    await new Promise((resolve) => setTimeout(resolve, 600));
    const cure = 'slmgr lab restart KMS01';
    expect(warnings()).toMatchObject([{ fields: { setting: 'port', set, listening: port, cure } }]);
  });

  test('status tells of the process and of the store', async () => {
    await serve();
    const kept = await RpcConnection.open(at());
    await kept.call(clientRequest(1));
    const ports = {
      store: estate.store,
      driver: sqliteDriver(),
      catalogue: catalogue(),
      home: estate.home,
      realNow: Date.now,
    };
    const status = await hostStatus(ports, 'kms01');
    kept.close();
    expect(status).toMatchObject({
      machine: 'KMS01',
      served: true,
      listeningPort: port,
      counts: [{ count: 'windows', current: 1, cached: 1, capacity: 50 }],
      requests: { total: 1, oobGrace: 1, failed: 0 },
      process: { pid: process.pid, port, connections: 1, answered: 1 },
    });
    await daemons.pop()?.stop();
    await expect(hostStatus(ports, 'KMS01')).resolves.toMatchObject({ served: false, process: null });
  });
});

describe('following the machine', () => {
  test('a changed port takes effect at the restart, not before; what is in flight is finished', async () => {
    const { told } = await serve();
    const next = await freePort();
    const kept = await RpcConnection.open(at());
    estate.setRegistry('KMS01', 'KeyManagementServiceListeningPort', { type: 'SZ', data: String(next) });
    await new Promise((resolve) => setTimeout(resolve, 600));
    await expect(kept.call(clientRequest(1))).resolves.toMatchObject({ kind: 'count' });
    estate.restart();
    const inFlight = kept.call(clientRequest(2));
    await eventually(() => told.announced.length === 2);
    await expect(inFlight).resolves.toMatchObject({ kind: 'count' });
    await expect(askHost(at(next), clientRequest(3))).resolves.toMatchObject({ answer: { count: 3 } });
    await expect(askHost(at(), clientRequest(3))).rejects.toMatchObject({ failure: 'closed' });
    expect(servedAt(sqliteDriver(), estate.home, 'KMS01')?.port).toBe(next);
  });

  test('changed intervals go with the answers after the restart', async () => {
    await serve();
    estate.setRegistry('KMS01', 'VLActivationInterval', { type: 'DWORD', data: 30 });
    await expect(askHost(at(), clientRequest(1))).resolves.toMatchObject({
      answer: { activationIntervalMinutes: 120 },
    });
    estate.restart();
    await expect(askHost(at(), clientRequest(1))).resolves.toMatchObject({
      answer: { activationIntervalMinutes: 30 },
    });
  });

  test('a stopped machine answers nothing and stays locked; a started one answers again', async () => {
    const { told } = await serve();
    estate.stop();
    await eventually(() => told.log.some(({ event }) => event === 'machine-stopped'));
    await expect(askHost(at(), clientRequest(1))).rejects.toMatchObject({ failure: 'closed' });
    expect(servedAt(sqliteDriver(), estate.home, 'KMS01')).toBeNull();
    await expect(startDaemon(estate)).rejects.toThrow('KMS01 is stopped');
    estate.start();
    await eventually(() => told.announced.length === 2);
    await expect(askHost(at(), clientRequest(1))).resolves.toMatchObject({ answer: { count: 1 } });
  });

  test('a removed machine ends its daemon', async () => {
    const { daemon } = await serve();
    const { id } = estate.host();
    estate.store.write((writer) => writer.removeMachine(id));
    await expect(daemon.whenOver).resolves.toBe('machine-removed');
  });

  test('a port that is taken at the restart: event 12291, and it listens when the port is free', async () => {
    const { told } = await serve();
    const next = await freePort();
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(next, '127.0.0.1', resolve));
    estate.setRegistry('KMS01', 'KeyManagementServiceListeningPort', { type: 'SZ', data: String(next) });
    estate.restart();
    await eventually(() => told.log.some(({ event }) => event === 'listening-failed'));
    expect(estate.eventIds()).toContain(12291);
    await new Promise((resolve) => other.close(resolve));
    estate.restart();
    await eventually(() => told.announced.length === 2);
    await expect(askHost(at(next), clientRequest(1))).resolves.toMatchObject({ answer: { count: 1 } });
  });

  test('priority: low at the restart after /cpri; back up, a new process where this one may not', async () => {
    const wanted: boolean[] = [];
    const { daemon } = await serve(
      {},
      { priority: { current: () => 0, apply: (low) => wanted.push(low) > 0 && low } },
    );
    estate.setRegistry('KMS01', 'EnableKmsLowPriority', { type: 'DWORD', data: 1 });
    estate.restart();
    await eventually(() => wanted.includes(true));
    estate.setRegistry('KMS01', 'EnableKmsLowPriority', { type: 'DWORD', data: 0 });
    estate.restart();
    await expect(daemon.whenOver).resolves.toBe('respawn');
  });
});

describe('publishing', () => {
  const records = () => estate.store.read((reader) => reader.dnsRecords());

  test('K7.1, K7.2 a served host publishes itself at the start with the address and port that it has', async () => {
    await serve();
    await eventually(() => records().length === 2);
    expect(records()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          name: '_vlmcs._tcp.lab.example',
          type: 'SRV',
          data: `0 0 ${port} kms01.lab.example`,
        }),
        expect.objectContaining({ name: 'kms01.lab.example', type: 'A', data: '127.0.0.1' }),
      ]),
    );
    await eventually(() => estate.eventIds().includes(12294));
  });

  test('an advertised address is published in place of the one listened on', async () => {
    await serve({ advertise: ['192.0.2.7'] });
    await eventually(() => records().some(({ data }) => data === '192.0.2.7'));
  });

  test('K7.2 after /cdns and a restart nothing is published; K3.4 every 24 hours of the estate anew', async () => {
    await serve();
    await eventually(() => estate.eventIds().filter((id) => id === 12294).length === 1);
    estate.store.write((writer) => writer.putClock({ mode: 'held', at: estateNow + 24 * 3_600_000 }));
    await eventually(() => estate.eventIds().filter((id) => id === 12294).length === 2);
    estate.setRegistry('KMS01', 'DisableDnsPublishing', { type: 'DWORD', data: 1 });
    estate.restart();
    await new Promise((resolve) => setTimeout(resolve, 600));
    estate.store.write((writer) => writer.putClock({ mode: 'held', at: estateNow + 72 * 3_600_000 }));
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(estate.eventIds().filter((id) => id === 12294)).toHaveLength(2);
  });

  test('K10.6 a DNS server that cannot be reached: event 12293, and the service stays up', async () => {
    const unreachable = new DiskEstate({
      dns: { kind: 'server', address: '127.0.0.1', port: await freePort(), keyFile: null },
    });
    unreachable.addHost('KMS01', await freePort());
    const { daemon, told } = await startDaemon(unreachable);
    await eventually(() => unreachable.eventIds().includes(12293));
    expect(told.log).toContainEqual(expect.objectContaining({ level: 'warn', event: 'publish-failed' }));
    expect(daemon.status.published).toEqual([
      expect.objectContaining({ domain: 'lab.example', problem: expect.any(String) as string }),
    ]);
    await daemon.stop();
    unreachable.remove();
  });
});
