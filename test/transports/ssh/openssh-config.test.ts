import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { hostConfig, type HostConfig } from '../../../src/transports/ssh/config';
import { splitAddress } from '../../../src/transports/ssh/config/jump';
import { ConfigFiles } from '../../../src/transports/ssh/config/files';

const program = '/usr/bin/ssh';
const hasSsh = existsSync(program);
const describeWithSsh = hasSsh ? describe : describe.skip;
const note = hasSsh ? '' : ' (skipped: no openssh-client here)';

const { username: me, homedir: home } = userInfo();
const env = { PATH: '/usr/bin:/bin', HOME: home, SLMGR_TEST: 'some thing' };

/** What was said on the line, as `ssh -l` and `ssh -p`. */
interface Line {
  readonly host: string;
  readonly user: string | undefined;
  readonly port: number | undefined;
}

/** The settings as `ssh -G` prints them; null where it refuses the files. */
function real(file: string, { host, user, port }: Line): ReadonlyMap<string, readonly string[]> | null {
  const said = [
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', String(port)]),
  ];
  const { status, stdout } = spawnSync(program, ['-G', '-F', file, ...said, '--', host], {
    encoding: 'utf8',
    env,
    timeout: 20_000,
  });
  if (status !== 0) return null;
  const settings = new Map<string, string[]>();
  for (const line of stdout.split('\n')) {
    const [, name = '', value = ''] = /^(\S+) (.*)$/.exec(line) ?? [];
    settings.set(name.toLowerCase(), [...(settings.get(name.toLowerCase()) ?? []), value]);
  }
  return settings;
}

