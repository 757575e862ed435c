import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  hashedName,
  judgeWithFallback,
  type HostKeyVerdict,
  KnownHosts,
  knownHostsName,
} from '../../../src/transports/ssh/known-hosts';
import { hasSshd, makeKey, type Sshd, sshdNote, startSshd } from '../../fixtures/sshd';

const describeWithSshd = hasSshd ? describe : describe.skip;

describeWithSshd(`known_hosts answers as OpenSSH does${sshdNote}`, () => {
  let folder = '';
  let sshd: Sshd;
  let keys: Readonly<Record<'own' | 'other' | 'rsa' | 'ecdsa', string>>;
  const publicKey = (file: string): string =>
    readFileSync(file, 'utf8').split(' ').slice(0, 2).join(' ').trim();

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'slmgr-known-'));
    sshd = await startSshd({ hostKeyTypes: ['ed25519'] });
    keys = {
      own: publicKey(join(sshd.folder, 'host_ed25519.pub')),
      other: publicKey(`${makeKey(folder, 'other', 'ed25519')}.pub`),
      rsa: publicKey(`${makeKey(folder, 'rsa', 'rsa')}.pub`),
      ecdsa: publicKey(`${makeKey(folder, 'ecdsa', 'ecdsa')}.pub`),
    };
  });
  afterAll(async () => {
    await sshd.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const names = (port: number): fc.Arbitrary<string> => {
    const own = `[127.0.0.1]:${String(port)}`;
    const name = fc.constantFrom(
      own,
      '127.0.0.1',
      '127.0.0.?',
      '*',
      `[127.*]:${String(port)}`,
      'other',
      '[127.0.0.1]:1',
    );
    const part = fc.tuple(fc.constantFrom('', '', '', '!'), name).map((both) => both.join(''));
    return fc.oneof(
      fc.array(part, { minLength: 1, maxLength: 3 }).map((all) => all.join(',')),
      name.map((plain) => hashedName(plain)),
      fc.constantFrom('|1|x', '|1||', '|2|a|b'),
    );
  };

  const line = (port: number): fc.Arbitrary<string> =>
    fc
      .record({
        marker: fc.constantFrom(
          '',
          '',
          '',
          '',
          '@revoked ',
          '@cert-authority ',
          '@strange ',
          '@revoked @revoked ',
        ),
        name: names(port),
        key: fc.constantFrom('own', 'own', 'other', 'rsa', 'ecdsa', 'mixed', 'cut', 'none'),
        gap: fc.constantFrom(' ', '\t', '  '),
        end: fc.constantFrom('', ' comment', '\r'),
      })
      .map(({ marker, name, key, gap, end }) => {
        const text =
          key === 'mixed'
            ? keys.own.replace('ssh-ed25519', 'ssh-rsa')
            : key === 'cut'
              ? 'ssh-ed25519'
              : key === 'none'
                ? ''
                : keys[key];
        return `${marker}${name}${gap}${text}${end}`;
      });

  /** What ssh says of the server's key: it signs in to nothing, and writes nothing down. */
  function real(file: string): HostKeyVerdict['kind'] {
    const options = {
      UserKnownHostsFile: file,
      GlobalKnownHostsFile: '/dev/null',
      StrictHostKeyChecking: 'yes',
      PreferredAuthentications: 'none',
      HostKeyAlgorithms: 'ssh-ed25519',
      IdentityFile: 'none',
    };
    const words = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
    const { stderr } = spawnSync(
      '/usr/bin/ssh',
      ['-F', 'none', ...words, '-p', String(sshd.port), '127.0.0.1', 'true'],
      {
        encoding: 'utf8',
        timeout: 30_000,
      },
    );
    if (stderr.includes('REVOKED HOST KEY')) return 'revoked';
    if (stderr.includes('IDENTIFICATION HAS CHANGED')) return 'changed';
    if (stderr.includes('key is known for')) return 'unknown';
    if (stderr.includes('Permission denied')) return 'known';
    throw new Error(stderr);
  }

  function ours(file: string): HostKeyVerdict['kind'] {
    const known = new KnownHosts(readFileSync(file, 'utf8'), file);
    const about = known.about(knownHostsName('127.0.0.1', sshd.port));
    return judgeWithFallback(
      about,
      known.about('127.0.0.1'),
      Buffer.from(keys.own.split(' ')[1] ?? '', 'base64'),
    ).kind;
  }

  test('as ssh does, over generated files', () => {
    const file = join(folder, 'known_hosts');
    fc.assert(
      fc.property(fc.array(line(sshd.port), { maxLength: 5 }), (lines) => {
        writeFileSync(file, `${lines.join('\n')}\n`);
        expect(ours(file)).toBe(real(file));
      }),
      { numRuns: Number(process.env['SLMGR_KNOWN_HOSTS_RUNS'] ?? 15) },
    );
  }, 300_000);

  test('as ssh-keygen -F finds lines, over generated files', () => {
    const file = join(folder, 'looked_up');
    fc.assert(
      fc.property(fc.array(line(2222), { maxLength: 6 }), (lines) => {
        writeFileSync(file, `${lines.join('\n')}\n`);
        for (const name of ['127.0.0.1', '[127.0.0.1]:2222', 'other']) {
          const { stdout } = spawnSync('/usr/bin/ssh-keygen', ['-F', name, '-f', file], { encoding: 'utf8' });
          const found = [...stdout.matchAll(/found: line (\d+)/g)].map(([, number]) => Number(number));
          const about = new KnownHosts(readFileSync(file, 'utf8'), file).about(name);
          const isKey = (at: number): boolean =>
            /(?:AAAA\S{20})/.test(lines[at - 1] ?? '') && !isMixed(lines[at - 1] ?? '');
          expect(about.map((entry) => entry.line)).toEqual(found.filter(isKey));
        }
      }),
      { numRuns: Number(process.env['SLMGR_KNOWN_HOSTS_RUNS'] ?? 20) },
    );
  }, 300_000);

  /** ssh-keygen looks at no key: a line whose key is of another type than it says is one that ssh passes over. */
  const isMixed = (text: string): boolean => text.includes('ssh-rsa AAAAC3');

  test('a name that is hashed here is one to ssh-keygen', () => {
    const file = join(folder, 'hashed');
    writeFileSync(file, `${hashedName('[server]:2222')} ${keys.own}\n`);
    const found = execFileSync('/usr/bin/ssh-keygen', ['-F', '[server]:2222', '-f', file], {
      encoding: 'utf8',
    });
    expect(found).toContain('found: line 1');
  });
});
