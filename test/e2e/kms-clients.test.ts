import { execFileSync } from 'node:child_process';
import { describeWithNamed, startNamed, type Named, type ZoneFixture } from '../fixtures/named';
import { freePort } from '../fixtures/ports';
import { Program } from './program';
import { Running, serve } from './served';

jest.setTimeout(240_000);

const hostProduct = 'Windows Server 2008 R2 Standard';
const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function estate(pcs: number, ...options: readonly string[]): Program {
  const program = new Program();
  cleanups.push(() => {
    program.remove();
  });
  program.ok('lab', 'init', '--seed', '5', ...options);
  const names = pcs === 1 ? ['PC-001'] : ['PC', '--count', String(pcs)];
  program.ok('lab', 'add', ...names, '--product', 'Windows 7 Enterprise');
  return program;
}

const held = ['--now', '2026-01-05T08:00:00Z'];

/** Adds an activated KMS host that listens on a free port; the port. */
async function addHost(program: Program, name = 'KMS01'): Promise<number> {
  const port = await freePort();
  program.ok('lab', 'add', name, '--product', hostProduct);
  const key = program.data('lab', 'mint-key', '--type', 'csvlk', '--for', hostProduct)['key'];
  program.ok(name, '/ipk', String(key));
  program.ok(name, '/ato');
  program.ok(name, '/sprt', String(port));
  program.ok('lab', 'restart', name);
  return port;
}

async function served(program: Program, name = 'KMS01'): Promise<Running> {
  const running = await serve(program, name, '--listen', '127.0.0.1');
  cleanups.push(() => running.stop());
  return running;
}

interface Event {
  readonly id: number;
  readonly hresult: string | null;
  readonly fields: readonly string[];
}

type NamedEvent = Omit<Event, 'fields'> & { readonly fields: Readonly<Record<string, string>> };

function events(program: Program, machine: string, ...ids: readonly number[]): readonly Event[] {
  const options = ids.flatMap((id) => ['--id', String(id)]);
  const found = program.data('lab', 'events', machine, ...options)['events'] as readonly NamedEvent[];
  return found.map((event) => ({ ...event, fields: Object.values(event.fields) }));
}

function answered(program: Program, machine = 'KMS01'): unknown {
  return program.data('kms', 'status', machine)['answered'];
}

/** Where a client found its host when it asks now. */
function addressOfHost(program: Program, client: string): string {
  const { stdout } = program.run('kms', 'client', client, '--once', '--json');
  const { data } = JSON.parse(stdout) as { data: { discoveredHost: { ipAddress: string } } };
  return data.discoveredHost.ipAddress;
}

describe('how a client reaches a lab machine', () => {
  test('in process while it runs, through its socket while it is served, not at all while it is stopped', async () => {
    const program = estate(2, ...held);
    const port = await addHost(program);
    expect(program.run('PC-001', '/ato').stdout).toContain('0xC004F038');
    expect(addressOfHost(program, 'PC-001')).toMatch(/^198\.1[89]\./);

    const first = await served(program);
    expect(program.run('PC-001', '/ato').stdout).toContain('0xC004F038');
    expect(answered(program)).toBe(1);
    expect(addressOfHost(program, 'PC-001')).toBe('127.0.0.1');

    await first.stop('SIGKILL');
    expect(program.data('kms', 'status', 'KMS01')['served']).toBe(false);
    expect(program.run('PC-002', '/ato').stdout).toContain('0xC004F038');
    expect(addressOfHost(program, 'PC-002')).toMatch(/^198\.1[89]\./);

    program.ok('lab', 'stop', 'KMS01');
    expect(program.run('PC-002', '/ato').stdout).toContain('0xC004F074');
    const last = events(program, 'PC-002', 12288).at(-1);
    expect(last?.fields.slice(0, 3)).toEqual(['0x800706BA', '0x0', `kms01.lab.example:${port}`]);
  });

  test('any form of its name in any case means its socket; a name of nobody means nobody', async () => {
    const program = estate(1, ...held);
    const port = await addHost(program);
    await served(program);
    for (const name of ['kms01', 'KMS01', 'Kms01.Lab.Example', '127.0.0.1']) {
      program.ok('PC-001', '/skms', `${name}:${port}`);
      expect(program.run('PC-001', '/ato').stdout).toContain('0xC004F038');
    }
    expect(answered(program)).toBe(4);
    for (const name of [`kms01:${port - 1}`, `kms01.other.example:${port}`, `localhost:${port}`]) {
      program.ok('PC-001', '/skms', name);
      expect(program.run('PC-001', '/ato').stdout).toContain('0xC004F074');
    }
    expect(answered(program)).toBe(4);
  });

  test('a new port holds from the restart of the service on, without a pause', async () => {
    const program = estate(1, ...held);
    await addHost(program);
    const running = await served(program);
    const port = await freePort();
    program.ok('KMS01', '/sprt', String(port));
    program.ok('lab', 'restart', 'KMS01');
    program.ok('PC-001', '/skms', `KMS01:${port}`);
    expect(program.run('PC-001', '/ato').stdout).toContain('0xC004F038');
    await running.until(({ stdout }) => stdout.includes(`KMS01 listening on 127.0.0.1:${port}`));
  });

  test('the due requests of lab clock advance go through the sockets of served hosts, at their own times', async () => {
    const program = estate(25, ...held);
    await addHost(program);
    await served(program);
    program.ok('lab', 'clock', 'advance', '5h');
    expect(answered(program)).toBe(49);
    expect(program.data('lab', 'events', 'KMS01', '--id', '12290')['events']).toHaveLength(49);
    const times = events(program, 'KMS01', 12290).map(({ fields }) => fields[4]);
    expect([...new Set(times)]).toEqual(['2026/01/05 10:00', '2026/01/05 12:00']);
    expect(program.ok('PC-001', '/xpr')).toContain('Volume activation will expire');
    expect(program.ok('KMS01', '/dlv')).toContain('Current count: 25');
  });
});

