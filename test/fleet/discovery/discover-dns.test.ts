import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { DnsError } from '../../../src/dns/dns-error';
import { transferZone } from '../../../src/dns/net/transfer';
import { describeWithNamed, startNamed, type Named } from '../../fixtures/named';
import { InProcess } from '../../storm/in-process';

interface Found {
  readonly candidates: readonly {
    readonly name: string;
    readonly address: string | null;
    readonly from: string;
  }[];
  readonly added: number | null;
}

describeWithNamed('fleet discover dns, against BIND', () => {
  let named: Named;
  const program = new InProcess(null);
  const server = (): string => `${named.server.address}:${named.server.port}`;

  beforeAll(async () => {
    named = await startNamed({
      options: ['allow-transfer { none; };', 'check-names primary ignore;'],
      zones: [
        {
          name: 'corp.example',
          records: [
            '_vlmcs._tcp SRV 0 0 1688 kms01',
            '_ldap._tcp.dc._msdcs SRV 0 100 389 dc01',
            '_ssh._tcp SRV 0 0 2222 jump',
            'kms01 A 192.0.2.1',
            'dc01 A 192.0.2.2',
            'jump A 192.0.2.3',
            'pc-001 A 192.0.2.11',
            'pc-003 A 192.0.2.13',
          ],
        },
        {
          name: 'open.example',
          allowTransfer: 'any;',
          records: [
            ...Array.from({ length: 3000 }, (_each, at) => `pc-${at} A 10.1.${at >> 8}.${at & 255}`),
            '_hidden._tcp A 192.0.2.9',
            'gc._msdcs A 192.0.2.2',
            'DomainDnsZones A 192.0.2.2',
            '@ A 192.0.2.2',
            '* A 192.0.2.99',
            'odd\\032name A 192.0.2.98',
            'alias CNAME pc-1',
          ],
        },
      ],
    });
  }, 60_000);

  afterAll(async () => {
    await named.remove();
    program.remove();
  });

  const found = async (runner: InProcess, ...words: readonly string[]): Promise<Found> => {
    const { out } = await runner.run(['fleet', 'discover', 'dns', ...words, '--server', server(), '--json']);
    return (JSON.parse(out) as { readonly data: Found }).data;
  };

  test('takes targets of SRV records and names that have an address; the zone is not given, which is no fault', async () => {
    const words = ['fleet', 'discover', 'dns', 'corp.example', 'pc-[001-004]', '--server', server()];
    const { status, out, err } = await program.run([...words, '--tsv']);
    expect([status, err]).toEqual([0, '']);
    expect(out.split('\n')).toEqual([
      'Name\tAddress\tVia\tPort\tFound by\tTells',
      'kms01.corp.example\t192.0.2.1\t\t\tSRV _vlmcs._tcp\tKMS host',
      'dc01.corp.example\t192.0.2.2\t\t\tSRV _ldap._tcp.dc._msdcs\tdomain controller',
      'jump.corp.example\t192.0.2.3\tssh\t2222\tSRV _ssh._tcp\tSSH',
      'pc-001.corp.example\t192.0.2.11\t\t\taddress\t',
      'pc-003.corp.example\t192.0.2.13\t\t\taddress\t',
      '',
    ]);
    const { out: document } = await program.run([...words, '--json']);
    expect((JSON.parse(document) as { messages: string[] }).messages).toEqual([
      '2 of 4 names have no address',
      expect.stringContaining('answered REFUSED for a transfer of corp.example'),
    ]);
  }, 30_000);

  test('takes the names of a whole zone, over many messages, without those that are no machine', async () => {
    const { candidates } = await found(program, 'open.example');
    expect(
      candidates.map(({ name }) => name).filter((name) => !/^pc-\d+\.open\.example$/.test(name)),
    ).toEqual(['ns.open.example']);
    expect(candidates).toHaveLength(3001);
    expect(candidates.find(({ name }) => name === 'pc-2999.open.example')).toMatchObject({
      address: '10.1.11.183',
      from: `zone of ${server()}`,
    });
  }, 30_000);

  test('remembers what it found, once', async () => {
    const fresh = new InProcess(null);
    expect(await found(fresh, 'corp.example', 'pc-001', '--add')).toMatchObject({ added: 4 });
    expect(await found(fresh, 'corp.example', 'pc-[001-003]', '--add')).toMatchObject({ added: 1 });
    const list = await fresh.ok('fleet', 'list', '--columns', 'name,status', '--tsv');
    expect(list).toContain('pc-003.corp.example\tnever-read');
    fresh.remove();
  }, 30_000);

  test('every command of the guide to finding machines works', async () => {
    const ssh = createServer((socket) => socket.on('error', () => undefined).end('SSH-2.0-x\r\n'));
    await once(ssh.listen(0, '127.0.0.1'), 'listening');
    const { port } = ssh.address() as AddressInfo;
    const hosts = join(program.files, 'hosts.ini');
    writeFileSync(hosts, '[web]\nweb[01:20]\n');
    const guide = readFileSync(join(__dirname, '../../../docs/fleet.md'), 'utf8');
    const lines = guide
      .split('\n')
      .filter((line) => /^slmgr fleet discover (?:dns|range|inventory) /.test(line));
    expect(lines.length).toBeGreaterThan(3);
    for (const line of lines) {
      const meant = line
        .replace('127.0.0.1:5353', server())
        .replace('2222', String(port))
        .replace('hosts.ini', hosts);
      const words = meant.replaceAll("'", '').split(' ').slice(1);
      const { status, out, err } = await program.run(words);
      expect([line, status, err]).toEqual([line, 0, '']);
      expect(out).toMatch(/ machines? found/);
    }
    ssh.close();
  }, 60_000);

  test('a domain that is not there finds nobody; a server that does not answer is named', async () => {
    const nobody = await program.run(['fleet', 'discover', 'dns', 'none.open.example', '--server', server()]);
    expect([nobody.status, nobody.out]).toEqual([4, '0 machines found.\n']);
    await named.stop();
    const silent = await program.run(['fleet', 'discover', 'dns', 'corp.example', '--server', server()]);
    await named.start();
    expect(silent.status).toBe(1);
    expect(silent.err).toMatch(
      /corp\.example was not searched: no answer from DNS \(127\.0\.0\.1:\d+ cannot be reached/,
    );
  }, 60_000);
});

describe('a transfer from a server that does not play by the rules', () => {
  const ask = async (answer: (socket: Socket) => void): Promise<unknown> => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => answer(socket));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    try {
      return await transferZone({
        server: { address: '127.0.0.1', port },
        zone: 'corp.example',
        timeoutMs: 10_000,
        keep: () => undefined,
      }).catch((error: unknown) => error);
    } finally {
      server.close();
    }
  };

  test.each([
    ['an answer that is none', Buffer.from([0, 3, 1, 2, 3]), /sent what is no transfer/],
    [
      'an answer to another question',
      Buffer.concat([Buffer.from([0, 12]), Buffer.alloc(12)]),
      /another question/,
    ],
    ['nothing', Buffer.alloc(0), /before the whole zone had come/],
  ])('%s', async (_what, bytes, message) => {
    const error = await ask((socket) => socket.end(bytes));
    expect(error).toBeInstanceOf(DnsError);
    expect((error as Error).message).toMatch(message);
  });
});
