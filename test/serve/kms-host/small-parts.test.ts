import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dnsHresult } from '../../../src/dns/dns-error';
import { askControl } from '../../../src/serve/kms-host/control-channel';
import { jsonLog } from '../../../src/serve/kms-host/json-log';
import { loadRequests } from '../../../src/serve/kms-host/load-clients';
import { loadTarget } from '../../../src/serve/kms-host/load-target';
import { metricsText, serveMetrics } from '../../../src/serve/kms-host/metrics';
import { publicationPlan, publisherFor } from '../../../src/serve/kms-host/publish-port';
import { SlidingRate } from '../../../src/serve/kms-host/rate';
import { reachedAt } from '../../../src/serve/kms-host/reached-at';
import { readControlPath } from '../../../src/serve/kms-host/control-path';
import { servedFiles } from '../../../src/serve/kms-host/served-files';
import { sqliteDriver } from '../../../src/lab/store/drivers';
import { catalogue } from '../../../src/licensing/catalogue/catalogue';
import { localInterfaces } from '../../../src/transports/local/interfaces';
import { freePort } from '../../fixtures/ports';
import { DiskEstate, estateNow, startDaemon } from './support';

const network = (family: 'IPv4' | 'IPv6', address: string, internal: boolean) =>
  ({ family, address, internal, netmask: '', mac: '', cidr: null, scopeid: 0 }) as never;
const interfaces = {
  lo: [network('IPv4', '127.0.0.1', true), network('IPv6', '::1', true)],
  eth0: [
    network('IPv6', 'fe80::1', false),
    network('IPv4', '192.0.2.5', false),
    network('IPv6', '2001:db8::5', false),
  ],
};

test.each([
  ['127.0.0.1', [], ['127.0.0.1']],
  ['0.0.0.0', [], ['192.0.2.5']],
  ['::', [], ['192.0.2.5', '2001:db8::5']],
  ['0.0.0.0', ['198.51.100.1'], ['198.51.100.1']],
])('listening on %s, advertising %p: reached at %p', (listen, advertise, expected) => {
  expect(reachedAt(listen, advertise, () => interfaces)).toEqual(expected);
});

test('a computer with loopback alone is reached there', () => {
  expect(reachedAt('0.0.0.0', [], () => ({ lo: interfaces.lo }))).toEqual(['127.0.0.1']);
});

test('where interfaces cannot be listed, the address has to be named, and is not asked for where it is', () => {
  const unlisted = (): null =>
    localInterfaces(() => {
      throw new Error('A system error occurred: uv_interface_addresses returned Unknown system error 13');
    }) as null;
  expect(() => reachedAt('0.0.0.0', [], unlisted)).toThrow(/cannot be listed.*--advertise/);
  expect(reachedAt('0.0.0.0', ['192.0.2.7'], unlisted)).toEqual(['192.0.2.7']);
  expect(reachedAt('192.0.2.8', [], unlisted)).toEqual(['192.0.2.8']);
});

test('the log is one JSON object a line, from its level on', () => {
  const lines: string[] = [];
  const log = jsonLog((line) => lines.push(line), {
    machine: 'KMS01',
    least: 'warn',
    now: () => new Date(estateNow),
  });
  log('info', 'unheard');
  log('error', 'heard', { message: 'two\nlines', requests: 2 });
  expect(lines).toEqual([
    '{"time":"2026-01-05T08:00:00.000Z","level":"error","machine":"KMS01","event":"heard","message":"two\\nlines","requests":2}\n',
  ]);
});

test('the rate is that of the window', () => {
  const rate = new SlidingRate(1000);
  expect(rate.sample(0, 0)).toBe(0);
  expect(rate.sample(500, 50)).toBe(100);
  expect(rate.sample(1000, 100)).toBe(100);
  expect(rate.sample(2000, 100)).toBe(0);
});

test('the clients of a load run differ by their number and come again in turn', () => {
  const request = loadRequests({
    catalogue: catalogue(),
    product: 'Windows 10 Enterprise',
    clients: 3,
    run: 0xabc,
    now: () => 5,
  });
  const ids = Array.from({ length: 6 }, (_, index) => request(index).clientMachineId);
  expect(new Set(ids).size).toBe(3);
  expect(ids.slice(3)).toEqual(ids.slice(0, 3));
  expect(request(0)).toMatchObject({ machineName: 'LOAD-00001', requiredClientCount: 25, clientTime: 5 });
});

