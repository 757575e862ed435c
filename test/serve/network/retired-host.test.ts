import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWithNamed, makeKey, startNamed, type Named } from '../../fixtures/named';
import { freePort } from '../../fixtures/ports';
import { InProcess } from '../../storm/in-process';

/** `kms unpublish` of hosts that are no machines of the estate any more, whose records a real server keeps. */

jest.setTimeout(120_000);

const product = 'Windows Server 2008 R2 Standard';
const allowUpdate = 'key kms-key;';
let lab: InProcess;
let server: Named;

beforeAll(() => {
  lab = new InProcess(null);
});
afterAll(() => lab.remove());

async function host(name: string, ...more: readonly string[]): Promise<void> {
  await lab.ok('lab', 'add', name, '--product', product, ...more);
  const key = (await lab.ok('lab', 'mint-key', '--type', 'csvlk', '--for', product)).trim();
  await lab.ok(name, '/ipk', key);
  await lab.ok(name, '/ato');
}

const services = (domain: string): Promise<readonly string[]> => server.dig(`_vlmcs._tcp.${domain}`, 'SRV');
const useServer = (keyFile: string): Promise<string> =>
  lab.ok('lab', 'dns', '--server', `127.0.0.1:${server.server.port}`, '--key', keyFile);

describeWithNamed('with a real BIND 9 and a key', () => {
  beforeAll(async () => {
    server = await startNamed({
      keys: [{ name: 'kms-key' }],
      zones: [
        { name: 'lab.example', allowUpdate, records: ['mail A 127.0.0.9'] },
        { name: 'branch.example', allowUpdate },
        { name: 'west.example', allowUpdate },
      ],
    });
    await lab.ok('lab', 'init', '--now', '2026-01-05T08:00:00Z', '--seed', '3');
    await useServer(server.keyFile('kms-key'));
    await host('KMS02');
    await lab.ok('lab', 'registry', 'KMS02', 'set', 'DnsDomainPublishList', 'lab.example', 'branch.example');
    await lab.ok('lab', 'restart', 'KMS02');
    await lab.ok('lab', 'clone', 'KMS02', 'KMS01');
    await lab.ok('lab', 'restart', 'KMS01');
    await host('KMS03', '--domain', 'west.example');
  });
  afterAll(() => server.remove());

  beforeEach(() => useServer(server.keyFile('kms-key')));

  test('its records go in every domain, with its address, and those of others stay; a key that is not known changes nothing', async () => {
    expect(await services('branch.example')).toHaveLength(2);
    await lab.ok('lab', 'remove', 'KMS01');
    const other = join(lab.folder, 'other.key');
    writeFileSync(other, await makeKey('other'));
    await useServer(other);
    const refused = await lab.run(['kms', 'unpublish', 'KMS01', '--json']);
    expect(refused.status).toBe(1);
    expect(JSON.parse(refused.out)).toMatchObject({ ok: false, hresult: '0x80072339' });
    await useServer(server.keyFile('kms-key'));
    expect(await services('lab.example')).toHaveLength(2);
    expect(await server.dig('kms01.lab.example', 'A')).toHaveLength(1);
    expect(await lab.ok('kms', 'unpublish', 'KMS01')).toBe(
      'Removed KMS01 from lab.example.\nRemoved KMS01 from branch.example.\n',
    );
    for (const domain of ['lab.example', 'branch.example'])
      expect(await services(domain)).toEqual(['0 0 1688 kms02.lab.example.']);
    expect(await server.dig('kms01.lab.example', 'A')).toEqual([]);
    expect(await server.dig('kms02.lab.example', 'A')).toHaveLength(1);
    const again = await lab.run(['kms', 'unpublish', 'KMS01']);
    expect([again.status, again.err]).toEqual([1, expect.stringContaining('There is no machine KMS01')]);
  });

  test('a host of another domain is removed by its full name', async () => {
    await lab.ok('lab', 'remove', 'KMS03');
    expect(await services('west.example')).toEqual(['0 0 1688 kms03.west.example.']);
    expect(await lab.ok('kms', 'unpublish', 'kms03.west.example')).toContain('from west.example');
    expect(await services('west.example')).toEqual([]);
  });

  test('a name that no record of a KMS host points to keeps its address', async () => {
    const refused = await lab.run(['kms', 'unpublish', 'MAIL']);
    expect([refused.status, refused.err]).toEqual([1, expect.stringContaining('There is no machine MAIL')]);
    expect(await server.dig('mail.lab.example', 'A')).toEqual(['127.0.0.9']);
  });

  test('a server that does not answer is told as one', async () => {
    await lab.ok('lab', 'dns', '--server', `127.0.0.1:${await freePort()}`);
    const silent = await lab.run(['kms', 'unpublish', 'KMS01', '--json']);
    expect(silent.status).toBe(1);
    expect(JSON.parse(silent.out)).toMatchObject({ ok: false, hresult: '0x8007232A' });
  });
});
