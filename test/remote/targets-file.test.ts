import fc from 'fast-check';
import { parseTargetsFile, TargetsFileError } from '../../src/remote/targets-file';

const text = `
version: 1
defaults: { user: CORP\\admin, timeout: 60 }
groups:
  berlin:
    targets: [web01, web02]
    jump: bastion.example
    port: 2222
targets:
  web01: { host: 10.0.0.1, port: 22 }
  dc01:
    host: dc01.corp.example
    transport: winrms
    password: { env: DC_PASSWORD }
    tls: { fingerprint: "AB:CD" }
  lab-1: ~
`;

describe('the targets file', () => {
  const file = parseTargetsFile(text, '/etc/slmgr/targets.yaml', '/home/me');

  test('an entry wins over its group, the group over the defaults', () => {
    expect(file.find('WEB01')).toEqual({
      name: 'web01',
      host: '10.0.0.1',
      port: 22,
      jump: ['bastion.example'],
      user: 'CORP\\admin',
      timeout: 60,
    });
  });

  test('a member of a group needs no entry; an empty entry is one', () => {
    expect(file.find('web02')).toMatchObject({ host: 'web02', port: 2222 });
    expect(file.find('lab-1')).toEqual({ name: 'lab-1', host: 'lab-1', user: 'CORP\\admin', timeout: 60 });
    expect(file.find('elsewhere')).toBeNull();
    expect(file.names).toEqual(['web01', 'dc01', 'lab-1', 'web02']);
    expect(file.groups).toEqual({ berlin: ['web01', 'web02'] });
  });

  test('paths are relative to the file, the tilde is the home folder', () => {
    const paths = `
targets:
  a:
    key: ~/.ssh/id
    knownHosts: hosts
    password: { file: ../secret }
    tls: { caFile: ca.pem, certFile: /abs.pem, fingerprint: ab }
    jump: { host: b, key: k, password: { file: ~/pw } }
`;
    expect(parseTargetsFile(paths, '/etc/slmgr/targets.yaml', '/home/me').find('a')).toMatchObject({
      key: '/home/me/.ssh/id',
      knownHosts: '/etc/slmgr/hosts',
      password: { file: '/etc/secret' },
      tls: { caFile: '/etc/slmgr/ca.pem', certFile: '/abs.pem', fingerprint: 'ab' },
      jump: [{ host: 'b', key: '/etc/slmgr/k', password: { file: '/home/me/pw' } }],
    });
  });

  test.each([
    ['targets: { a: { jump: { host: b, password: S3cret } } }', /targets\.a\.jump/],
    ['targets: { a: { password: S3cret } }', /targets\.a\.password/],
    ['targets: { a: { port: 70000 } }', /targets\.a\.port/],
    ['targets: { a: { transport: telnet } }', /targets\.a\.transport/],
    ['targets: { a: { hots: b } }', /targets\.a/],
    ['servers: {}', /Unrecognized key/],
    ['targets: [', /no YAML/],
    ['hello', /expected/],
  ])('%s is refused with its place', (bad, message) => {
    const read = (): unknown => parseTargetsFile(bad, '/etc/targets.yaml', '/');
    expect(read).toThrow(TargetsFileError);
    expect(read).toThrow(message);
    expect(read).toThrow(/^\/etc\/targets\.yaml: /);
    expect(read).not.toThrow(/S3cret/);
  });

  test('an empty file has no targets; aliases do not blow up', () => {
    expect(parseTargetsFile('', 'f', '/').names).toEqual([]);
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefghi'.split('').map((name, index) => {
        const before = 'abcdefgh'[index] ?? 'a';
        return `${name}: &${name} [*${before},*${before},*${before},*${before},*${before},*${before},*${before}]`;
      }),
    ].join('\n');
    expect(() => parseTargetsFile(bomb, 'f', '/')).toThrow(TargetsFileError);
  });

  test('any text is read or refused with a TargetsFileError', () => {
    fc.assert(
      fc.property(fc.string(), (any) => {
        try {
          parseTargetsFile(any, 'f', '/');
        } catch (error) {
          expect(error).toBeInstanceOf(TargetsFileError);
        }
      }),
    );
  });
});
