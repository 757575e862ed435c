import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeText, readFileUpTo, readPlainFileUpTo } from '../../../src/transports/local/bounded-file';

describe('reading a file up to a limit', () => {
  const folder = mkdtempSync(join(tmpdir(), 'slmgr-bounded-'));
  const file = join(folder, 'file');
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each([0, 1, 65_535, 65_536, 65_537, 200_000])('%i bytes', (size) => {
    const bytes = Buffer.from(Array.from({ length: size }, (_, at) => at % 251));
    writeFileSync(file, bytes);
    expect(readFileUpTo(file, 200_000).equals(bytes)).toBe(true);
  });

  test('one byte too many is refused', () => {
    writeFileSync(file, Buffer.alloc(101));
    expect(() => readFileUpTo(file, 100)).toThrow('it has more than 100 bytes');
    expect(readFileUpTo(file, 101)).toHaveLength(101);
  });

  const endless = '/dev/zero';
  (existsSync(endless) ? test : test.skip)('what never ends is refused', () => {
    expect(() => readFileUpTo(endless, 1_000_000)).toThrow(
      expect.objectContaining({ code: 'ERR_FS_FILE_TOO_LARGE' }) as Error,
    );
  });

  test('a folder and a file that is not there are the errors of the system', () => {
    expect(() => readFileUpTo(folder, 100)).toThrow('EISDIR');
    expect(() => readFileUpTo(join(folder, 'none'), 100)).toThrow('ENOENT');
  });

  test('text with a mark of UTF-16 or UTF-8, and without', () => {
    expect(decodeText(Buffer.from('\ufeff{"ä":1}', 'utf16le'))).toBe('{"ä":1}');
    expect(decodeText(Buffer.from('\ufeff{"ä":1}', 'utf8'))).toBe('{"ä":1}');
    expect(decodeText(Buffer.from('ä', 'utf8'))).toBe('ä');
  });

  test('what has to be a file is no pipe that is waited for', () => {
    const pipe = join(folder, 'pipe');
    execFileSync('/usr/bin/mkfifo', [pipe]);
    expect(() => readPlainFileUpTo(pipe, 100)).toThrow('it is a pipe');
    writeFileSync(file, 'text');
    expect(readPlainFileUpTo(file, 100).toString()).toBe('text');
  });

  const ofProcesses = '/proc/self/fd';
  (existsSync(ofProcesses) ? test : test.skip)('a pipe that a process has open already is read', async () => {
    const shell = spawn('bash', ['-c', 'exec 3< <(printf text); wait; echo ready; read -r'], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    await once(shell.stdout, 'data');
    expect(readPlainFileUpTo(`/proc/${String(shell.pid)}/fd/3`, 100).toString()).toBe('text');
    const gone = once(shell, 'exit');
    shell.stdin.end();
    await gone;
  });
});