describe('slmgr kms client', () => {
  test('keeps clients alive in real time, reports each attempt on a line, and ends at a signal', async () => {
    const program = estate(26);
    await addHost(program);
    program.ok('lab', 'set', 'PC-026', '--clock-skew', '5h');
    await served(program);
    const running = new Running(program, 'kms', 'client', 'PC-*', '--json');
    cleanups.push(() => running.stop('SIGKILL'));
    // Two seconds before the first attempts of all are due.
    program.ok('lab', 'clock', 'advance', '7190s');
    await running.until(() => running.documents().length === 26, 60_000);
    expect(await running.stop()).toBe(0);
    expect(running.stderr).toBe('');
    const documents = running.documents();
    const codes = documents.map(({ target, hresult }) => [target?.machine, hresult]);
    expect(codes.filter(([, hresult]) => hresult === '0xC004F038')).toHaveLength(24);
    expect(codes.filter(([, hresult]) => hresult === null)).toHaveLength(1);
    expect(codes.at(25)).toEqual(['PC-026', '0xC004F074']);
    expect(events(program, 'PC-026', 12288).at(-1)?.hresult).toBe('0xC004F06C');
    const [document] = documents;
    expect(document).toMatchObject({ verb: 'kms client', ok: false, exitCode: 0, data: { count: 1 } });
  });

  test('--once ends with the status of the first that was not activated, and asks whatever the timers say', async () => {
    const program = estate(2, ...held);
    await addHost(program);
    await served(program);
    const { status, stdout } = program.run('kms', 'client', 'PC-001', 'pc-002', '--once', '--json');
    expect(status).toBe(0x38);
    const documents = stdout.trim().split('\n');
    expect(documents.map((line) => (JSON.parse(line) as { exitCode: number }).exitCode)).toEqual([
      0x38, 0x38,
    ]);
    expect(program.run('kms', 'client', 'KMS01', '--once').stderr).toContain('no KMS client');
    expect(program.run('kms', 'client', 'NOBODY').stderr).toContain('no machine NOBODY');
    expect(program.run('kms', 'client').status).toBe(1);
  });
});

