import fc from 'fast-check';
import { harmlessExcerpt, harmlessText } from '../../../src/transports/harmless-text';
import { readableStderr } from '../../../src/transports/ssh/clixml';
import { expandFileName, hostConfig, parseSshConfig } from '../../../src/transports/ssh/config';
import { parseHop } from '../../../src/transports/ssh/route';

const names = { host: 'server01', home: '/home/me', user: 'me' };

describe('~/.ssh/config', () => {
  test('what is used of it, the first value winning, in any case', () => {
    const text = [
      'host server* !server02',
      ' HOSTNAME %h.corp.example',
      ' Port 2222',
      ' IdentityFile ~/.ssh/work',
      ' IdentityFile /keys/%u',
      ' IdentitiesOnly Yes',
      ' ProxyJump a@b:1, c',
      ' ConnectTimeout 7',
      ' ServerAliveInterval 1m30s',
      ' ServerAliveCountMax 2',
      ' HostKeyAlias alias',
      ' StrictHostKeyChecking Accept-New',
      'Host *',
      ' Port 9',
      ' User fallback',
    ].join('\n');
    expect(hostConfig(parseSshConfig(text), names)).toEqual({
      hostName: 'server01.corp.example',
      port: 2222,
      user: 'fallback',
      identityFiles: ['/home/me/.ssh/work', '/keys/me'],
      identitiesOnly: true,
      proxyJump: ['a@b:1', 'c'],
      userKnownHostsFiles: undefined,
      strictHostKeyChecking: 'accept-new',
      hostKeyAlias: 'alias',
      connectTimeout: 7000,
      serverAliveInterval: 90_000,
      serverAliveCountMax: 2,
    });
    expect(hostConfig(parseSshConfig(text), { ...names, host: 'server02' }).port).toBe(9);
  });

  test('a ProxyCommand is refused and not gone around; none is none', () => {
    expect(() => hostConfig(parseSshConfig('ProxyCommand nc %h %p'), names)).toThrow(/ProxyCommand/);
    expect(hostConfig(parseSshConfig('ProxyCommand none\nProxyJump none'), names).proxyJump).toEqual([]);
  });

  test('times: 0 is no limit of ours, nonsense says nothing', () => {
    const timesOf = (text: string): unknown => {
      const { connectTimeout, serverAliveInterval } = hostConfig(parseSshConfig(text), names);
      return [connectTimeout, serverAliveInterval];
    };
    expect(timesOf('ConnectTimeout 0\nServerAliveInterval 0')).toEqual([undefined, 0]);
    expect(timesOf('ConnectTimeout soon\nServerAliveInterval -1')).toEqual([undefined, undefined]);
    expect(timesOf('ConnectTimeout 1H')).toEqual([3_600_000, undefined]);
  });

  test('tilde and tokens', () => {
    expect(expandFileName('~/x', names)).toBe('/home/me/x');
    expect(expandFileName('%d/%h/%u/%%', names)).toBe('/home/me/server01/me/%');
    expect(expandFileName('/a~/%z', names)).toBe('/a~/%z');
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
