import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SshUserFiles } from '../../../src/transports/ssh/user-files';
import { type HostConfig } from '../../../src/transports/ssh/config';

describe('Include in ~/.ssh/config', () => {
  let home = '';
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'slmgr-include-'));
    mkdirSync(join(home, '.ssh', 'config.d'), { recursive: true });
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  const write = (name: string, ...lines: readonly string[]): void =>
    writeFileSync(join(home, '.ssh', name), `${lines.join('\n')}\n`);
  const of = (host: string): Promise<HostConfig> => new SshUserFiles().hostConfig({ host, home, user: 'me' });

  test('files by name and by wildcard, in order; what they say of one host does not leak to others', async () => {
    write('config', 'Include config.d/*.conf "~/.ssh/more" /absent', 'Port 2200', 'Host *', ' User fallback');
    write('config.d/10-a.conf', 'Host web', ' HostName 10.0.0.1', ' User first');
    write('config.d/20-b.conf', 'Host web', ' User second', 'Host db', ' Port 22');
    write('config.d/notes.txt', 'User wrong');
    write('more', 'Host web', ' HostName 10.9.9.9', ' ConnectTimeout 9');
    expect(await of('web')).toMatchObject({
      hostName: '10.0.0.1',
      user: 'first',
      port: 2200,
      connectTimeout: 9000,
    });
    expect(await of('db')).toMatchObject({ hostName: undefined, user: 'fallback', port: 22 });
    expect(await of('other')).toMatchObject({ user: 'fallback', port: 2200, connectTimeout: undefined });
  });

  test('one behind a Host is not followed', async () => {
    write('config', 'Host web', ' Include more');
    write('more', 'User x');
    expect((await of('web')).user).toBeUndefined();
    expect((await of('other')).user).toBeUndefined();
  });

  test('files that include each other are refused, and one that cannot be read is named', async () => {
    write('config', 'Include more');
    write('more', 'Include config');
    await expect(of('web')).rejects.toMatchObject({
      failure: 'configuration',
      message: expect.stringContaining('nested') as unknown,
    });
    write('config', 'Include config.d');
    await expect(of('web')).rejects.toMatchObject({ step: 'tcp', failure: 'configuration' });
  });
});
