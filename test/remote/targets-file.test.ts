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
  web02: ~
  dc01:
    host: dc01.corp.example
    transport: winrms
    password: { env: DC_PASSWORD }
    tls: { fingerprint: "AB:CD" }
  lab-1: ~
`;

/** Counts what is looked at one by one in arrays: also by the YAML library. */
function countCallbacks(): { readonly calls: () => number; readonly restore: () => void } {
  let calls = 0;
  const spies = (['some', 'find', 'filter', 'every'] as const).map((name) => {
    const original = Array.prototype[name] as (
      this: unknown[],
      look: (...all: unknown[]) => unknown,
    ) => unknown;
    return jest.spyOn(Array.prototype, name as 'some').mockImplementation(function (this: unknown[], look) {
      return original.call(this, (...all: unknown[]) => {
        calls += 1;
        return (look as (...all: unknown[]) => unknown)(...all);
      }) as boolean;
    });
  });
  return {
    calls: () => calls,
    restore: () => {
      for (const spy of spies) spy.mockRestore();
    },
  };
}

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

  test('an empty entry is one', () => {
    expect(file.find('web02')).toMatchObject({ host: 'web02', port: 2222 });
    expect(file.find('lab-1')).toEqual({ name: 'lab-1', host: 'lab-1', user: 'CORP\\admin', timeout: 60 });
    expect(file.find('elsewhere')).toBeNull();
    expect(file.names).toEqual(['web01', 'web02', 'dc01', 'lab-1']);
    expect(file.groups).toEqual({ berlin: ['web01', 'web02'] });
  });

  test.each([
    ['yes', true],
    ['on', true],
    ['True', true],
    ['no', false],
    ['off', false],
    ['KMS01', 'KMS01'],
  ])('agent: %s is %j', (written, meant) => {
    expect(parseTargetsFile(`targets: { a: { agent: ${written} } }`, 'f', '/').find('a')).toMatchObject({
      agent: meant,
    });
  });

  test('a plain list of hosts, one a line, with comments; also as a list of YAML', () => {
    const list =
      '# the branch\r\npc1.corp.example # hers\r\n\r\nwinrms://admin@pc2.corp.example:5987\nfe80::1\n[::1]\n';
    const plain = parseTargetsFile(list, 'f', '/');
    expect(plain.names).toEqual(['pc1.corp.example', 'pc2.corp.example', 'fe80::1', '[::1]']);
    expect(plain.find('PC2.corp.example')?.host).toBe('winrms://admin@pc2.corp.example:5987');
    expect(plain.find('# the branch')).toBeNull();
    expect(parseTargetsFile('- pc1\n- pc2\n', 'f', '/').names).toEqual(['pc1', 'pc2']);
    expect(parseTargetsFile('pc1', 'f', '/').names).toEqual(['pc1']);
    expect(() => parseTargetsFile('pc1\npc2:99\n', 'f', '/')).toThrow(/line 2/);
    expect(() => parseTargetsFile('ssh://a@pc1\nssh://b@PC1\n', 'f', '/')).toThrow(/line 2.*twice/);
    expect(() => parseTargetsFile('telnet://pc1\n', 'f', '/')).toThrow(/line 1/);
  });

  test('commands of a file that others can write are not run; the rest of it is used', () => {
    const commands =
      'targets: { a: { password: { command: x } }, b: { jump: { host: j, password: { command: x } } }, c: ~ }';
    const shared = parseTargetsFile(commands, '/t.yaml', '/', {
      writable: 'others can write it; run: chmod go-w /t.yaml',
    });
    expect(() => shared.find('a')).toThrow(/password command of a is not run.*chmod/);
    expect(() => shared.find('b')).toThrow(TargetsFileError);
    expect(shared.find('c')?.host).toBe('c');
    expect(parseTargetsFile(commands, '/t.yaml', '/').find('a')?.host).toBe('a');
  });

  test('the work grows with the file and not with its square', () => {
    const work = (targets: number): number => {
      const names = Array.from({ length: targets }, (_, at) => `pc${at}`);
      const text = `groups: { all: { targets: [${names.join(', ')}] } }\ntargets:\n${names.map((each) => `  ${each}: { user: a }\n`).join('')}`;
      const lower = jest.spyOn(String.prototype, 'toLowerCase');
      const counted = countCallbacks();
      try {
        const read = parseTargetsFile(text, 'f', '/');
        for (const each of names) read.find(each);
        return lower.mock.calls.length + counted.calls();
      } finally {
        lower.mockRestore();
        counted.restore();
      }
    };
    const [small, large] = [work(300), work(600)];
    expect(small).toBeGreaterThan(300);
    expect(large / small).toBeLessThan(2.2);
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
    ['servers: {}', /has no "servers"; it takes version, defaults, groups, targets$/],
    ['targets: [', /no YAML/],
    ['hello: world', /has no "hello"/],
    ['[1, 2]', /a mapping is expected/],
    ['- { host: a }', /a mapping is expected/],
    ['groups: { g: { targets: [kms0l] } }\ntargets: { kms01: ~ }', /groups\.g\.targets: kms0l is no target/],
    ['targets: { a: ~, A: ~ }', /a and A are one name/],
    ['targets:\n  a: { host: x }\n  a: { host: y }', /the key a stands twice at line 3/],
    ['targets: { a: { agent: a b } }', /targets\.a\.agent: takes true, false, or the name/],
    // A bell, a tab, a line feed, a next line, a space that does not break, an escape that YAML does not know.
    [
      'targets: { a: { user: "CORP\\admin" } }',
      /targets\.a\.user: holds the control character U\+0007.*single quotes/,
    ],
    ['targets: { a: { user: "CORP\\tom" } }', /U\+0009.*single quotes/],
    ['defaults: { key: "C:\\new" }', /defaults\.key: holds the control character U\+000A/],
    ['targets: { a: { host: "a\\Nb" } }', /U\+0085/],
    ['targets: { a: { user: "CORP\\_x" } }', /U\+00A0/],
    ['targets: { a: { tls: { caFile: "C:\\bin" } } }', /U\+0008/],
    ['targets: { a: { user: "CORP\\steve" } }', /no YAML.*single quotes/],
    ['targets: { a: { jump: { host: "u\\a@b" } } }', /targets\.a\.jump/],
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

  test('a list is held to the same rules as a document, whichever way its entries are looked at', () => {
    const value = fc.oneof(
      fc.constantFrom(
        'x',
        '22',
        '0',
        '70000',
        'ssh',
        'winrms',
        'telnet',
        'basic',
        'ntlm',
        'kerberos',
        '\u0007',
        'ä',
      ),
      fc.string({ maxLength: 6 }).filter((word) => !/[\s",;]/.test(word)),
    );
    const columns = fc.record({ user: value, port: value, transport: value, site: value, key: value });
    const outcome = (content: string): unknown => {
      try {
        return parseTargetsFile(content, '/etc/f', '/').find('pc');
      } catch (error) {
        expect(error).toBeInstanceOf(TargetsFileError);
        return 'refused';
      }
    };
    fc.assert(
      fc.property(columns, (row) => {
        const said = Object.entries(row).filter(([, word]) => word !== '');
        const csv = [
          ['name', ...said.map(([name]) => name)],
          ['pc', ...said.map(([, word]) => word)],
        ];
        const port = said.find(([name]) => name === 'port');
        const entry = {
          ...Object.fromEntries(said),
          ...(port === undefined ? {} : { port: Number(port[1]) }),
        };
        expect(outcome(csv.map((line) => line.join(',')).join('\n'))).toEqual(
          outcome(JSON.stringify({ targets: { pc: entry } })),
        );
      }),
    );
  });

  test('a file has two million lines and a million machines at most, YAML eight million characters', () => {
    const read = (content: string) => () => parseTargetsFile(content, 'f', '/');
    expect(read('\n'.repeat(2_000_001))).toThrow('f: it has more than 2000000 lines');
    expect(read(`targets:\n  a: ~ # ${'x'.repeat(8 * 1024 * 1024)}`)).toThrow(
      /YAML has at most 8388608 characters/,
    );
  });
});