describeWithNamed('errors of a real DNS server', () => {
  const startZones = async (...zones: readonly ZoneFixture[]): Promise<Named> => {
    const named = await startNamed({ zones, keys: [{ name: 'kms-key' }, { name: 'other-key' }] });
    cleanups.push(() => named.remove());
    return named;
  };

  const use = (program: Program, { server }: Named, ...options: readonly string[]): void => {
    program.ok('lab', 'dns', '--server', `${server.address}:${server.port}`, ...options);
  };

  test('K6.11 K12.3 K12.4 no name, no record, no suffix, no DNS server', async () => {
    const program = estate(1, ...held);
    const named = await startZones(
      { name: 'lab.example' },
      { name: 'other.example', records: ['_vlmcs._tcp TXT "no SRV here"'] },
    );
    use(program, named);
    expect(program.run('PC-001', '/ato').stdout).toContain('0x8007232B');
    program.ok('PC-001', '/skms-domain', 'other.example');
    expect(program.run('PC-001', '/ato').stdout).toContain('0x8007251D');
    program.ok('PC-001', '/ckms-domain');
    await named.stop();
    expect(program.run('PC-001', '/ato').stdout).toContain('0x8007232A');
    // Of itself it says so in its log.
    program.ok('lab', 'clock', 'advance', '3h');
    expect(events(program, 'PC-001', 8198).at(-1)?.hresult).toBe('0x8007232A');
    const discovered = program.run('discover', 'lab.example', '--json');
    expect(discovered.status).toBe(3);
    expect(JSON.parse(discovered.stdout)).toMatchObject({ ok: false, exitCode: 3, hresult: '0x8007232A' });
  });

  test('K6.12 K6.13 K12.6 dead hosts are skipped in the order of priority, with their codes in 12288', async () => {
    const program = estate(1, ...held);
    const port = await addHost(program);
    await served(program);
    const dead = await freePort();
    const named = await startZones({
      name: 'lab.example',
      records: [
        'gone A 127.0.0.1',
        'kms01 A 127.0.0.1',
        `_vlmcs._tcp SRV 0 0 ${dead} gone`,
        `_vlmcs._tcp SRV 5 0 ${port} nowhere`,
        `_vlmcs._tcp SRV 10 0 ${port} kms01`,
      ],
    });
    use(program, named);
    expect(program.run('PC-001', '/ato').stdout).toContain('0xC004F038');
    const asked = events(program, 'PC-001', 12288).map(({ fields }) => [fields[0], fields[2]]);
    expect(asked).toEqual([
      ['0x800706BA', `gone.lab.example:${dead}`],
      ['0x800706BA', `nowhere.lab.example:${port}`],
      ['0x0', `kms01.lab.example:${port}`],
    ]);
    const discovered = program.run('discover');
    expect(discovered.status).toBe(1);
    expect(discovered.stdout).toMatch(/gone\.lab\.example +\d+ +127\.0\.0\.1 +[\d.]+ +closed/);
    expect(discovered.stdout).toContain('1 of 3 KMS hosts can be reached');
  });

  test('K7.4 K10.6 an update that is refused is event 12293 with its code, and the service stays up', async () => {
    const program = estate(1, ...held);
    await addHost(program);
    const named = await startZones({ name: 'lab.example', allowUpdate: 'key kms-key;' });
    use(program, named, '--key', named.keyFile('other-key'));
    const running = await served(program);
    await running.until(({ stderr }) => stderr.includes('"publish-failed"'));
    const failed = events(program, 'KMS01', 12293).at(-1);
    expect(failed?.fields).toEqual(['0x80072338', 'lab.example']);
    expect(running.stderr).not.toContain(secretOf(named.keyText('other-key')));
    expect(program.run('discover').status).toBe(3);

    use(program, named, '--key', named.keyFile('kms-key'));
    await running.until(({ stderr }) => stderr.includes('"published"'));
    expect(program.run('discover').status).toBe(0);
    expect(program.run('PC-001', '/ato').stdout).toContain('0xC004F038');
  });

  test('the secret of a key is in no answer, no export and no file of the estate', async () => {
    const program = estate(1, ...held);
    const named = await startZones({ name: 'lab.example', allowUpdate: 'key kms-key;' });
    const key = named.keyFile('kms-key');
    use(program, named, '--key', key);
    const { server } = named;
    expect(program.data('lab', 'dns')).toEqual({
      kind: 'server',
      server: `${server.address}:${server.port}`,
      keyFile: key,
    });
    const file = `${program.home}/estate.json`;
    program.ok('lab', 'export', file);
    const secret = secretOf(named.keyText('kms-key'));
    const found = execFileSync('sh', ['-c', `grep -rlF -- "$1" "$2" || true`, 'sh', secret, program.home]);
    expect(found.toString()).toBe('');
    program.ok('lab', 'dns', '--built-in');
    expect(program.data('lab', 'dns')['kind']).toBe('built-in');
  });
});

function secretOf(keyText: string): string {
  const secret = /secret "([^"]+)"/.exec(keyText)?.[1];
  if (secret === undefined) throw new Error('the key has no secret');
  return secret;
}
