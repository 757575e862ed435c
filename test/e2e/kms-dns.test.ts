import { commands } from '../../src/cli/commands';
import { documentEnvelope } from '../../src/cli/schemas/document';
import { describeWithNamed, startNamed, type Named, type NamedOptions } from '../fixtures/named';
import { freePort } from '../fixtures/ports';
import { Program, type Document } from './program';
import { serve } from './served';

jest.setTimeout(240_000);

const hostProduct = 'Windows Server 2008 R2 Standard';
const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** An estate with PC-001 and KMS01, whose host key is activated. */
function estate(): Program {
  const program = new Program();
  cleanups.push(() => {
    program.remove();
  });
  program.ok('lab', 'init', '--seed', '5', '--now', '2026-01-05T08:00:00Z');
  program.ok('lab', 'add', 'PC-001', '--product', 'Windows 7 Enterprise');
  program.ok('lab', 'add', 'KMS01', '--product', hostProduct);
  const key = program.data('lab', 'mint-key', '--type', 'csvlk', '--for', hostProduct)['key'];
  program.ok('KMS01', '/ipk', String(key));
  program.ok('KMS01', '/ato');
  return program;
}

async function named(options: NamedOptions): Promise<Named> {
  const started = await startNamed(options);
  cleanups.push(() => started.remove());
  return started;
}

const zones = [{ name: 'lab.example', allowUpdate: 'key kms-key;' }];
const keys = [{ name: 'kms-key' }];

function addressOf({ server }: Named): string {
  return `${server.address}:${server.port}`;
}

/** The document, checked against the schema that the documentation publishes. */
function document(program: Program, ...words: readonly string[]): Document {
  const found = program.json(...words);
  const command = commands.find(({ name }) => name === found.verb);
  if (command === undefined) throw new Error(`no command ${String(found.verb)}`);
  documentEnvelope(command.name, command.data).parse(found);
  return found;
}

describe('records for manual creation', () => {
  test('K7.1 K7.5 as commands of Windows, with the priority and weight of the list', () => {
    const program = estate();
    program.ok('lab', 'registry', 'KMS01', 'set', 'DnsDomainPublishList', 'corp.example, 10, 20');
    program.ok('lab', 'restart', 'KMS01');
    const lines = program
      .ok('kms', 'dns-record', 'kms01', '--windows', '--advertise', '192.0.2.10')
      .split('\n');
    expect(lines).toEqual([
      'Add-DnsServerResourceRecord -Srv -ZoneName "corp.example" -Name "_vlmcs._tcp" -DomainName "kms01.lab.example." ' +
        '-Priority 10 -Weight 20 -Port 1688 -TimeToLive ([TimeSpan]::FromSeconds(3600))',
      'Add-DnsServerResourceRecordA -ZoneName "lab.example" -Name "kms01" -IPv4Address "192.0.2.10" ' +
        '-TimeToLive ([TimeSpan]::FromSeconds(3600))',
      '',
    ]);
    expect(document(program, 'kms', 'dns-record', 'KMS01', '--windows').data).toMatchObject({
      machine: 'KMS01',
    });
  });

  test('which of the two has to be said, and the host has to be there', () => {
    const program = estate();
    expect(program.run('kms', 'dns-record', 'KMS01')).toMatchObject({ status: 1, stdout: '' });
    expect(program.run('kms', 'dns-record', 'KMS01', '--bind', '--windows').status).toBe(1);
    expect(program.run('kms', 'dns-record', 'KMS02', '--bind').stderr).toContain('no machine KMS02');
    expect(program.run('kms', 'dns-record', 'KMS01', '--bind', '--advertise', 'x').stderr).toContain(
      'IP address',
    );
  });

  test('what stands in the way of a setting is told, and nothing changes', () => {
    const program = estate();
    expect(program.run('lab', 'dns', '--server', 'ns.example').stderr).toContain('127.0.0.1:53');
    expect(program.run('lab', 'dns', '--server', '192.0.2.1', '--built-in').status).toBe(1);
    expect(program.run('lab', 'dns', '--key', '/etc/hostname').status).toBe(1);
    expect(program.run('lab', 'dns', '--server', '192.0.2.1', '--key', '/nowhere/x').stderr).toContain(
      '/nowhere/x',
    );
    expect(document(program, 'lab', 'dns').data).toEqual({ kind: 'built-in', server: null, keyFile: null });
  });
});

describe("discover in the estate's own zone", () => {
  test('finds a served host, and one that merely runs closed', async () => {
    const program = estate();
    const idle = document(program, 'discover');
    expect(idle).toMatchObject({ ok: false, exitCode: 2, data: { dns: { kind: 'estate', servers: [] } } });
    expect(program.run('discover').stdout).toContain('closed: nothing listens there');
    program.ok('KMS01', '/sprt', String(await freePort()));
    program.ok('lab', 'restart', 'KMS01');
    const running = await serve(program, 'KMS01', '--listen', '127.0.0.1');
    cleanups.push(() => running.stop());
    expect(document(program, 'discover', 'LAB.example')).toMatchObject({
      ok: true,
      exitCode: 0,
      data: {
        hosts: [
          { target: 'kms01.lab.example', finding: 'emulated-host', addresses: [{ address: '127.0.0.1' }] },
        ],
      },
    });
    expect(document(program, 'kms', 'unpublish', 'kms01')).toMatchObject({
      ok: true,
      target: { machine: 'KMS01' },
    });
    expect(document(program, 'discover')).toMatchObject({ exitCode: 3, hresult: '0x8007232B' });
  });
});

