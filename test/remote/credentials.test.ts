import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { passwordFinder, type PasswordSources } from '../../src/remote/credentials';
import { CredentialError } from '../../src/remote/password-text';
import { type RemotePorts } from '../../src/remote/ports';
import { readSecretFile } from '../../src/transports/local/checked-file';
import { runUserCommand } from '../../src/transports/local/process-ports';
import { Secret } from '../../src/transports/secret';
import { testPorts } from '../fixtures/remote-ports';
import { InProcess } from '../storm/in-process';

const whose = 'admin@server01';

async function find(
  sources: Partial<PasswordSources>,
  ports: Partial<RemotePorts> = {},
): Promise<string | null> {
  const found = await passwordFinder({ whose, ...sources }, testPorts('/nowhere', ports))();
  return found?.reveal() ?? null;
}

async function withFile(bytes: Buffer, work: (file: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'slmgr-password-'));
  try {
    const file = join(folder, 'password');
    writeFileSync(file, bytes, { mode: 0o600 });
    await work(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('where a password comes from', () => {
  const env = { SLMGR_PASSWORD: 'of-the-environment', OTHER: 'of-another' };
  const askSecret = (): Promise<Secret> => Promise.resolve(new Secret('of-the-prompt'));
  const runCommand = (command: string): Promise<string> => Promise.resolve(`of-${command}\nrest`);
  const readFile = (): Promise<{ text: string; exposed: null }> =>
    Promise.resolve({ text: 'of-the-file\r\nrest', exposed: null });
  const ports = { env, askSecret, runCommand, readSecretFile: readFile };
  const all = {
    commandLine: 'of-the-line',
    file: 'f',
    command: 'pass',
    configured: { env: 'OTHER' },
  } as const;

  test('command line, environment, file, command, targets file, and the prompt last', async () => {
    expect(await find(all, ports)).toBe('of-the-line');
    expect(await find({ ...all, commandLine: undefined }, ports)).toBe('of-the-environment');
    const without = { ...ports, env: { OTHER: 'of-another' } };
    expect(await find({ ...all, commandLine: undefined }, without)).toBe('of-the-file');
    expect(await find({ ...all, commandLine: undefined, file: undefined }, without)).toBe('of-pass');
    expect(await find({ configured: { env: 'OTHER' } }, without)).toBe('of-another');
    expect(await find({ configured: { file: 'f' } }, without)).toBe('of-the-file');
    expect(await find({ configured: { command: 'keep' } }, without)).toBe('of-keep');
    expect(await find({ configured: 'prompt' }, without)).toBe('of-the-prompt');
    expect(await find({}, { ...without, askSecret: () => Promise.resolve(null) })).toBeNull();
  });

  test('- asks at the terminal, or reads a line of standard input', async () => {
    expect(await find({ commandLine: '-' }, ports)).toBe('of-the-prompt');
    const piped = { env, readInputLine: () => Promise.resolve('of-the-pipe') };
    expect(await find({ commandLine: '-' }, piped)).toBe('of-the-pipe');
    await expect(find({ commandLine: '-' })).rejects.toThrow(CredentialError);
  });

  test('one warning for a password on the command line, which does not repeat it; none for -', async () => {
    const said = testPorts('/nowhere');
    const finder = passwordFinder({ whose, commandLine: 'of-the-line' }, said);
    await finder();
    await finder();
    expect(said.said).toHaveLength(1);
    expect(said.said[0]).toMatch(/command line/);
    expect(said.said[0]).not.toContain('of-the-line');
    passwordFinder({ whose, commandLine: '-' }, said);
    expect(said.said).toHaveLength(1);
  });

  test('the source is asked once, and only when the password is needed', async () => {
    let asked = 0;
    const finder = passwordFinder(
      { whose, configured: { command: 'x' } },
      testPorts('/nowhere', { runCommand: () => Promise.resolve(String((asked += 1))) }),
    );
    expect(asked).toBe(0);
    await Promise.all([finder(), finder()]);
    expect(asked).toBe(1);
  });

  test('a source that was named and fails is an error without the secret', async () => {
    await expect(find({ file: 'absent' }, { readSecretFile: () => Promise.resolve(null) })).rejects.toThrow(
      /not there/,
    );
    const open = { readSecretFile: () => Promise.resolve({ text: 'S3cret', exposed: 'others can read it' }) };
    await expect(find({ file: 'open' }, open)).rejects.toThrow(/others can read it/);
    await expect(find({ configured: { env: 'ABSENT' } })).rejects.toThrow(/ABSENT/);
    await expect(find({ command: 'x' })).rejects.toThrow(/no command here/);
  });

  const wide = (text: string): Buffer => Buffer.from(`\uFEFF${text}`, 'utf16le');

  test.each([
    ['UTF-8', Buffer.from('pässword\n'), 'pässword'],
    ['UTF-8 with a mark', Buffer.from('\uFEFFpässword\r\n'), 'pässword'],
    ['UTF-16', wide('pässword\r\n'), 'pässword'],
    ['old line ends', Buffer.from('pässword\rmore'), 'pässword'],
  ])('a file and a command in %s', async (_name, bytes, password) => {
    await withFile(bytes, async (file) => {
      expect(await find({ file })).toBe(password);
      expect(await find({ configured: { file } })).toBe(password);
      expect(await find({ command: `cat '${file}'` }, { runCommand: runUserCommand })).toBe(password);
    });
  });

  test.each([
    ['empty', Buffer.alloc(0), /is empty/],
    ['empty in its first line', Buffer.from('\nsecret'), /is empty/],
    ['a mark alone', Buffer.from('\uFEFF'), /is empty/],
    ['cut in UTF-8', Buffer.from('pä').subarray(0, 2), /cut inside a character/],
    ['of another code page', Buffer.from('pä', 'latin1'), /neither UTF-8/],
    ['cut in UTF-16', wide('ab').subarray(0, 5), /cut inside a character/],
    ['half a pair in UTF-16', wide('\u{1F511}').subarray(0, 4), /cut inside a character/],
    ['UTF-16 without a mark', Buffer.from('secret', 'utf16le'), /NUL/],
    ['larger than any password', Buffer.alloc(70_000, 'a'), /more than|took|status|maxBuffer|failed/],
  ])('a source that is %s is refused', async (_name, bytes, why) => {
    await withFile(bytes, async (file) => {
      await expect(find({ file })).rejects.toThrow(why);
      await expect(find({ file })).rejects.toThrow(CredentialError);
      await expect(find({ command: `cat '${file}'` }, { runCommand: runUserCommand })).rejects.toThrow(
        CredentialError,
      );
    });
  });

  test('an environment variable and a line of standard input that are empty or cut are refused', async () => {
    await expect(find({}, { env: { SLMGR_PASSWORD: '' } })).rejects.toThrow(/SLMGR_PASSWORD is empty/);
    await expect(find({}, { env: { SLMGR_PASSWORD: 'p\uFFFD' } })).rejects.toThrow(/cut inside a character/);
    await expect(find({ configured: { env: 'A' } }, { env: { A: '' } })).rejects.toThrow(
      /variable A is empty/,
    );
    await expect(find({ commandLine: '-' }, { readInputLine: () => Promise.resolve('') })).rejects.toThrow(
      /is empty/,
    );
    await expect(find({ commandLine: 'p\uFFFD' })).rejects.toThrow(/cut inside a character/);
    expect(await find({}, { env: { SLMGR_PASSWORD: '\uFEFFp' } })).toBe('p');
  });

  test.each(['SLMGR_PASSWORD', 'SLMGR_AD_PASSWORD'])(
    'neither a password command nor the program of lab exec gets %s',
    async (name) => {
      const line = `printf "%s" "\${${name}-none}"`;
      process.env[name] = 'S3cret';
      const program = new InProcess(null);
      try {
        expect(await runUserCommand(line)).toBe('none');
        await program.ok('lab', 'init');
        await program.ok('lab', 'add', 'PC', '--product', 'Windows 10 Enterprise');
        const env = { [name]: 'S3cret', PATH: process.env['PATH'] ?? '' };
        const ran = await program.run(['lab', 'exec', 'PC', '--json', '--', 'sh', '-c', line], '', env);
        expect(JSON.parse(ran.out)).toMatchObject({ data: { exitCode: 0, stdout: 'none' } });
      } finally {
        Reflect.deleteProperty(process.env, name);
        program.remove();
      }
    },
  );

  test('a file that others can read is not used', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'slmgr-secret-'));
    try {
      const file = join(folder, 'password');
      writeFileSync(file, 'S3cret\n');
      chmodSync(file, 0o644);
      expect((await readSecretFile(file))?.exposed).toMatch(/mode 644.*chmod 600/);
      chmodSync(file, 0o600);
      expect(await readSecretFile(file)).toEqual({ text: 'S3cret\n', exposed: null });
      expect(await readSecretFile(join(folder, 'absent'))).toBeNull();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('a password command runs in a shell; its failure does not show what it printed', async () => {
    expect(await runUserCommand('printf "%s\\n" "a b"')).toBe('a b\n');
    const failing = runUserCommand('echo S3cret; echo S3cret >&2; exit 3');
    await expect(failing).rejects.toThrow(/status 3/);
    await expect(failing).rejects.not.toThrow(/S3cret/);
  });

  test('a Secret shows itself to nobody', () => {
    const secret = new Secret('S3cret');
    const shown = [
      String(secret),
      JSON.stringify({ secret }),
      inspect({ secret }),
      secret as unknown as string,
    ];
    expect(shown.join(' ')).not.toContain('S3cret');
    expect(secret.reveal()).toBe('S3cret');
    expect(new Secret('').isEmpty).toBe(true);
  });
});
