import { createSocket } from 'node:dgram';
import { SocketNetwork } from '../../../src/serve/network/socket-network';
import { recordsOfHost, unpublishHost } from '../../../src/serve/network/host-records';
import { simulatedAddress } from '../../../src/lab/clockwork/names';
import { type DnsSetting } from '../../../src/lab/estate/settings';
import { type MachineName } from '../../../src/lab/model/state';
import { sqliteDriver } from '../../../src/lab/store/drivers';
import { describeWithNamed, startNamed } from '../../fixtures/named';
import { freePort } from '../../fixtures/ports';
import { clientRequest, DiskEstate, eventually, startDaemon } from '../kms-host/support';

const cleanups: (() => unknown)[] = [];
let realNow = 0;

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function diskEstate(dns: DnsSetting = { kind: 'built-in' }): DiskEstate {
  const estate = new DiskEstate({ dns });
  cleanups.push(() => {
    estate.remove();
  });
  return estate;
}

function networkOf(estate: DiskEstate): SocketNetwork {
  return new SocketNetwork({
    store: estate.openAgain(),
    driver: sqliteDriver(),
    home: estate.home,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    realNow: () => realNow,
  });
}

const kms01 = 'KMS01' as MachineName;

describe('a served host', () => {
  test('is known by its lock, is asked through its socket, and counts there', async () => {
    const estate = diskEstate();
    const port = await freePort();
    estate.addHost('KMS01', port);
    const network = networkOf(estate);
    expect(network.isServed(kms01)).toBe(false);
    const { daemon } = await startDaemon(estate);
    cleanups.push(() => daemon.stop());
    realNow += 1000;
    expect(network.isServed(kms01)).toBe(true);
    const asking = { ...estate.host().state, name: 'PC-1' as MachineName };
    const contact = {
      kind: 'contact',
      host: { name: 'Kms01.lab.example', port },
      request: clientRequest(1),
    } as const;
    const { result } = await network.contact(asking, contact);
    expect(result).toMatchObject({
      ok: true,
      ipAddress: '127.0.0.1',
      sameMachine: false,
      answer: { kind: 'count', count: 1 },
    });
    expect(estate.requests()).toEqual(['PC-1']);
    expect((await network.contact(estate.host().state, contact)).result).toMatchObject({ sameMachine: true });
    estate.stop();
    expect((await network.contact(asking, contact)).result).toEqual({ ok: false, hresult: 0x800706ba });
  });

  test('many requests one after another use one connection, which ends when nothing follows', async () => {
    const estate = diskEstate();
    const port = await freePort();
    estate.addHost('KMS01', port);
    const network = networkOf(estate);
    const { daemon } = await startDaemon(estate);
    cleanups.push(() => daemon.stop());
    const ask = async (number: number): Promise<unknown> => {
      const asking = { ...estate.host().state, name: `PC-${number}` as MachineName };
      const host = { name: 'kms01.lab.example', port };
      const request = clientRequest(number);
      return (await network.contact(asking, { kind: 'contact', host, request })).result;
    };
    for (const number of [1, 2, 3, 4]) expect(await ask(number)).toMatchObject({ answer: { count: number } });
    expect(daemon.status).toMatchObject({ accepted: 1, answered: 4 });
    expect(await Promise.all([ask(5), ask(6), ask(7)])).toHaveLength(3);
    expect(daemon.status).toMatchObject({ accepted: 3, answered: 7 });
    await eventually(() => daemon.status.connections === 0);
    expect(await ask(8)).toMatchObject({ answer: { count: 8 } });
    estate.restart();
    expect(await ask(9)).toMatchObject({ ok: true });
    expect(await ask(10)).toMatchObject({ ok: true, answer: { count: 10 } });
    expect(estate.requests()).toHaveLength(10);
  });

  test('a host that another process serves since is asked over a connection of its own', async () => {
    const estate = diskEstate();
    const port = await freePort();
    estate.addHost('KMS01', port);
    const network = networkOf(estate);
    const first = await startDaemon(estate);
    const asking = { ...estate.host().state, name: 'PC-1' as MachineName };
    const host = { name: 'KMS01', port };
    const contact = { kind: 'contact', host, request: clientRequest(1) } as const;
    expect((await network.contact(asking, contact)).result).toMatchObject({ ok: true });
    await first.daemon.stop('stopped', 0);
    const second = await startDaemon(estate);
    cleanups.push(() => second.daemon.stop());
    expect((await network.contact(asking, contact)).result).toMatchObject({ ok: true, answer: { count: 1 } });
    expect(second.daemon.status.answered).toBe(1);
  });

  test('its records are those of its address, and its process writes the events', async () => {
    const estate = diskEstate();
    const port = await freePort();
    estate.addHost('KMS01', port);
    const ports = { store: estate.openAgain(), driver: sqliteDriver(), home: estate.home };
    expect(recordsOfHost(ports, 'kms01')).toMatchObject({
      served: false,
      records: [
        { type: 'SRV', port },
        { type: 'A', address: simulatedAddress('KMS01') },
      ],
    });
    const { daemon } = await startDaemon(estate);
    cleanups.push(() => daemon.stop());
    expect(recordsOfHost(ports, 'kms01')).toMatchObject({
      served: true,
      records: [{ type: 'SRV' }, { type: 'A', address: '127.0.0.1' }],
    });
    expect(recordsOfHost(ports, 'kms01', ['fd00::7']).records[1]).toMatchObject({
      type: 'AAAA',
      address: 'fd00::7',
    });
    expect(await networkOf(estate).publish(estate.host().state)).toEqual([]);
    expect(
      estate.store
        .read((reader) => reader.dnsRecords())
        .map(({ type }) => type)
        .sort(),
    ).toEqual(['A', 'SRV']);
    expect((await unpublishHost(ports, 'kms01')).domains).toEqual([
      { domain: 'lab.example', hresult: 0, problem: null },
    ]);
    expect(estate.store.read((reader) => reader.dnsRecords())).toEqual([]);
  });
});