describeWithNamed('with a real BIND 9', () => {
  test('K7.1 the lines for BIND are lines of a zone file', async () => {
    const program = estate();
    const lines = program
      .ok('kms', 'dns-record', 'KMS01', '--bind', '--advertise', 'fd00::10')
      .trim()
      .split('\n');
    const server = await named({ zones: [{ name: 'lab.example', records: lines }] });
    expect(await server.dig('_vlmcs._tcp.lab.example', 'SRV')).toEqual(['0 0 1688 kms01.lab.example.']);
    expect(await server.dig('kms01.lab.example', 'AAAA')).toEqual(['fd00::10']);
  });

  test('K10.7 the event of a domain tells of its SRV record, whatever becomes of the addresses elsewhere', async () => {
    const program = estate();
    const open = { name: 'branch.example', allowUpdate: 'any;' };
    const server = await named({ zones: [open, { name: 'lab.example' }] });
    program.ok('lab', 'registry', 'KMS01', 'set', 'DnsDomainPublishList', 'branch.example');
    program.ok('lab', 'dns', '--server', addressOf(server));
    program.ok('lab', 'restart', 'KMS01');
    expect(await server.dig('_vlmcs._tcp.branch.example', 'SRV')).toEqual(['0 0 1688 kms01.lab.example.']);
    const last = program.data('lab', 'events', 'KMS01', '--last', '1')['events'];
    expect(last).toMatchObject([{ id: 12294, fields: { domain: 'branch.example' } }]);
  });

  test('a host that merely runs is published there at once, found there, and asked in process', async () => {
    const program = estate();
    const server = await named({ zones, keys });
    program.ok('lab', 'dns', '--server', addressOf(server), '--key', server.keyFile('kms-key'));
    expect(await server.dig('_vlmcs._tcp.lab.example', 'SRV')).toEqual(['0 0 1688 kms01.lab.example.']);
    expect(program.run('PC-001', '/ato').stdout).toContain('0xC004F038');
    const once = document(program, 'kms', 'client', 'PC-001', '--once');
    expect(once).toMatchObject({
      exitCode: 0x38,
      hresult: '0xC004F038',
      data: { machine: 'PC-001', activated: false, count: 1, asked: [{ host: 'kms01.lab.example:1688' }] },
    });
    expect(document(program, 'kms', 'unpublish', 'KMS01').ok).toBe(true);
    expect(program.run('PC-001', '/ato').stdout).toContain('0xC004F038');
    program.ok('PC-001', '/ckhc');
    expect(program.run('PC-001', '/ato').stdout).toContain('0x8007232B');
    program.ok('lab', 'clock', 'advance', '1d');
    expect(await server.dig('_vlmcs._tcp.lab.example', 'SRV')).toEqual(['0 0 1688 kms01.lab.example.']);
  });

  test('a second host stands beside the first, and taking one back leaves the other', async () => {
    const program = estate();
    program.ok('lab', 'add', 'KMS02', '--product', hostProduct);
    const key = program.data('lab', 'mint-key', '--type', 'csvlk', '--for', hostProduct)['key'];
    const server = await named({ zones, keys });
    program.ok('lab', 'dns', '--server', addressOf(server), '--key', server.keyFile('kms-key'));
    program.ok('KMS02', '/ipk', String(key));
    program.ok('KMS02', '/ato');
    const both = ['0 0 1688 kms01.lab.example.', '0 0 1688 kms02.lab.example.'];
    expect(await server.dig('_vlmcs._tcp.lab.example', 'SRV')).toEqual(both);
    program.ok('kms', 'unpublish', 'KMS01');
    expect(await server.dig('_vlmcs._tcp.lab.example', 'SRV')).toEqual(both.slice(1));
  });

  test('taking records back that the server guards is refused with its code', async () => {
    const program = estate();
    const server = await named({
      zones: [
        {
          name: 'lab.example',
          allowUpdate: 'none;',
          records: ['_vlmcs._tcp SRV 0 0 1688 kms01', 'kms01 A 127.0.0.1'],
        },
      ],
    });
    program.ok('lab', 'dns', '--server', addressOf(server));
    expect(document(program, 'kms', 'unpublish', 'KMS01')).toMatchObject({
      ok: false,
      exitCode: 1,
      hresult: '0x8007232D',
    });
    expect(await server.dig('_vlmcs._tcp.lab.example', 'SRV')).toHaveLength(1);
  });
});
