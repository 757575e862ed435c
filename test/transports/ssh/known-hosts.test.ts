import { execFileSync } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  fingerprintOf,
  judgeHostKey,
  keyTypeOf,
  KnownHosts,
  knownHostsLine,
  knownHostsName,
  knownKeyAlgorithms,
  matchesNames,
  rsaBits,
} from '../../../src/transports/ssh/known-hosts';
import { SshUserFiles } from '../../../src/transports/ssh/user-files';
import { hasSshd, makeKey, sshdNote } from '../../fixtures/sshd';

function key(type: string, fill = 1): Buffer {
  const name = Buffer.from(type);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(name.length);
  return Buffer.concat([length, name, Buffer.alloc(32, fill)]);
}

const ed = key('ssh-ed25519');
const other = key('ssh-ed25519', 2);
const rsa = key('ssh-rsa', 3);

function judge(text: string, name: string, shown = ed): string {
  return judgeHostKey(new KnownHosts(text, 'known_hosts').about(name), shown).kind;
}

describe('known_hosts', () => {
  const line = (names: string, shown = ed): string =>
    `${names} ${keyTypeOf(shown)} ${shown.toString('base64')}\n`;

  test('a plain line knows its hosts, in any case, and no other', () => {
    const text = `# comment\n\n${line('Server01,10.0.0.1')}`;
    expect(judge(text, 'server01')).toBe('known');
    expect(judge(text, '10.0.0.1')).toBe('known');
    expect(judge(text, 'server02')).toBe('unknown');
  });

  test('a port other than 22 stands in brackets', () => {
    expect(knownHostsName('Server01', 22)).toBe('server01');
    expect(knownHostsName('Server01', 2222)).toBe('[server01]:2222');
    expect(judge(line('[server01]:2222'), knownHostsName('server01', 2222))).toBe('known');
    expect(judge(line('server01'), knownHostsName('server01', 2222))).toBe('unknown');
  });

  test('hashed names', () => {
    const salt = randomBytes(20);
    const hash = createHmac('sha1', salt).update('[server01]:2222').digest('base64');
    const text = line(`|1|${salt.toString('base64')}|${hash}`);
    expect(judge(text, '[server01]:2222')).toBe('known');
    expect(judge(text, 'server01')).toBe('unknown');
  });

  test('wildcards, and exclusions that win', () => {
    expect(matchesNames('*.example,!bad.example', 'good.example')).toBe(true);
    expect(matchesNames('*.example,!bad.example', 'bad.example')).toBe(false);
    expect(matchesNames('server0?', 'server01')).toBe(true);
    expect(matchesNames('server0?', 'server011')).toBe(false);
    expect(matchesNames('a.b', 'axb')).toBe(false);
  });

  test('any other plain key is a change, of whichever type', () => {
    const known = new KnownHosts(`#\n${line('server01', other)}`, '/f');
    const verdict = judgeHostKey(known.about('server01'), ed);
    expect(verdict.kind === 'changed' && [verdict.entry.file, verdict.entry.line]).toEqual(['/f', 2]);
    expect(judge(line('server01', rsa), 'server01')).toBe('changed');
    expect(judge(`@cert-authority ${line('server01', rsa)}`, 'server01')).toBe('unknown');
  });

  test('a revoked key is refused even where another line knows it', () => {
    expect(judge(`${line('server01')}@revoked ${line('*')}`, 'server01')).toBe('revoked');
    expect(judge(`@revoked ${line('*', other)}${line('server01')}`, 'server01')).toBe('known');
  });

  test('a line of a certificate authority leaves the host unknown', () => {
    expect(judge(`@cert-authority ${line('*')}`, 'server01')).toBe('unknown');
    expect(judge(`@cert-authority ${line('*', other)}`, 'server01')).toBe('unknown');
    expect(judge(`@strange ${line('*')}`, 'server01')).toBe('unknown');
  });

  test('types on file come first, RSA by SHA-2', () => {
    const known = new KnownHosts(line('a', rsa) + line('a') + line('b', key('ecdsa-sha2-nistp256')), 'f');
    expect(knownKeyAlgorithms(known.about('a'))).toEqual([
      'rsa-sha2-512',
      'rsa-sha2-256',
      'ssh-rsa',
      'ssh-ed25519',
    ]);
  });

  test('a line whose key is of another type than it says is skipped', () => {
    expect(new KnownHosts(`a ssh-rsa ${ed.toString('base64')}`, 'f').about('a')).toEqual([]);
    expect(new KnownHosts('a ssh-rsa', 'f').about('a')).toEqual([]);
    expect(keyTypeOf(Buffer.from([0, 0]))).toBe('');
    expect(keyTypeOf(Buffer.from([255, 255, 255, 255, 1]))).toBe('');
  });

  test('what is written is read back as known', () => {
    fc.assert(
      fc.property(
        fc.domain(),
        fc.integer({ min: 1, max: 65535 }),
        fc.uint8Array({ maxLength: 40 }),
        (host, port, rest) => {
          const shown = Buffer.concat([key('ssh-ed25519'), rest]);
          const name = knownHostsName(host, port);
          expect(judge(knownHostsLine(name, shown), name, shown)).toBe('known');
        },
      ),
    );
  });

  test('any text is read without an error', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void judge(text, 'server01')));
  });

  test('the lines about a host are those that match it, whatever else the file holds', () => {
    const text = `# c\n${line('server01')}@revoked server0? ${line('x', other).split(' ').slice(1).join(' ')}${line('server02')}junk\n`;
    const known = new KnownHosts(text, 'f');
    const about = (name: string): readonly number[] => known.about(name).map((entry) => entry.line);
    expect(about('server01')).toEqual([2, 3]);
    expect(about('server02')).toEqual([3, 4]);
    expect(about('elsewhere')).toEqual([]);
  });

  test('a name is found whichever way a line gives it, in the order of the file', () => {
    const word = fc.constantFrom('a', 'b', 'A', 'c.d', '*', 'a?', '!a', '*.d', '#x');
    const fields = fc.array(fc.array(word, { minLength: 1, maxLength: 3 }), { maxLength: 12 });
    fc.assert(
      fc.property(fields, fc.constantFrom('a', 'b', 'c.d', 'ab'), (lists, name) => {
        const names = lists.map((list) => list.join(','));
        const expected = names.flatMap((field, at) =>
          !field.startsWith('#') && matchesNames(field, name) ? [at + 1] : [],
        );
        const known = new KnownHosts(names.map((field) => line(field)).join(''), 'f');
        expect(known.about(name).map((entry) => entry.line)).toEqual(expected);
      }),
    );
  });

  test('a file is read once in a run, and again after a key was written to it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'slmgr-known-'));
    try {
      const file = join(folder, 'known_hosts');
      writeFileSync(file, line('server01'));
      const files = new SshUserFiles();
      expect(files.knownHosts([file], 'server01')).toHaveLength(1);
      writeFileSync(file, '');
      expect(files.knownHosts([file], 'server01')).toHaveLength(1);
      await files.addKnownHost(file, 'server02', ed);
      expect(files.knownHosts([file], 'server01')).toEqual([]);
      expect(files.knownHosts([file], 'server02')).toHaveLength(1);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('bits of an RSA key that is cut or says lengths of its own are few, and no error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const cut = Buffer.concat([rsa.subarray(0, 11), bytes]);
        expect(rsaBits(cut)).toBeLessThan(1024);
      }),
    );
  });

  test('appending makes folder and file for the owner alone, and ends a line that had no end', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'slmgr-known-'));
    try {
      const file = join(folder, '.ssh', 'known_hosts');
      const files = new SshUserFiles();
      await files.addKnownHost(file, 'server01', ed);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(statSync(join(folder, '.ssh')).mode & 0o777).toBe(0o700);
      writeFileSync(file, line('server02', other).trimEnd());
      await files.addKnownHost(file, 'server01', ed);
      for (const name of ['server02', 'server01']) {
        const entries = files.knownHosts([file, join(folder, 'absent')], name);
        expect(entries.map(({ names }) => names)).toEqual([name]);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  (hasSshd ? test : test.skip)(`ssh-keygen's own fingerprints and hashes${sshdNote}`, () => {
    const folder = mkdtempSync(join(tmpdir(), 'slmgr-known-'));
    try {
      for (const type of ['ed25519', 'ecdsa', 'rsa']) {
        const file = makeKey(folder, type, type);
        const [, encoded = ''] = readFileSync(`${file}.pub`, 'utf8').split(' ');
        const shown = Buffer.from(encoded, 'base64');
        const said = execFileSync('/usr/bin/ssh-keygen', ['-lf', `${file}.pub`], { encoding: 'utf8' });
        expect(said).toContain(fingerprintOf(shown));
        expect(rsaBits(shown)).toBe(type === 'rsa' ? parseInt(said) : null);
        const known = join(folder, `known_${type}`);
        writeFileSync(known, knownHostsLine('[server01]:2222', shown));
        execFileSync('/usr/bin/ssh-keygen', ['-q', '-H', '-f', known], { stdio: 'ignore' });
        const hashed = readFileSync(known, 'utf8');
        expect(hashed).toMatch(/^\|1\|/);
        expect(judge(hashed, '[server01]:2222', shown)).toBe('known');
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