test('K12.4 a DNS server that is silent is asked once for many clients, and again later', async () => {
  let questions = 0;
  const silent = createSocket('udp4').on('message', () => (questions += 1));
  await new Promise<void>((resolve) => silent.bind(0, '127.0.0.1', resolve));
  cleanups.push(() => silent.close());
  const { address, port } = silent.address();
  const network = networkOf(diskEstate({ kind: 'server', address, port, keyFile: null }));
  const failure = { kind: 'resolve-srv', result: { ok: false, hresult: 0x8007232a } };
  expect(await network.resolve({ kind: 'resolve-srv', zone: 'lab.example' })).toEqual(failure);
  const first = questions;
  expect(await network.resolve({ kind: 'resolve-srv', zone: 'lab.example' })).toEqual(failure);
  expect(questions).toBe(first);
  realNow += 60_000;
  expect(await network.resolve({ kind: 'resolve-srv', zone: 'lab.example' })).toEqual(failure);
  expect(questions).toBe(2 * first);
});

describeWithNamed('a host that merely runs, in an estate with a real DNS server', () => {
  test('K7.1 K10.6 K10.7 is published with the address that the lab gives it, or says why not', async () => {
    const named = await startNamed({
      zones: [{ name: 'lab.example', allowUpdate: 'key kms-key;' }],
      keys: [{ name: 'kms-key' }],
    });
    cleanups.push(() => named.remove());
    const setting = { kind: 'server', ...named.server } as const;
    const unsigned = diskEstate({ ...setting, keyFile: null });
    unsigned.addHost('KMS01', 1688);
    expect(await networkOf(unsigned).publish(unsigned.host().state)).toEqual([
      { domain: 'lab.example', hresult: 0x8007232d },
    ]);
    const lost = diskEstate({ ...setting, keyFile: `${named.folder}/lost.key` });
    lost.addHost('KMS01', 1688);
    expect(await networkOf(lost).publish(lost.host().state)).toEqual([
      { domain: 'lab.example', hresult: 0x80072339 },
    ]);
    const signed = diskEstate({ ...setting, keyFile: named.keyFile('kms-key') });
    signed.addHost('KMS01', 1688);
    const network = networkOf(signed);
    expect(await network.publish(signed.host().state)).toEqual([{ domain: 'lab.example', hresult: 0 }]);
    expect(await named.dig('kms01.lab.example', 'A')).toEqual([simulatedAddress('KMS01')]);
    expect(await network.resolve({ kind: 'resolve-srv', zone: 'lab.example' })).toEqual({
      kind: 'resolve-srv',
      result: { ok: true, records: [{ priority: 0, weight: 0, port: 1688, target: 'kms01.lab.example' }] },
    });
    const ports = { store: signed.openAgain(), driver: sqliteDriver(), home: signed.home };
    await unpublishHost(ports, 'KMS01');
    expect(await named.dig('kms01.lab.example', 'A')).toEqual([]);
    expect(await named.dig('_vlmcs._tcp.lab.example', 'SRV')).toEqual([]);
  });
});
