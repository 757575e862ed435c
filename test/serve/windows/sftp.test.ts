import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, type FileEntryWithStats, type SFTPWrapper } from 'ssh2';
import { removeAccount } from '../../../src/lab/estate/accounts';
import { closeLaboratories, type TestLaboratory } from '../../lab/estate/laboratories';
import { account, password, run, SshServed, twoMachines } from './support';

let laboratory: TestLaboratory;
let served: SshServed;
let client: Client;
let sftp: SFTPWrapper;

beforeAll(async () => {
  laboratory = twoMachines();
  served = await SshServed.start(laboratory);
});

beforeEach(async () => {
  client = await served.connect('admin');
  sftp = await openSftp(client);
});

afterAll(async () => {
  await served.close();
  closeLaboratories();
});

function openSftp(over: Client): Promise<SFTPWrapper> {
  return new Promise((resolve, reject) => {
    over.sftp((error, opened) => (error === undefined ? resolve(opened) : reject(error)));
  });
}

/** A call of the client with a callback as a promise; a refusal is its message. */
function ask<T>(
  call: (done: (error: Error | null | undefined, value?: T) => void) => unknown,
): Promise<T | string> {
  return new Promise((resolve) => {
    call((error, value) => resolve(error ? error.message : (value as T)));
  });
}

const write = (path: string, data: Buffer | string): Promise<unknown> =>
  ask((done) => sftp.writeFile(path, data, (error) => done(error)));
const read = (path: string): Promise<Buffer | string> => ask<Buffer>((done) => sftp.readFile(path, done));
const list = (path: string): Promise<FileEntryWithStats[] | string> =>
  ask((done) => sftp.readdir(path, done));

describe("the machine's disk over SFTP", () => {
  test('a file that is copied there is one of the machine, for its shells as well', async () => {
    await write('/C:/Temp/hello.txt', 'hello\r\n');
    expect((await run(client, 'type C:\\Temp\\hello.txt')).stdout).toBe('hello\r\n');
    await run(client, 'echo back> C:\\Temp\\back.txt');
    expect(String(await read('C:/Temp/back.txt'))).toBe('back\r\n');
    const names = (await list('/C:/Temp')) as FileEntryWithStats[];
    expect(names.map(({ filename }) => filename)).toEqual(expect.arrayContaining(['hello.txt', 'back.txt']));
    expect(await ask((done) => sftp.realpath('.', done))).toBe('/C:/Users/admin');
    await ask((done) => sftp.mkdir('sub', (error) => done(error)));
    await write('sub/x', 'x');
    await ask((done) => sftp.rename('sub/x', 'sub/y', (error) => done(error)));
    expect((await run(client, 'dir /b C:\\Users\\admin\\sub')).stdout).toBe('y\r\n');
    expect(await ask((done) => sftp.rmdir('sub', (error) => done(error)))).toBe('Failure');
    await ask((done) => sftp.unlink('sub/y', (error) => done(error)));
    expect(await ask((done) => sftp.rmdir('sub', (error) => done(error)))).toBeUndefined();
  });

  test('a large file comes back as it went, and what is too large is refused', async () => {
    const bytes = Buffer.alloc(3_000_000, 'abcdefg');
    await write('/C:/Temp/large.bin', bytes);
    // Byte by byte the comparison of the test's library would take half a minute.
    expect(bytes.equals((await read('/C:/Temp/large.bin')) as Buffer)).toBe(true);
    const handle = (await ask<Buffer>((done) => sftp.open('/C:/Temp/larger.bin', 'w', done))) as Buffer;
    const far = (offset: number): Promise<unknown> =>
      ask((done) => sftp.write(handle, Buffer.from('x'), 0, 1, offset, (error) => done(error)));
    expect([await far(10), await far(16 * 1024 * 1024), await far(2 ** 52)]).toEqual([
      undefined,
      'Failure',
      'Failure',
    ]);
    await ask((done) => sftp.close(handle, (error) => done(error)));
    expect((await read('/C:/Temp/larger.bin')).length).toBe(11);
    await run(client, 'del C:\\Temp\\large.bin & del C:\\Temp\\larger.bin');
  });
});

