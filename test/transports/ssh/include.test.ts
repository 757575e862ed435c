import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SshUserFiles } from '../../../src/transports/ssh/user-files';
import { type HostConfig } from '../../../src/transports/ssh/config';
import { type ConfigNames } from '../../../src/transports/ssh/config/read';

describe('the files of OpenSSH’s configuration', () => {
  let home = '';
  let system = '';
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'slmgr-include-'));
    system = join(home, 'etc');
    mkdirSync(join(home, '.ssh', 'config.d'), { recursive: true });
    mkdirSync(join(system, 'ssh_config.d'), { recursive: true });
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  const at = (file: string, ...lines: readonly string[]): void =>
    writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 });
  const write = (name: string, ...lines: readonly string[]): void => at(join(home, '.ssh', name), ...lines);
  const of = (host: string, more: Partial<ConfigNames> = {}): HostConfig =>
    new SshUserFiles(system).hostConfig({ host, home, localUser: 'me', env: {}, ...more });

  test('files by name and by wildcard, in order; what they say of one host does not leak to others', () => {
    write('config', 'Include config.d/*.conf "~/.ssh/more" /absent', 'Port 2200', 'Host *', ' User fallback');
    write('config.d/10-a.conf', 'Host web', ' HostName 10.0.0.1', ' User first');
    write('config.d/20-b.conf', 'Host web', ' User second', 'Host db', ' Port 22');
    write('config.d/notes.txt', 'User wrong');
    write('more', 'Host web', ' HostName 10.9.9.9', ' ConnectTimeout 9');
    expect(of('web')).toMatchObject({
      hostName: '10.0.0.1',
      user: 'first',
      port: 2200,
      connectTimeout: 9000,
    });
    expect(of('db')).toMatchObject({ hostName: 'db', user: 'fallback', port: 22 });
    expect(of('other')).toMatchObject({ user: 'fallback', port: 2200, connectTimeout: undefined });
  });

  test('an Include is followed wherever it stands: in a block, behind Host * and behind Match all', () => {
    write('more', 'User x', 'Host db', ' Port 9', 'Match host web', ' Port 8');
    write('config', 'Host web', ' Include more', 'Host other', ' Port 7');
    expect([of('web').user, of('web').port]).toEqual(['x', 8]);
    expect([of('db').user, of('db').port]).toEqual([undefined, undefined]);
    expect(of('other').port).toBe(7);
    for (const all of ['Host *', 'Match all']) {
      write('config', all, ' ConnectTimeout 3', 'Include more');
      expect(of('db')).toMatchObject({ user: 'x', port: 9, connectTimeout: 3000 });
    }
  });

  test('names with variables and tokens', () => {
    write('of web', 'Port 4');
    write('config', 'Include "${HERE}/.ssh/of %h"');
    expect(of('web', { env: { HERE: home } }).port).toBe(4);
    expect(() => of('web')).toThrow(/HERE is not set/);
  });

  test('the file of the whole computer comes behind the user’s, and its names belong to its folder', () => {
    at(join(system, 'ssh_config'), 'Include ssh_config.d/*.conf', 'Host *', ' User system', ' Port 99');
    at(join(system, 'ssh_config.d', 'a.conf'), 'Host web', ' ConnectTimeout 4');
    write('config', 'User own');
    expect(of('web')).toMatchObject({ user: 'own', port: 99, connectTimeout: 4000 });
    at(join(system, 'ssh_config'), 'Include ~/x');
    expect(() => of('web')).toThrow(/ssh_config, line 1: include: ~/);
  });

  test('files that include each other are refused, and one that cannot be read is named', () => {
    write('config', 'Include more');
    write('more', 'Include config');
    expect(() => of('web')).toThrow(/nested/);
    write('config', 'Include more more');
    write('more', 'Include config config');
    expect(() => of('web')).toThrow(/nested/);
    write('config', 'Include config.d');
    expect(() => of('web')).toThrow(/config\.d: it cannot be read/);
  });

  test('a file that others may write is not followed', () => {
    write('config', 'Port 4');
    chmodSync(join(home, '.ssh', 'config'), 0o666);
    expect(() => of('web')).toThrow(/others may write it/);
  });

  test('a file without an end, and patterns of many stars', () => {
    rmSync(join(home, '.ssh', 'config'), { force: true });
    write('config', 'Include /dev/zero');
    expect(() => of('web')).toThrow(/more than|others may write/);
    write('config', `Host ${'*a'.repeat(200)}`, ' Port 4', 'Host *', ' Port 5');
    expect(of('a'.repeat(250).concat('b')).port).toBe(5);
    write(`${'a'.repeat(100)}b`, 'Port 6');
    write('config', `Include ${'*a'.repeat(60)}*c`, 'Port 5');
    expect(of('web').port).toBe(5);
  });

  test('a pipe whose writer never comes is refused, wherever a file is named', () => {
    const pipe = join(home, '.ssh', 'pipe');
    execFileSync('/usr/bin/mkfifo', ['-m', '600', pipe]);
    write('config', 'Include pipe');
    expect(() => of('web')).toThrow(/pipe: it cannot be read: it is a pipe/);
    write('config', 'Include p*', 'Port 4');
    expect(() => of('web')).toThrow(/it is a pipe/);
    expect(() => new SshUserFiles(system).knownHosts([pipe], 'web')).toThrow(/it is a pipe/);
    rmSync(join(home, '.ssh', 'config'));
    execFileSync('/usr/bin/mkfifo', ['-m', '600', join(home, '.ssh', 'config')]);
    expect(() => of('web')).toThrow(/it is a pipe/);
  });

  test('the patterns of all Host lines, those of files of Include among them, whatever is wrong with one', () => {
    write('config', 'Include config.d/* gone ${HERE}/.ssh/more', 'Host web *.lan', ' Include config');
    write('config.d/a', 'Host "db" !x');
    write('config.d/b', 'Host lost', 'Port none of them');
    write('more', 'Match all', ' Include ~/.ssh/last %h', 'host=one');
    write('last', 'Host last');
    at(join(system, 'ssh_config'), 'Include ssh_config.d/*.conf ~/x');
    at(join(system, 'ssh_config.d', 'a.conf'), 'Host far');
    const patterns = new SshUserFiles(system).hostPatterns({ home, localUser: 'me', env: { HERE: home } });
    expect(patterns.map(({ pattern }) => pattern)).toEqual([
      ...['db', '!x', 'last', 'one', 'web', '*.lan', 'far'],
    ]);
    expect(patterns[0]?.file).toBe(join(home, '.ssh', 'config.d', 'a'));
  });
});