function ours(file: string, { host, user, port }: Line): HostConfig | string {
  const names = { host, saidUser: user, saidPort: port, home, localUser: me, env };
  try {
    return hostConfig(new ConfigFiles(), { userFile: file, systemFolder: '/nowhere' }, names);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** `ssh -G` shows an IdentityFile as it stands: what it makes of it later is done here by hand. */
function expanded(raw: string, line: Line, config: HostConfig): string {
  const tokens: Readonly<Record<string, string>> = {
    '%': '%',
    h: config.hostName,
    n: line.host,
    k: config.hostKeyAlias ?? line.host,
    p: String(line.port ?? config.port ?? 22),
    r: line.user ?? config.user ?? me,
    u: me,
    d: home,
    L: hostname().split('.', 1)[0] ?? '',
  };
  return raw
    .replace(/^~\//, `${home}/`)
    .replaceAll(/%(.)|\$\{(\w+)\}/g, (_, token: string | undefined, name: string) =>
      token === undefined
        ? ((env as Readonly<Record<string, string | undefined>>)[name] ?? '')
        : (tokens[token] ?? ''),
    );
}

const yesNo = (value: boolean): string => (value ? 'yes' : 'no');

function way(config: HostConfig, { user, port }: Line): Record<string, readonly string[]> {
  const jumps = config.proxyJump;
  return {
    hostname: [config.hostName],
    user: [user ?? config.user ?? me],
    port: [String(port ?? config.port ?? 22)],
    proxyjump: jumps.length === 0 ? [] : [[...jumps.slice(0, -1), lastJump(config)].join(',')],
    hostkeyalias: config.hostKeyAlias === undefined ? [] : [config.hostKeyAlias],
    identityagent: config.identityAgent === undefined ? [] : [config.identityAgent ?? 'none'],
  };
}

/** Our settings in the words of `ssh -G`. */
function shown(config: HostConfig, line: Line): Record<string, readonly string[]> {
  const seconds = (time: number | undefined, none: string): string =>
    time === undefined ? none : String(time / 1000);
  const off = (method: string): string => yesNo(!config.withoutAuthentications.includes(method));
  const strict = { yes: 'true', no: 'false', ask: 'ask', 'accept-new': 'accept-new' } as const;
  return {
    ...way(config, line),
    identitiesonly: [yesNo(config.identitiesOnly)],
    userknownhostsfile: [files(config.userKnownHostsFiles ?? usual(`${home}/.ssh/known_hosts`))],
    globalknownhostsfile: [files(config.globalKnownHostsFiles ?? usual('/etc/ssh/ssh_known_hosts'))],
    stricthostkeychecking: [strict[config.strictHostKeyChecking ?? 'ask']],
    hashknownhosts: [yesNo(config.hashKnownHosts)],
    requiredrsasize: [String(config.requiredRsaBits)],
    addressfamily: [{ 0: 'any', 4: 'inet', 6: 'inet6' }[config.addressFamily]],
    connecttimeout: [seconds(config.connectTimeout, 'none')],
    serveraliveinterval: [seconds(config.serverAliveInterval, '0')],
    serveralivecountmax: [String(config.serverAliveCountMax ?? 3)],
    passwordauthentication: [off('password')],
    kbdinteractiveauthentication: [off('keyboard-interactive')],
    preferredauthentications: config.authentications === undefined ? [] : [config.authentications.join(',')],
  };
}

/** The machine next to the target, as ssh -G takes it apart and puts it together again. */
function lastJump({ proxyJump }: HostConfig): string {
  const { host, user, port } = splitAddress(proxyJump.at(-1) ?? '') ?? { host: '' };
  const named = /^[\d.]*$/.test(host) || host.includes(':') ? `[${host}]` : host;
  return `${user === undefined ? '' : `${user}@`}${named}${port === undefined ? '' : `:${String(port)}`}`;
}

/** What `ssh -G` shows before it is made use of: the case of an alias and of none, and the tilde of the computer's files. */
function asUsed(name: string, value: string): string {
  if (name === 'hostkeyalias' || value === 'NONE') return value.toLowerCase();
  return name === 'globalknownhostsfile' ? value.replaceAll(/(?<=^| )~\//g, `${home}/`) : value;
}

function files(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.join(' ');
}

function usual(file: string): readonly string[] {
  return [file, `${file}2`];
}

const pick = (...values: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...values);
const join_ = (parts: readonly fc.Arbitrary<string>[], between = ''): fc.Arbitrary<string> =>
  fc.tuple(...parts).map((words) => words.join(between));

const pattern = pick(
  'web',
  'WEB',
  'web1',
  'w*',
  '*',
  '?eb',
  '!web',
  '!w*',
  'db',
  '10.0.0.*',
  '"web"',
  'web.example',
);
const patterns = (between: string): fc.Arbitrary<string> =>
  fc.array(pattern, { minLength: 1, maxLength: 3 }).map((all) => all.join(between));
const listed = patterns(',').map((text) => text.replaceAll('"', ''));

const criterion = fc.oneof(
  join_([pick('', '!'), pick('host', 'Host', 'originalhost'), pick(' ', '='), listed]),
  join_([pick('', '!'), pick('user'), pick(' ', '='), pick('ann', 'bob', 'a*,!ann', me, '"ann"')]),
  join_([pick('', '!'), pick('localuser '), pick(me, 'nobody', '*')]),
  pick('final', 'canonical', '!canonical'),
);
const match = fc.oneof(
  pick(
    'Match all',
    'match ALL # all of them',
    'Match !all',
    'Match final all',
    'Match "host" web',
    'Match all host web',
  ),
  fc.array(criterion, { minLength: 1, maxLength: 3 }).map((all) => `Match ${all.join(' ')}`),
);

const word = pick(
  '/k/a',
  '"/k/a b"',
  '/k/a\\ b',
  "'/k/a b'",
  '~/.ssh/%r',
  '/k/%h-%n',
  '/k/%u/%d%%',
  '"/k/%k %p"',
  '${HOME}/k',
  '/k/${SLMGR_TEST}',
  '/k/a"b c"d',
  '/k/a\\b',
  '/k/"a\\"b"',
  'none',
  'NONE',
  '/k/%L',
);
const setting = fc.oneof(
  join_([
    pick('HostName'),
    pick(' ', '=', ' = ', '\t', '  '),
    pick(
      ...['%h.example', '10.0.0.1', 'DB', 'A%%b', '"%h"', '127.1', '0X7F.1', '4294967296', '::FFFF:1.2.3.4'],
      ...['0::FFFF:A01:1', '::FFFF:1.2.3.4%%1', 'FE80:0::1%%nolink', '0::5%%lo', '0::5%%1'],
    ),
  ]),
  join_([pick('Port', 'PORT', '  port'), pick(' ', '='), pick('22', '2222', '1', '65535', '0022')]),
  join_([
    pick('User', 'user'),
    pick(' ', '= '),
    pick('ann', 'bob', 'CORP\\admin', '"CORP\\\\x y"', 'a#b', 'ann # no'),
  ]),
  join_([pick('IdentityFile ', 'identityfile2='), word]),
  join_([
    pick('UserKnownHostsFile ', 'GlobalKnownHostsFile\t'),
    pick('none', '/a /b', '"/a b" /c', '~/x', '"~/x y"'),
  ]),
  join_([pick('UserKnownHostsFile '), fc.oneof(word, join_([word, pick('/z', '"/y z"')], ' '))]),
  join_([
    pick('ProxyJump ', 'proxyjump=', 'ProxyJump = '),
    pick(
      'none',
      'NONE',
      'jump',
      'ann@jump:2200',
      'a,b@c,d:1',
      '[fe80::1]:22',
      'ssh://ann@jump:9',
      'jump # comment',
    ),
  ]),
  pick(
    'ProxyCommand none',
    'IdentitiesOnly yes',
    'identitiesonly NO',
    'IdentitiesOnly True',
    'HashKnownHosts yes',
  ),
  join_([pick('IdentityAgent '), pick('none', 'SSH_AUTH_SOCK', '~/agent', '"/a b/%h"', '${HOME}/agent')]),
  join_([
    pick('StrictHostKeyChecking '),
    pick('yes', 'no', 'off', 'ask', 'accept-new', 'ACCEPT-NEW', 'true', 'false'),
  ]),
  join_([pick('ConnectTimeout ', 'ServerAliveInterval '), pick('none', '5', '1m30s', '1H', '90', '2w')]),
  join_([pick('ServerAliveCountMax '), pick('0', '1', '9', '2147483647')]),
  join_([pick('RequiredRSASize '), pick('1024', '2048', '03072')]),
  join_([pick('AddressFamily '), pick('any', 'inet', 'INET', 'inet6')]),
  join_([pick('HostKeyAlias '), pick('Alias', 'other', '"al ias"')]),
  join_([
    pick('PasswordAuthentication ', 'KbdInteractiveAuthentication ', 'ChallengeResponseAuthentication '),
    pick('yes', 'no'),
  ]),
  join_([pick('PreferredAuthentications '), pick('publickey', 'password,publickey')]),
  pick(
    '',
    '  ',
    '# comment',
    '   # Host x',
    'Compression yes',
    'SendEnv LANG LC_*',
    'IgnoreUnknown Strange*',
    '\f',
    'LogLevel INFO\r',
  ),
);
/** Lines that OpenSSH refuses, wherever they stand: they come seldom, since they make the whole file useless. */
const wrong = pick(
  'Port 0',
  'Port x',
  'Strange yes',
  'IdentityFile "a',
  'Host',
  'Host ""',
  'Match',
  'Match host',
  'Match strange x',
  'HostName',
  'IdentitiesOnly maybe',
  'ConnectTimeout soon',
  'User a b',
  'UserKnownHostsFile /a none',
  'ProxyJump b:0',
  'ProxyJump @b',
  'AddressFamily v4',
  'RequiredRSASize 2147483648',
  'RequiredRSASize -1',
  'Match all all',
);

const include = pick(
  'Include one',
  'Include "two words" one',
  'include=d/*.conf',
  'Include d/[ab].conf absent',
  'Include d/?.c*f',
  'Include ~/absent-of-slmgr one',
  'Include *',
  'Include three',
);
const host = patterns(' ').map((all) => `Host ${all}`);
const line = fc.oneof(
  { weight: 9, arbitrary: setting },
  { weight: 3, arbitrary: host },
  { weight: 2, arbitrary: match },
  { weight: 2, arbitrary: include },
);
const text = fc.array(fc.oneof({ weight: 200, arbitrary: line }, { weight: 1, arbitrary: wrong }), {
  maxLength: 14,
});
const leaf = fc.array(fc.oneof({ weight: 3, arbitrary: setting }, host, match), { maxLength: 6 });

describeWithSsh(`the settings are those of ssh -G${note}`, () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'slmgr-config-'));
    mkdirSync(join(folder, 'd'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function write(name: string, lines: readonly string[]): string {
    const file = join(folder, name);
    // What is relative belongs to ~/.ssh: the test's files are named in full.
    const own = lines.map((each) =>
      /^include/i.test(each)
        ? each.replaceAll(/(^include[ =]"?|[ ](?="?(?!words)))("?)(?=[a-z*])/gi, `$1$2${folder}/`)
        : each,
    );
    writeFileSync(file, `${own.join('\n')}\n`, { mode: 0o600 });
    return file;
  }

  function compare(file: string, line_: Line): void {
    const expected = real(file, line_);
    const config = ours(file, line_);
    if (expected === null) {
      expect(typeof config === 'string' ? 'refused' : config).toBe('refused');
      return;
    }
    if (typeof config === 'string') throw new Error(`ssh takes it, and here: ${config}`);
    const found = shown(config, line_);
    expect(found).toEqual(
      Object.fromEntries(
        Object.keys(found).map((name) => [
          name,
          (expected.get(name) ?? [])
            .filter((value) => value !== 'SSH_AUTH_SOCK')
            .map((value) => asUsed(name, value)),
        ]),
      ),
    );
    const identities = (expected.get('identityfile') ?? []).filter((raw) => raw.toLowerCase() !== 'none');
    const isUsual = config.identityFiles === undefined;
    if (isUsual) expect(identities[0]).toBe('~/.ssh/id_rsa');
    else
      expect(config.identityFiles.map(({ file: named }) => named)).toEqual(
        identities.map((raw) => expanded(raw, line_, config)),
      );
  }

  test('over generated files', () => {
    const said = fc.record({
      host: pick('web', 'WEB', 'web1', 'db', '10.0.0.1', '::1', 'other.example'),
      user: fc.option(pick('ann', 'bob'), { nil: undefined, freq: 3 }),
      port: fc.option(fc.constant(2022), { nil: undefined, freq: 5 }),
    });
    const files = fc.record({ main: text, one: leaf, two: leaf, three: text, a: leaf, b: leaf });
    fc.assert(
      fc.property(files, said, ({ main, one, two, three, a, b }, line_) => {
        write('one', one);
        write('two words', two);
        write(
          'three',
          three.filter((each) => !/^include/i.test(each)),
        );
        write('d/a.conf', a);
        write('d/b.conf', b);
        compare(
          write(
            'main',
            main.filter((each) => each !== 'Include *'),
          ),
          line_,
        );
      }),
      { numRuns: Number(process.env['SLMGR_CONFIG_RUNS'] ?? 60) },
    );
  }, 300_000);
});
