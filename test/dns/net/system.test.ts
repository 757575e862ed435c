import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { setServers, getServers } from 'node:dns';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemDomains, systemServers } from '../../../src/dns/net/system';

describe('what this machine is set to use', () => {
  const folder = mkdtempSync(join(tmpdir(), 'slmgr-dns-'));
  const file = join(folder, 'resolv.conf');
  const servers = getServers();
  afterAll(() => {
    setServers(servers);
    rmSync(folder, { recursive: true });
  });

  test.each([
    ['search corp.example lab.example\n', ['corp.example', 'lab.example']],
    ['domain corp.example\nnameserver 127.0.0.1\n', ['corp.example']],
    ['search a.example\nsearch b.example\n', ['b.example']],
    ['search .\n', []],
    ['# search no.example\nnameserver 127.0.0.1\n', []],
  ])('the domains of %j', (text, domains) => {
    writeFileSync(file, text);
    expect(systemDomains({}, file)).toEqual(domains);
  });

  test('without a file there is no domain, and on Windows the AD domain counts', () => {
    expect(systemDomains({}, join(folder, 'none'))).toEqual([]);
    expect(systemDomains({ USERDNSDOMAIN: 'CORP.EXAMPLE' }, file)).toEqual(['CORP.EXAMPLE']);
  });

  test('the servers with their ports', () => {
    setServers(['127.0.0.1:5353', '[::1]:5353', '10.0.0.1']);
    expect(systemServers()).toEqual([
      { address: '127.0.0.1', port: 5353 },
      { address: '::1', port: 5353 },
      { address: '10.0.0.1', port: 53 },
    ]);
  });
});