describe('with an estate', () => {
  let estate: DiskEstate;
  let port: number;

  beforeEach(async () => {
    port = await freePort();
    estate = new DiskEstate();
    estate.addHost('KMS01', port);
  });

  afterEach(() => estate.remove());

  const ports = () => ({ store: estate.store, driver: sqliteDriver(), home: estate.home });

  test('kms load finds a served machine by its name, an address by itself, and refuses the rest', async () => {
    expect(() => loadTarget(ports(), 'KMS01')).toThrow('KMS01 is not served');
    expect(() => loadTarget(ports(), 'NOBODY')).toThrow('There is no machine NOBODY');
    expect(() => loadTarget(ports(), 'kms01:1700')).toThrow('KMS01 is not served');
    expect(loadTarget(ports(), '192.0.2.7:1700')).toEqual({ host: '192.0.2.7', port: 1700 });
    const { daemon } = await startDaemon(estate, { listen: '0.0.0.0' });
    expect(loadTarget(ports(), 'kms01')).toEqual({ host: '127.0.0.1', port });
    await daemon.stop();
  });

  test('a key file without an end, a pipe and an empty one are the outcome of publishing, and nothing is sent', async () => {
    const pipe = join(estate.home, 'pipe');
    execFileSync('/usr/bin/mkfifo', [pipe]);
    const empty = join(estate.home, 'empty');
    writeFileSync(empty, '');
    for (const [keyFile, why] of [
      ['/dev/zero', /more than/],
      [pipe, /is a pipe/],
      [empty, /key/],
    ] as const) {
      const setting = { kind: 'server', address: '127.0.0.1', port, keyFile } as const;
      const publisher = publisherFor(setting, estate.store);
      const record = { type: 'SRV', zone: 'a.example', name: '_vlmcs._tcp.a.example', ttl: 60 } as const;
      const where = { priority: 0, weight: 0, port: 1688, target: 'k.a.example' };
      const outcomes = await publisher.publish({ problems: [], records: [{ ...record, ...where }] });
      expect(outcomes).toEqual([
        { domain: 'a.example', hresult: dnsHresult.badKey, problem: expect.stringMatching(why) as string },
      ]);
    }
  });

  test('the control channel of nobody answers nothing', async () => {
    await expect(askControl(readControlPath(servedFiles(estate.home, 'KMS01').control)!)).resolves.toBeNull();
  });
});

test('metrics are in the text format and on loopback alone', async () => {
  const status = {
    machine: 'KMS"01',
    running: true,
    served: false,
    process: null,
    listeningPort: 1688,
    counts: [{ count: 'windows', current: 26, cached: 30, capacity: 50 }],
    requests: {
      total: 5,
      failed: 1,
      unlicensed: 0,
      licensed: 4,
      oobGrace: 0,
      ootGrace: 0,
      nonGenuineGrace: 0,
      notification: 0,
    },
  };
  const port = await freePort();
  const server = await serveMetrics(port, () => Promise.resolve(metricsText(status, 1024)));
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  const text = await response.text();
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4');
  expect(text).toContain(
    '# TYPE slmgr_kms_current_count gauge\nslmgr_kms_current_count{machine="KMS\\"01",count="windows"} 26\n',
  );
  expect(text).toContain('slmgr_kms_requests_total{machine="KMS\\"01",state="licensed"} 4\n');
  expect(
    text
      .split('\n')
      .every((line) => line === '' || /^(# (HELP|TYPE) |slmgr_kms_[a-z_]+\{.*\} -?\d+(\.\d+)?$)/.test(line)),
  ).toBe(true);
  expect((await fetch(`http://127.0.0.1:${port}/other`)).status).toBe(404);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test("the host engine's plan in the words of the DNS update", () => {
  const plan = publicationPlan({
    problems: [],
    records: [
      {
        type: 'SRV',
        zone: 'a.example',
        name: '_vlmcs._tcp.a.example',
        ttl: 60,
        priority: 1,
        weight: 2,
        port: 1688,
        target: 'k.a.example',
      },
      { type: 'A', zone: 'a.example', name: 'k.a.example', ttl: 60, address: '192.0.2.1' },
      { type: 'AAAA', zone: 'a.example', name: 'k.a.example', ttl: 60, address: '2001:db8::1' },
    ],
  });
  expect(plan).toEqual({
    ttl: 60,
    services: [{ domain: 'a.example', priority: 1, weight: 2, port: 1688, target: 'k.a.example' }],
    addresses: [{ name: 'k.a.example', addresses: ['192.0.2.1', '2001:db8::1'] }],
  });
});
