import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InProcess } from '../storm/in-process';

/** What a new user types, and what the last line on standard error says to it. */
const mistakes: readonly (readonly [string, RegExp])[] = [
  ['/dlvv', /^slmgr: \/dlvv is no verb\. Did you mean \/dlv\?$/],
  ['/atoo', /Did you mean \/ato\?$/],
  ['-dlli', /Did you mean \/dli\?$/],
  ['/check', /Did you mean "slmgr check"\?$/],
  ['/json', /Did you mean --json\?$/],
  ['-json', /Did you mean --json\?$/],
  ['/?', /"slmgr help" shows help\.$/],
  ['-h', /"slmgr help" shows help\.$/],
  ['/help', /"slmgr help" shows help\.$/],
  ['/foo', /^slmgr: \/foo is no verb\. "slmgr help" lists verbs and commands\.$/],
  ['--dli', /Did you mean \/dli\?$/],
  ['//dli', /Did you mean \/dli\?$/],
  ['dli', /Did you mean "slmgr \/dli"\?$/],
  ['DLV', /Did you mean "slmgr \/dlv"\?$/],
  ['PC-001 dli', /Did you mean "slmgr PC-001 \/dli"\?$/],
  ['PC-001', /with a machine a verb follows: slmgr PC-001 \/dli$/],
  ['', /^slmgr: No verb was given\./],
  ['PC-001 admin /dli', /A user name needs a password behind it/],
  ['a b c d /dli', /At most three words stand in front of a verb/],
  ['/ipk', /\/ipk needs <Product Key>: "slmgr help ipk" shows how\.$/],
  ['chek', /^slmgr: There is no command "chek"\. Did you mean "slmgr check"\?$/],
  ['keyz', /Did you mean "slmgr keys"\?$/],
  ['list', /Did you mean "slmgr lab list" or "slmgr fleet list"\?$/],
  ['serve', /Did you mean "slmgr lab serve" or "slmgr kms serve"\?$/],
  ['--jsn /dli', /^slmgr: Unknown option --jsn\. Did you mean --json\?/],
  ['--JSON /dli', /Did you mean --json\?/],
  ['/dli --verbose', /^slmgr: Unknown option --verbose\./],
  ['/dli --count 3', /Option --count does not belong to slmgr's verbs\.$/],
  ['/dli --snapshot', /Option --snapshot needs a value: FILE\.$/],
  ['lab', /"slmgr lab" wants to know what to do/],
  ['lab evnts', /Did you mean "slmgr lab events"\?$/],
  ['lab account', /"slmgr lab account" wants to know what to do: add, list, remove\.$/],
  ['fleet proxy', /"slmgr fleet proxy" wants to know what to do: collect, fill, apply\.$/],
  [
    'fleet proxy colect',
    /"slmgr fleet proxy" knows no "colect"\. Did you mean "slmgr fleet proxy collect"\?$/,
  ],
  ['lab account frobnicate', /knows no "frobnicate"\. It takes add, list, remove\.$/],
  ['lab frobnicate', /"slmgr lab" knows no "frobnicate"\. "slmgr help lab" lists its commands\.$/],
  ['lab add', /<name> is missing.*"slmgr help lab add" shows how\)$/],
  ['lab add X --prodct Y', /Unknown option --prodct; did you mean --product\?/],
  [
    'lab add X --product Windows 7 Enterprise',
    /a value with blanks is quoted: --product "Windows 7 Enterprise"/,
  ],
  ['lab add X --product Windws', /"Windws" is no product of the catalogue/],
  ['lab add X --product W --count many', /--count: must be a whole number from 1 to 100000/],
  ['lab list PC-001', /"PC-001" is one word too many/],
  ['lab list -json', /did you mean --json\?/],
  ['lab show PC-0O1', /There is no machine PC-0O1 in the estate: did you mean PC-001\?$/],
  ["lab stop 'XX-*'", /No machine fits 'XX-\*'/],
  ['lab clock advanc 7d', /no command "lab clock advanc"; did you mean "slmgr lab clock advance"\?/],
  ['lab dns ad x', /did you mean "slmgr lab dns add"\?/],
  ['check PC-01', /did you mean PC-001\?$/],
  ['lab set PC-001', /Nothing to set/],
  ['lab set PC-001 --slic maybe', /--slic: must be one of none, marker, no-marker/],
  ['completion tcsh', /shell: must be one of bash, zsh, fish, powershell/],
  ['help atoo', /There is no help on "atoo"; did you mean "slmgr help ato"\?$/],
  ['help lab ad', /did you mean "slmgr help lab add"\?$/],
  ['PC-01 /dli', /No machine "PC-01" is known; did you mean PC-001\?$/],
  ['fileserv /dli', /did you mean fileserver\?$/],
  ['jumphots /dli', /did you mean jumphost\?$/],
  ['PC-001/dli', /Did you mean "slmgr PC-001 \/dli"\?$/],
  ['PC-001 activate', /Did you mean "slmgr PC-001 \/ato"\?$/],
  ['activate', /Did you mean "slmgr \/ato"\?$/],
  ['ls', /Did you mean "slmgr lab list"\?$/],
  ['lab delete PC-001', /Did you mean "slmgr lab remove"\?$/],
  ['lab create X', /Did you mean "slmgr lab add"\?$/],
  ['lab token', /Did you mean "slmgr lab mint-token"\?$/],
  ['lab clock stop', /did you mean "slmgr lab clock hold"\?/],
  ['kms publish KMS01', /Did you mean "slmgr kms dns-record"\?$/],
  ['lab add X --product Windows_Sever_2019', /did you mean "Windows Server 2019 Datacenter"/],
  ['lab add X --elevated no', /does not belong to "slmgr lab add" but to "slmgr lab set"\./],
  ['lab events PC-001 --since never', /^slmgr: --since: "never" is /],
  ['lab dns remove nosuch', /There is no SRV record nosuch.*"slmgr lab dns records" lists them\.$/],
  ['lab account remove nobody', /"slmgr lab account list" lists them\.$/],
  ['lab registry PC-001 get SkipRaerm', /has no value SkipRaerm\. Did you mean SkipRearm\?$/],
  ['discover no_such!', /domain: "no_such!" is no name/],
  ['targets PC-[', /^This \[ is not closed\.$/],
  ['targets @nogroup', /^There is no group @nogroup\.$/],
  ['snapshot PC-01', /No machine "PC-01" is known; did you mean PC-001\?$/],
  ['PC-001 /dli --timeout never', /--timeout never is no length of time/],
  ['PC-001 /ilc nofile', /nofile cannot be read: there is no such file or folder\. Check the path\.$/],
  ['/dli --snapshot nofile', /nofile cannot be read: there is no such file or folder\. Check the path\.$/],
];

/** Slmgr's own refusals, whose text stays on standard output. */
const ofSlmgr = ['/dlvv', '/foo', '-h', '--dli', 'dli', 'PC-001', '', '/ipk', 'a b c d /dli'];

describe('what a new user types', () => {
  const program = new InProcess();
  const env = { XDG_CONFIG_HOME: join(program.folder, 'config') };
  const run = (line: string) =>
    program.run(
      line.split(' ').filter((word) => word !== ''),
      '',
      env,
    );
  afterAll(() => {
    program.remove();
  });

  beforeAll(async () => {
    await program.ok('lab', 'init', '--now', '2026-01-05T08:00:00Z');
    await program.ok('lab', 'add', 'PC-001', '--product', 'Windows 7 Enterprise');
    mkdirSync(join(env.XDG_CONFIG_HOME, 'slmgr'), { recursive: true });
    const targets = 'targets:\n  fileserver:\n    host: 192.0.2.7\n';
    writeFileSync(join(env.XDG_CONFIG_HOME, 'slmgr', 'targets.yaml'), targets);
    mkdirSync(join(program.folder, '.ssh'));
    writeFileSync(join(program.folder, '.ssh', 'config'), 'Host jumphost *.example\n  HostName 192.0.2.8\n');
  });

  test.each(mistakes)('%s', async (line, answer) => {
    const { status, err } = await run(line);
    expect(err.trimEnd().split('\n').at(-1)?.trim()).toMatch(answer);
    expect(status).not.toBe(0);
  });

  test.each(ofSlmgr)('%j keeps the text of slmgr on standard output', async (line) => {
    const { out, err } = await run(line);
    expect(out).toContain('Windows Software Licensing Management Tool');
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  });

  test.each(['chek', '--jsn /dli', 'lab evnts', 'lab add X --prodct Y'])('%s gets one line', async (line) => {
    const { out, err } = await run(line);
    expect(out).toBe('');
    expect(err.trimEnd().split('\n')).toHaveLength(1);
  });

  test.each([
    ['/dlvv', /Did you mean \/dlv\?$/],
    ['chek', /Did you mean "slmgr check"\?$/],
    ['lab evnts', /Did you mean "slmgr lab events"\?$/],
    ['PC-01 /dli', /did you mean PC-001\?$/],
  ] as const)('%s --json has the same message', async (line, answer) => {
    const { messages } = JSON.parse((await run(`${line} --json`)).out) as {
      readonly messages: readonly string[];
    };
    expect(messages.at(-1)).toMatch(answer);
  });

  test('names of commands may stand in any case, and help and version are commands', async () => {
    const said = async (line: string): Promise<string> => (await run(line)).out;
    expect(await said('LAB LIST')).toBe(await said('lab list'));
    expect(await said('KEYS windows 7')).toBe(await said('keys windows 7'));
    for (const line of ['help ato', 'help /ato', 'HELP ATO'])
      expect(await said(line)).toBe(await said('/ato --help'));
    expect(await said('help lab add')).toBe(await said('lab add --help'));
    expect(await said('help')).toBe(await said('--help'));
    expect(await said('version')).toBe(await said('--version'));
  });
});

describe('numbers and patterns of lab machines', () => {
  const program = new InProcess();
  afterAll(() => {
    program.remove();
  });

  test('--count numbers one machine too and goes on behind what is there; patterns take those that fit', async () => {
    const add = (...words: readonly string[]) =>
      program.ok('lab', 'add', ...words, '--product', 'Windows 7 Enterprise');
    await program.ok('lab', 'init', '--now', '2026-01-05T08:00:00Z');
    expect(await add('VM')).toBe('Added VM.\n');
    expect(await add('VM', '--count', '1')).toBe('Added VM-001.\n');
    expect(await add('PC', '--count', '3')).toBe('Added PC-001, PC-002, PC-003.\n');
    expect(await add('pc', '--count', '2')).toBe('Added pc-004, pc-005.\n');
    expect(await program.ok('lab', 'stop', 'PC-00*', 'VM')).toContain('pc-005 is stopped.');
    expect(await program.ok('lab', 'start', '??-001')).toBe('VM-001 is running.\nPC-001 is running.\n');
    expect(await program.ok('lab', 'remove', 'VM*')).toBe('Removed VM.\nRemoved VM-001.\n');
    expect((await program.run(['lab', 'remove', 'PC-001', 'QQ*'])).status).toBe(1);
    expect(await program.ok('lab', 'list')).toContain('PC-001');
  });
});
