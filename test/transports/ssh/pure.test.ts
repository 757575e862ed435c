import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { harmlessExcerpt, harmlessText } from '../../../src/transports/harmless-text';
import { readableStderr } from '../../../src/transports/ssh/clixml';
import { hostConfig, type HostConfig } from '../../../src/transports/ssh/config';
import { ConfigFiles } from '../../../src/transports/ssh/config/files';
import { type ConfigNames } from '../../../src/transports/ssh/config/read';
import { parseHop } from '../../../src/transports/ssh/route';

describe('OpenSSH’s configuration', () => {
  let home = '';
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'slmgr-config-'));
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  function of(text: string, more: Partial<ConfigNames> = {}): HostConfig {
    const userFile = join(home, 'config');
    writeFileSync(userFile, text, { mode: 0o600 });
    const names = { host: 'server01', home: '/home/me', localUser: 'me', env: {}, ...more };
    return hostConfig(new ConfigFiles(), { userFile, systemFolder: '/nowhere' }, names);
  }

  test('what is used of it, the first value winning, in any case', () => {
    const text = [
      'host server* !server02',
      ' HOSTNAME %h.corp.example',
      ' Port 2222',
      ' IdentityFile ~/.ssh/work',
      ' IdentityFile /keys/%u',
      ' IdentitiesOnly Yes',
      ' ProxyJump a@b:1,c',
      ' ConnectTimeout 7',
      ' ServerAliveInterval 1m30s',
      ' ServerAliveCountMax 2',
      ' HostKeyAlias Alias',
      ' StrictHostKeyChecking Accept-New',
      'Host *',
      ' Port 9',
      ' User fallback',
    ].join('\n');
    expect(of(text)).toMatchObject({
      hostName: 'server01.corp.example',
      port: 2222,
      user: 'fallback',
      identityFiles: [{ file: '/home/me/.ssh/work' }, { file: '/keys/me' }],
      identitiesOnly: true,
      proxyJump: ['a@b:1', 'c'],
      userKnownHostsFiles: undefined,
      strictHostKeyChecking: 'accept-new',
      hostKeyAlias: 'alias',
      connectTimeout: 7000,
      serverAliveInterval: 90_000,
      serverAliveCountMax: 2,
    });
    expect(of(text, { host: 'server02' }).port).toBe(9);
  });

  test('Match user sees the user of the line', () => {
    const text = 'Match user admin\n Port 7\nMatch localuser me\n ConnectTimeout 3';
    expect(of(text, { saidUser: 'admin' })).toMatchObject({ port: 7, connectTimeout: 3000 });
    expect(of(text).port).toBeUndefined();
  });

  test.each([
    ['ProxyCommand nc %h %p', /line 1: a ProxyCommand for server01 is not run here/],
    ['CanonicalizeHostname yes', /canonicalizehostname for server01: it is not followed here/],
    ['BindAddress 10.0.0.1', /bindaddress/],
    ['KnownHostsCommand /bin/x', /knownhostscommand/],
    ['RevokedHostKeys /etc/revoked', /revokedhostkeys/],
    ['CheckHostIP yes', /checkhostip/],
    ['RefuseConnection "ask Ann"', /ask Ann/],
    [
      'Match exec "true"\n Port 7',
      /line 2: port hangs on Match exec \(.*, line 1\), which is not asked here/,
    ],
    ['Match host server01 tagged x\n IdentityFile /x', /identityfile hangs on Match tagged/],
    ['IdentityFile /k/%C', /%C is not followed here/],
    ['IdentityFile ~other/k', /another user's folder/],
    ['UserKnownHostsFile ${NO_SUCH}', /NO_SUCH is not set/],
    ['User %u', /versions of OpenSSH differ/],
    ['NoSuchThing yes', /nosuchthing: OpenSSH has no such setting/],
  ])('%j is named and not passed over', (text, reason) => {
    expect(() => of(text)).toThrow(reason);
    expect(() => of(text)).toThrow(/config, line \d/);
  });

  test.each([
    'ProxyCommand none\nProxyJump none',
    'ProxyJump none\nProxyCommand nc %h',
    'CanonicalizeHostname no\nKnownHostsCommand none\nRevokedHostKeys none\nCheckHostIP no',
    'Host other\n ProxyCommand x\n BindAddress 1.2.3.4\nMatch host other exec "x"\n Port 7',
    'Match exec "true"\n Compression yes\n SendEnv X',
    'Port 22\nMatch exec "true"\n Port 7',
    'Match exec x\n IgnoreUnknown NoSuch*\nHost other\n NoSuchThing yes',
  ])('%j changes nothing', (text) => {
    expect(of(text)).toMatchObject({ hostName: 'server01', proxyJump: [], user: undefined });
  });

  test('certificates and tokens for signing in are named where that fails', () => {
    expect(of('CertificateFile /x\nPKCS11Provider /y').notFollowed).toEqual([
      expect.stringMatching(/^certificatefile is not followed here \(.*config, line 1\)\.$/),
      expect.stringMatching(/^pkcs11provider .*line 2/),
    ]);
  });

  test('times: 0 is no limit of ours', () => {
    const { connectTimeout, serverAliveInterval } = of('ConnectTimeout 0\nServerAliveInterval 0');
    expect([connectTimeout, serverAliveInterval]).toEqual([undefined, 0]);
  });

  test('HOME is there for ${HOME} also where the environment has none', () => {
    expect(of('UserKnownHostsFile "${HOME}/a b"').userKnownHostsFiles).toEqual(['/home/me/a b']);
  });
});

describe('jump hosts', () => {
  test.each([
    ['b', { host: 'b' }],
    ['a@b:22', { user: 'a', host: 'b', port: 22 }],
    ['a@x@[fe80::1]:2', { user: 'a@x', host: 'fe80::1', port: 2 }],
    ['ssh://b', { host: 'b' }],
  ])('%s', (text, hop) => expect(parseHop(text)).toEqual(hop));

  test.each(['', 'a b@', 'b:0', 'b:70000', 'x:y:z'])('%j is none', (text) => {
    expect(() => parseHop(text)).toThrow(/no jump host/);
  });
});

describe('standard error of PowerShell', () => {
  const objs = (body: string): string =>
    `<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04">${body}</Objs>`;

  test('texts of the records without progress', () => {
    const progress = '<Obj S="progress" RefId="0"><MS><AV>Preparing modules</AV></MS></Obj>';
    const text = `#< CLIXML\r\n${objs(progress)}${objs('<S S="Error">a &lt;b&gt;_x000D__x000A_</S><S S="Error">c</S>')}`;
    expect(readableStderr(text)).toBe('a <b>\r\nc');
    expect(readableStderr(`#< CLIXML\r\n${objs(progress)}`)).toBe('');
  });

  test('plain text stays, also beside CLIXML', () => {
    expect(readableStderr('plain')).toBe('plain');
    expect(readableStderr(`before\n#< CLIXML\n${objs('<S S="Warning">w</S>')}`)).toBe('before\nw');
  });
});

describe('harmless text', () => {
  test('nothing that a terminal would obey remains', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        // eslint-disable-next-line no-control-regex -- that is what is looked for
        expect(harmlessText(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
        expect(harmlessExcerpt(text, 10).length).toBeLessThanOrEqual(11);
      }),
    );
  });

  test('ordinary text stays as it is', () => {
    expect(harmlessText('Windows(R), Enterprise ä € 日本')).toBe('Windows(R), Enterprise ä € 日本');
    expect(harmlessText('a\r\n\tb')).toBe('a b');
    expect(harmlessText('\u001b[31mred')).toBe('\ufffd[31mred');
  });
});