describe('attacks', () => {
  const secret = join(mkdtempSync(join(tmpdir(), 'slmgr-sftp-')), 'secret');
  beforeAll(() => writeFileSync(secret, 'of this computer'));
  afterAll(() => rmSync(join(secret, '..'), { recursive: true }));

  test('no path reaches a file of this computer', async () => {
    const up = '../'.repeat(20);
    const paths = [
      secret,
      `/C:${secret}`,
      `C:${secret}`,
      `${up}${secret}`,
      `/C:/Temp/${up}${secret.slice(1)}`,
      '/etc/passwd',
      'etc/passwd',
      `/C:/${up}etc/passwd`,
      String.raw`\\?\C:\etc\passwd`,
      String.raw`\\localhost\C$\x`,
      'D:/x',
      '/C:/Temp\0/../../etc/passwd',
      '/proc/self/environ',
      `file://${secret}`,
      `${'a/'.repeat(3000)}x`,
    ];
    for (const path of paths) {
      expect([path, await read(path)]).toEqual([
        path,
        expect.stringMatching(/No such file|Permission denied/),
      ]);
      await write(path, 'overwritten');
    }
    expect(readFileSync(secret, 'utf8')).toBe('of this computer');
    for (const folder of ['/', '/C:/', '/C:/Users/../..', '/../..']) {
      const names = await list(folder);
      if (typeof names === 'string') continue;
      expect(names.map(({ filename }) => filename)).toEqual(
        folder === '/'
          ? ['C:']
          : ['Temp', 'Users', 'Windows', ...names.map((n) => n.filename)].slice(0, names.length),
      );
    }
  });

  test("links, Windows' own files and too many handles are refused", async () => {
    expect(await ask((done) => sftp.symlink('/etc', '/C:/Temp/l', (error) => done(error)))).toMatch(
      /nsupported/,
    );
    expect(await ask((done) => sftp.readlink('/C:/Temp', done))).toMatch(/nsupported/);
    expect(await write('/C:/Windows/System32/slmgr.vbs', 'x')).toBe('Permission denied');
    expect(await ask((done) => sftp.unlink('/C:/Windows/System32/slmgr.vbs', (error) => done(error)))).toBe(
      'Permission denied',
    );
    await write('/C:/Temp/many', 'x');
    const opened = await Promise.all(
      Array.from({ length: 70 }, () => ask<Buffer>((done) => sftp.open('/C:/Temp/many', 'r', done))),
    );
    expect(opened.filter((each) => each === 'Too many open files')).toHaveLength(6);
    expect(
      await ask((done) => sftp.read(Buffer.from('nonsense'), Buffer.alloc(4), 0, 4, 0, done as never)),
    ).toMatch(/No such file/);
  });

  test('who asks and takes nothing is dropped, with what the server holds for it', async () => {
    await write('/C:/Temp/big', Buffer.alloc(1_000_000));
    const handle = (await ask<Buffer>((done) => sftp.open('/C:/Temp/big', 'r', done))) as Buffer;
    const gone = new Promise<void>((resolve) => client.once('close', () => resolve()));
    // The client's window is held shut: its library is told nothing of what came.
    const { incoming } = sftp as unknown as { incoming: { window: number } };
    Object.defineProperty(incoming, 'window', { get: () => 1e9, set: () => undefined });
    for (let at = 0; at < 400; at += 1)
      sftp.read(handle, Buffer.alloc(32_768), 0, 32_768, 0, () => undefined);
    await gone;
    expect((await run(await served.connect('admin'), 'hostname')).stdout).toBe('KMS01\r\n');
  });

  test('an account that is removed reads nothing more; a standard user has the disk as well', async () => {
    account(laboratory, 'temp', { machine: 'KMS01' });
    const other = await openSftp(await served.connect('temp'));
    expect(await ask((done) => other.realpath('.', done))).toBe('/C:/Users/temp');
    removeAccount(laboratory, 'temp', 'KMS01');
    expect(await ask((done) => other.readdir('/C:/Temp', done))).toBe('Access is denied.');
    const joe = await openSftp(await served.connect('joe'));
    expect(await ask((done) => joe.realpath('.', done))).toBe('/C:/Users/joe');
  });
});

const hasTools = ['sftp', 'scp'].every((name) => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0);
(hasTools ? test : test.skip)(
  `OpenSSH's sftp and scp${hasTools ? '' : ' (not installed here)'}`,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'slmgr-scp-'));
    try {
      const asks = join(folder, 'asks');
      writeFileSync(asks, `#!/bin/sh\necho '${password}'\n`, { mode: 0o700 });
      const tool = (
        name: string,
        args: readonly string[],
        input = '',
      ): Promise<{ status: number | null; text: string }> =>
        new Promise((resolve) => {
          const options = [
            '-o',
            'StrictHostKeyChecking=no',
            '-o',
            'UserKnownHostsFile=/dev/null',
            '-P',
            String(served.port),
          ];
          const env = { ...process.env, SSH_ASKPASS: asks, SSH_ASKPASS_REQUIRE: 'force' };
          const child = spawn(name, ['-F', 'none', ...options, ...args], {
            env,
            cwd: folder,
          });
          let text = '';
          for (const stream of [child.stdout, child.stderr])
            stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
          child.on('close', (status) => resolve({ status, text }));
          child.stdin.end(input);
        });
      writeFileSync(join(folder, 'up.txt'), 'up and down\n');
      expect(await tool('scp', ['-p', 'up.txt', 'admin@127.0.0.1:C:/Temp/up.txt'])).toMatchObject({
        status: 0,
      });
      expect(await tool('scp', ['admin@127.0.0.1:/C:/Temp/up.txt', 'down.txt'])).toMatchObject({ status: 0 });
      expect(readFileSync(join(folder, 'down.txt'), 'utf8')).toBe('up and down\n');
      const lines =
        'pwd\nmkdir d\nput up.txt d/one.txt\nls -l d\nget d/one.txt got.txt\nrm d/one.txt\nrmdir d\ncd /C:/Windows\nls\n';
      const said = await tool('sftp', ['-o', 'BatchMode=no', '-b', '-', 'admin@127.0.0.1'], lines);
      expect(said).toMatchObject({ status: 0 });
      expect(said.text).toContain('/C:/Users/admin');
      expect(said.text).toMatch(/-rw-rw-rw- .* 12 .* (?:d\/)?one\.txt/);
      expect(said.text).toContain('System32');
      expect(readFileSync(join(folder, 'got.txt'), 'utf8')).toBe('up and down\n');
      expect(await tool('scp', ['admin@127.0.0.1:/etc/passwd', 'passwd'])).toMatchObject({ status: 1 });
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
  60_000,
);
