import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InProcess } from '../storm/in-process';

/** Files as they are written by people in a hurry, by name. */
const files = {
  'tab.yaml': 'version: 1\npolicies:\n\t- targets: PC-001\n',
  'typo.yaml': 'version: 1\npolicies:\n  - targets: PC-001\n    set: { lisenced: true }\n',
  'strange.yaml': 'version: 1\npolicies:\n  - targets: PC-001\n    set: { kms: auto }\n    unless: x\n',
  'kms.yaml': 'version: 1\npolicies:\n  - targets: PC-001\n    set: { kms: "a b" }\n',
  'near.yaml': 'version: 1\npolicies:\n  - targets: PC-0O1\n    set: { kms: auto }\n',
  'two.yaml': 'version: 2\npolicies: []\n',
  'list.yaml': '- a\n- b\n',
  'empty.yaml': '',
  'key.yaml': 'version: 1\npolicies:\n  - targets: PC-001\n    set: { key: W269N-WFGWX-YVC9B-4J6C9-T83GX }\n',
  'days.yaml': 'version: 1\npolicies:\n  - targets: PC-001\n    set: { minDays: 999 }\n',
  'open.yaml': 'version: 1\npolicies:\n  - targets: "PC-["\n    set: { kms: auto }\n',
  'cut.yaml': '{"version": 1, "policies": [',
  'noset.yaml': 'version: 1\npolicies:\n  - targets: PC-001\n',
  'twice.yaml': 'version: 1\nversion: 1\npolicies: []\n',
  'mapping.yaml': 'version: 1\npolicies: { targets: PC-001 }\n',
  'ok.yaml': 'version: 1\npolicies:\n  - targets: PC-001\n    set: { hostCaching: false }\n',
  'horizon.yaml': 'version: 1\nstart: 2026-01-01\ndays: 90\nhorizon: 90d\nsites: {}\n',
  'text.yaml': 'hello\n',
  'hots.yaml': 'targets:\n  a:\n    hots: x\n',
  'telnet.yaml': 'targets:\n  a: { host: x, transport: telnet }\n',
  'group.yaml': 'targets:\n  a: { host: x }\ngroups:\n  g: [a]\n',
  'port.yaml': 'targets:\n  a: { host: x, port: "22" }\n',
  'hosts.txt': 'pc1\npc two\n',
  'bin.dat': '\u0000\u0001\u0002',
  'no.json': '{"no":1}',
  'text.json': 'hello',
} as const;

/** Wrong lines, with what the last line on standard error says. Their status is 1 unless told. */
const mistakes: readonly (readonly [line: string, answer: RegExp, status?: number])[] = [
  ['targets', /^slmgr: Machines are missing: PC-001/],
  ['PC-001 check', /A command stands before what it is about\. Did you mean "slmgr check PC-001"\?$/],
  ["'PC-*' check-connection", /Did you mean "slmgr check-connection PC-\*"\?$/],
  ['check PC-001 /dli', /takes no verb\. Did you mean "slmgr check PC-001" or "slmgr PC-001 \/dli"\?$/],
  ['targets PC-001,', /^Nothing stands behind ,\.$/],
  ["targets 'PC-[10-1]'", /^"10-1" runs backwards\.$/],
  ["targets 'PC-[1-99999999]'", /^That is more than 1000000 machines\.$/],
  ["targets '@servrs'", /^There is no group @servrs\. Did you mean @servers\?$/],
  ["targets 'PC-001,@server'", /Did you mean @servers\?$/],
  ["targets '@'", /^A group has a name: @branch\.$/],
  ["targets 'PC-001 KMS01'", /commas stand between machines\.$/],
  ['targets PC-001 KMS01', /"KMS01" is one word too many/],
  ["targets '!PC-001'", /^Nothing stands before !\.$/],
  ["targets 'nosuch-*'", /^No known machine fits nosuch-\*\.$/],
  ['targets PC-001 --pick 0', /--pick: must be a whole number from 1 to 1000000/],
  ['targets PC-001 --pick-first 1.5', /--pick-first: must be a whole number/],
  ['targets --cidr 10.0.0/24', /--cidr 10\.0\.0\/24 is no block of addresses: 10\.1\.0\.0\/24/],
  ['targets --cidr 10.0.0.0/2', /has more than 1000000 addresses\.$/],
  ['targets --rerun faild', /--rerun faild is none of ok, changed, failed/],
  ["targets PC-001 --exclude 'PC-['", /^This \[ is not closed\.$/],
  ['targets PC-001 --transport telnet', /--transport telnet is not known; ssh, winrm and winrms are/],
  ['targets PC-001 --fold', /did you mean --folded\?/],
  ['targets PC-001 --targets dir', /dir cannot be read: it is a folder\./],
  ['targets PC-001 --targets nofile.yaml', /nofile\.yaml is not there$/],
  ['targets a --targets xml:hosts.txt', /is not there; forms are ansible, csv, hosts, targets, not xml$/],
  ['targets a --targets yaml:ok.yaml', /forms are ansible, csv, hosts, targets, not yaml$/],
  ['targets a --targets hots.yaml', /hots\.yaml: targets\.a: has no "hots"; did you mean host\?$/],
  ['targets a --targets telnet.yaml', /targets\.a\.transport: must be one of ssh, winrm, winrms$/],
  ['targets a --targets group.yaml', /groups\.g: must be a mapping \(name: value\), not a list$/],
  ['targets a --targets port.yaml', /targets\.a\.port: must be a (whole )?number, not a text$/],
  ['targets a --targets hosts.txt', /one a line; line 2, "pc two", is none$/],
  ['targets a --targets bin.dat', /is no host name; a plain list has one host a line/],
  ['target PC-001', /Did you mean "slmgr targets"\?$/],
  ['PC-001 /dli --targets dir', /dir cannot be read: it is a folder/],
  ['ssh://x /dli --auth ntlm', /--auth belongs to WinRM, and this machine is reached by SSH$/],
  ['winrm://x /dli --auth digest', /--auth digest is not known; basic, ntlm, kerberos, certificate are$/],
  ['http://x /dli', /http:\/\/ is not known; ssh:\/\/, winrm:\/\/ and winrms:\/\/ are$/],
  ['ssh:// /dli', /"" is no host name$/],
  ['ssh://x:99999 /dli', /"99999" is no port; ports are 1 to 65535$/],
  ['lab://PC-0O1 /dli', /did you mean PC-001\?$/],
  ['lab:// /dli', /lab:\/\/ names no machine: lab:\/\/NAME does\.$/],

  ['plan', /^slmgr: <policy> is missing: Policy file\./],
  ['plan nofile.yaml', /nofile\.yaml cannot be read: there is no such file or folder\. Check the path\.$/],
  ['plan dir', /dir cannot be read: it is a folder\. Name a file in it\.$/],
  ['plan tab.yaml', /^slmgr: tab\.yaml: line 3: no YAML: Tabs are not allowed as indentation\.$/],
  ['plan typo.yaml', /typo\.yaml: line 4: policies\.0\.set has no "lisenced"; did you mean licensed\?$/],
  ['plan strange.yaml', /policies\.0 has no "unless"; it takes targets, exclude, set\.$/],
  ['plan kms.yaml', /policies\.0\.set\.kms takes auto, NAME\[:PORT\]/],
  ['plan near.yaml', /^PC-0O1 is not known here\. Did you mean PC-001\?$/],
  ['plan two.yaml', /two\.yaml: line 1: version takes 1\.$/],
  ['plan list.yaml', /list\.yaml: line 1: must be a mapping \(name: value\), not a list\.$/],
  ['plan empty.yaml', /empty\.yaml: is empty: it must be a mapping \(name: value\)\.$/],
  ['plan key.yaml', /policies\.0\.set\.key takes gvlk, keep, or/],
  ['plan days.yaml', /minDays is more than the 180 days that a KMS activation lasts\.$/],
  ['plan open.yaml', /^This \[ is not closed\.$/],
  ['plan cut.yaml', /^slmgr: cut\.yaml: line 1: no YAML: Flow sequence .* end with a \]\.$/],
  ['plan noset.yaml', /noset\.yaml: line 3: policies\.0\.set is missing\.$/],
  ['plan twice.yaml', /twice\.yaml: line 2: no YAML: the key version stands twice\.$/],
  ['plan mapping.yaml', /policies must be a list\.$/],
  ['plan bin.dat', /bin\.dat: line 1: must be a mapping \(name: value\), not a text\.$/],
  ['plan ok.yaml --concurrency 0', /is neither auto nor a whole number from 1 to 4096\.$/],
  ['plan ok.yaml --retries 21', /--retries: must be a whole number from 0 to 20/],
  ['plan ok.yaml --deadline soon', /--deadline soon is no length of time: 30s, 2m, 500ms$/],
  ['plan ok.yaml --out dir', /dir cannot be written: it is a folder\./],
  ['plan ok.yaml --yes', /--yes does not belong to "slmgr plan" but to "slmgr apply"/],
  ['plan ok.yaml --max-fail 2', /--max-fail does not belong to "slmgr plan" but to .*"slmgr apply"/],
  ['plan shwo ok.yaml', /^slmgr: There is no command "plan shwo"; did you mean "slmgr plan show"\?/],
  ['plan view ok.yaml', /did you mean "slmgr plan show"\?/],
  ['plan show', /<file> is missing: Plan that "slmgr plan --out" saved/],
  ['plan show ok.yaml', /ok\.yaml is a policy and no saved plan: "slmgr plan" makes one of it\.$/],
  ['plan show dir', /dir cannot be read: it is a folder/],
  ['plans ok.yaml', /Did you mean "slmgr plan"\?$/],
  ['apply', /<policy> is missing/],
  ['apply ok.yaml', /--yes says that it is meant\. Nothing was sent\.$/],
  ['apply ok.yaml --max-fail 101%', /is neither a number of machines nor a percentage: 5 or 10%$/],
  ['apply ok.yaml --batch a,b', /--batch a is neither a number of machines nor a percentage/],
  ['apply ok.yaml --dry-run', /--dry-run does not belong to "slmgr apply"\./],
  ['apply typo.yaml --yes', /did you mean licensed\?$/],
  ['aply ok.yaml', /Did you mean "slmgr apply"\?$/],

  ['fleet', /"slmgr fleet" wants to know what to do: a command of those above\.$/],
  ['fleet lsit', /Did you mean "slmgr fleet list"\?$/],
  ['fleet delete PC-001', /Did you mean "slmgr fleet forget"\?$/],
  ['fleet html', /Did you mean "slmgr fleet report"\?$/],
  ['fleet refresh', /Did you mean "slmgr fleet scan"\?$/],
  ['fleet list --where', /^slmgr: Option --where needs a value: CONDITION\.$/],
  ["fleet list --where 'status ='", /^Here a value is missing\. \("slmgr help fleet list" shows how\)$/],
  ["fleet list --where 'statu = licensed'", /^There is no column "statu"; did you mean status\?/],
  ["fleet list --where 'status = lisenced'", /^"lisenced" is not a status; did you mean licensed\?/],
  ["fleet list --where 'days < many'", /^"many" is not a whole number\./],
  ["fleet list --where '(days < 3'", /^Here \) is missing\./],
  ["fleet list --where 'days < 3 und status = licensed'", /^Here "and" or "or" is missing\./],
  ["fleet list --where 'days == 3'", /^Here a value is missing; == is no operator: = != < <= > >=\./],
  ["fleet list --where 'status ~ licensed'", /^status is compared with = !=\./],
  ['fleet list --columns name,statsu', /there is no column "statsu"; did you mean status\?/],
  ['fleet list --sort nmae', /there is no column "nmae"; did you mean name\?/],
  ["fleet list 'PC-['", /^This \[ is not closed\.$/],
  ['fleet list NOSUCH', /^NOSUCH is not known here\.$/],
  ['fleet list --store mysql://x/y', /mysql:\/\/x\/y is no inventory: postgres:/],
  ['fleet scan PC-0O1', /^PC-0O1 is not known here\. Did you mean PC-001\?$/],
  ['fleet show PC-001 --crit-days 5', /does not belong to "slmgr fleet show" but to "slmgr check"/],
  ['fleet show', /<name> is missing/],
  ['fleet show nosuch', /has no machine nosuch\.$/],
  ['fleet findings --expiring-days 0', /must be a whole number from 1 to 3650/],
  ["fleet findings --kms-hosts ''", /--kms-hosts: a name is missing: kms01,kms02/],
  ["fleet findings --kms-hosts 'a b'", /--kms-hosts: "a b" is no name: kms01,kms02/],
  ['fleet report --kms-hosts kms01,,kms02', /--kms-hosts: a name is missing/],
  ['fleet report --format nagios', /--format: must be one of html, csv, json, text/],
  ['fleet report --out r.pdf', /\.pdf is no form of a report; --format html, csv, json or text says/],
  ['fleet report --out r.xlsx', /\.xlsx is no form of a report/],
  ['fleet report --out nodir/r.html', /nodir\/r\.html cannot be written: there is no such file or folder/],
  ['fleet history --since yesterday', /--since: "yesterday" is no time: ISO 8601/],
  ['fleet history --since 1d --as-of 2026-01-01', /--since and --as-of contradict each other/],
  ['fleet tag PC-001', /Tags are missing: KEY=VALUE, as site=berlin\./],
  ['fleet tag PC-001 =berlin', /"=berlin" is no tag: KEY=VALUE/],
  ["fleet tag PC-001 'si te=x'", /"si te=x" is no tag: KEY=VALUE/],
  ['fleet merge PC-001', /<others> is missing/],
  ['fleet split a b', /has no machine a\.$/],

  ['forecast', /Name a scenario, or say --from-lab/],
  ['forecast nofile.yaml', /nofile\.yaml cannot be read: there is no such file or folder/],
  ['forecast dir', /dir cannot be read: it is a folder/],
  ['forecast horizon.yaml', /^horizon\.yaml:4:1: horizon: is not known here$|horizon: is not known here/],
  ['forecast empty.yaml', /a mapping is expected that begins with version: 1$/],
  ['forecast text.yaml', /text\.yaml:1:1: a mapping is expected that begins with version: 1$/],
  ['forecast tab.yaml', /tab\.yaml:3:1: no YAML: Tabs are not allowed as indentation$/],
  ['forecast --from-lab ok.yaml', /Name a scenario or say --from-lab, not both: ok\.yaml is too much\./],
  ['forecast --from-lab --runs 0', /--runs: must be a whole number from 1 to 10000/],
  ['forecast --from-lab --compare nofile', /nofile cannot be read/],
  ['forecast exampels', /There is no command "forecast exampels"; did you mean "slmgr forecast examples"\?/],
  ['forecast new', /did you mean "slmgr forecast init"\?/],
  ['forecast examples laptop', /There is no example "laptop"\. Did you mean laptops\?$/],
  ['forcast plan.yaml', /Did you mean "slmgr forecast"\?$/],

  ['kms serv KMS01', /Did you mean "slmgr kms serve"\?$/],
  ['kms serve', /<names> is missing/],
  ['kms serve KMS01 --listen nowhere', /--listen: must be an IPv4 or IPv6 address/],
  ['kms serve KMS01 --metrics 0', /--metrics: must be a whole number from 1 to 65535/],
  ['kms serve KMS01 --log-level loud', /--log-level: must be one of debug, info, warn, error/],
  ['kms status KMS02', /did you mean KMS01\?$/],
  ['kms client PC-0O1', /did you mean PC-001\?$/],
  [
    'kms client KMS01 --once --rate 5',
    /--rate does not belong to "slmgr kms client" but to .*"slmgr kms load"/,
  ],
  ['kms load KMS01 --duration 5y', /--duration: "5y" is no duration/],
  ['kms load KMS01 --connections 1e3', /--connections: must be a whole number from 1 to 20000/],
  ['kms dns-record KMS01 --bind --windows', /Say either --bind or --windows\./],
  ['kms dns-records KMS01', /Did you mean "slmgr kms dns-record"\?$/],
  ['kms unpublish KMS01 --server 127.0.0.1', /--server does not belong to "slmgr kms unpublish"/],

  ['check @nogroup', /^There is no group @nogroup\.$/, 3],
  ["check 'PC-['", /^This \[ is not closed\.$/, 3],
  ['check PC-001 --warn-days -1', /--warn-days: must be a whole number of days from 0 to 100000/, 3],
  ['check PC-001 --warn-days 5 --crit-days 10', /--warn-days 5 is less than --crit-days 10/, 3],
  ['check PC-001 --warn-days W*=5 --crit-days w*=6', /--warn-days W\*=5 is less than --crit-days W\*=6/, 3],
  ['check PC-001 --format xml', /--format: must be one of nagios, checkmk, prometheus/, 3],
  ['check PC-001 --out dir', /dir could not be written and is as it was: it is a folder/, 3],
  ['check PC-001 KMS01 --snapshot no.json', /A snapshot is of one machine/, 3],
  ['chekc PC-001', /Did you mean "slmgr check"\?$/],

  ['explain 0x', /Nothing is known of "0x"; an error number looks like 0xC004F074 or -1073418124\./],
  ['explain 0xZZZZ', /an error number looks like/],
  ['explain -- -5', /Nothing is known of "-5"; an error number looks like/],
  ['explain 99999999999999999999', /an error number looks like/],
  ['explain 0xC004F999', /on Windows "slui\.exe 0x2a 0xC004F999" shows its text\./],
  ['explain 0x80071234', /it is an error of Windows itself; there "net helpmsg 4660" shows its text\./],
  ['explain ERROR_ACESS_DENIED', /did you mean ERROR_ACCESS_DENIED\?/],
  ['explain SL_E_VL_BINDING_SERVICE_UNAVALABLE', /did you mean SL_E_VL_BINDING_SERVICE_UNAVAILABLE\?/],
  ['keys widows', /No product has "widows" in its name or key\. Did you mean windows\?$/],
  ['keys windows 2030', /No product has "2030" in its name or key\. "slmgr keys" lists them\.$/],
  ['keys office 7', /No product has all of "office", "7"/],
  ['snapshot PC-001 PC-002', /"PC-002" is one word too many/],
  ['/dli --snapshot dir', /The snapshot dir cannot be read: it is a folder/],
  [
    '/dli --snapshot no.json',
    /^slmgr: no\.json is no snapshot of a machine: service must be a mapping \(name: value\)\.$/,
  ],
  ['/dli --snapshot text.json', /text\.json holds no JSON/],
  ['lab import no.json --force', /The file cannot be imported/],

  ['PC-* /ipk', /^slmgr: \/ipk needs <Product Key>: "slmgr help ipk" shows how\.$/],
  ['PC-[1-5 /dli', /^This \[ is not closed\.$/],
  ['@servrs /dli', /Did you mean @servers\?$/],
  ['@all /dli --pick 0', /--pick 0 is no whole number from 1 to 1000000\.$/],
  ['@all /ato --rerun nothing', /--rerun nothing is none of/],
  ['PC-001 /dli --transport TELNET', /--transport telnet is not known/],
  ['PC-001 /dli --live', /--live belongs to lines about many machines/],
  ['/dli --cidr 300.0.0.0/8', /is no block of addresses/],
  ['slmgr.vbs', /^slmgr: No verb was given\./],
  ['cscript //nologo slmgr.vbs', /^slmgr: No verb was given\./],
  ['cscript slmgr.vbs /dliv', /\/dliv is no verb\. Did you mean \/dli\?$/],
];

/** Words that slmgr takes and does nothing good with: its text is on standard output, what is wrong on standard error. */
const taken: readonly (readonly [line: string, out: RegExp, answer: RegExp, status: number])[] = [
  ['/ato notanid', /^Error: product not found\.\n\n$/, /"notanid" is no activation ID: it has 8, 4, 4, 4/, 0],
  ['/upk {1234}', /^Error: product key not found\.\n\n$/, /"\{1234\}" is no activation ID/, 0],
  ['/dli /dlv', /^Error: product key not found\.\n\n$/, /"\/dlv" is no activation ID/, 0],
  ['/skms kms01 x', /^Error: Activation ID \(x\) not found\.\n\n$/, /"x" is no activation ID/, 0],
  ['/rearm-sku x', /^Error: product not found\.\n\n$/, /"x" is no activation ID/, 0],
  [
    '/rearm-app Office',
    /^Error: 0x80070057 The parameter is incorrect\n\n$/,
    /"Office" is no application ID/,
    87,
  ],
  ['/sprt abc', /^Error: 13 Type mismatch/, /^slmgr: "abc" is no whole number\.$/, 13],
];

describe('what a new user types into the newer commands', () => {
  const program = new InProcess();
  const env = { XDG_CONFIG_HOME: join(program.folder, 'config') };
  /** Names of files stand for those of the folder; a word in quotation marks is one word. */
  const wordsOf = (line: string): readonly string[] =>
    [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => placed(quoted ?? bare ?? ''));
  const placed = (word: string): string => {
    const [, form = '', name = ''] = /^((?:xml|yaml):)?(.*)$/.exec(word) ?? [];
    const isFile = Object.hasOwn(files, name) || ['dir', 'nofile', 'nofile.yaml'].includes(name);
    return isFile && form === '' ? join(program.files, name) : word;
  };
  const run = async (line: string) => {
    const ran = await program.run(wordsOf(line), '', env);
    return { ...ran, err: ran.err.replaceAll(`${program.files}/`, '') };
  };
  afterAll(() => {
    program.remove();
  });

  beforeAll(async () => {
    await program.ok('lab', 'init', '--now', '2026-01-05T08:00:00Z');
    await program.ok('lab', 'add', 'PC-001', '--product', 'Windows 7 Enterprise');
    await program.ok('lab', 'add', 'KMS01', '--product', 'Windows Server 2019 Standard');
    mkdirSync(join(env.XDG_CONFIG_HOME, 'slmgr'), { recursive: true });
    const targets =
      'targets:\n  fileserver: { host: 192.0.2.7 }\ngroups:\n  servers: { targets: [fileserver] }\n';
    writeFileSync(join(env.XDG_CONFIG_HOME, 'slmgr', 'targets.yaml'), targets);
    mkdirSync(join(program.files, 'dir'));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(program.files, name), text);
  });

  const cases = mistakes.map(([line, answer, wanted = 1]) => ({ line, answer, wanted }));

  test.each(cases)('$line', async ({ line, answer, wanted }) => {
    const { status, out, err } = await run(line);
    expect(err.trimEnd().split('\n').at(-1)?.trim()).toMatch(answer);
    expect(err).not.toMatch(/^\s+at /m);
    expect(status).toBe(wanted);
    expect(out === '' || out.includes('Windows Software Licensing Management Tool')).toBe(true);
  });

  test.each(taken)('PC-001 %s', async (line, text, answer, wanted) => {
    const { status, out, err } = await run(`PC-001 ${line}`);
    expect(out).toMatch(text);
    expect(err.trimEnd().split('\n').at(-1)).toMatch(answer);
    expect(status).toBe(wanted);
  });

  test('a run is asked for and there was none', async () => {
    const fresh = new InProcess();
    try {
      for (const line of ['targets --rerun failed', 'fleet runs last', 'fleet runs 99', '/dli --rerun ok']) {
        const { status, err } = await fresh.run(line.split(' '));
        expect(err).toMatch(/^slmgr: There was no run yet.*\.\n$/);
        expect(status).toBe(1);
      }
    } finally {
      fresh.remove();
    }
  });

  test('several numbers are explained in their order, and one that nobody knows is named', async () => {
    const { status, out, err } = await run('explain 0xC004F999 0xC004F074, 0x80070005');
    expect(status).toBe(0);
    expect(out.match(/^0x\w+/gm)).toEqual(['0xC004F074', '0x80070005']);
    expect(err).toMatch(/^slmgr: Nothing is known of 0xC004F999: /);
  });

  test.each([
    '0xc004f074',
    'C004F074',
    '-1073418124',
    '3221549172',
    '0xFFFFFFFFC004F074',
    '(0xC004F074).',
    'f074',
  ])('explain knows %s', async (word) => {
    const { status, out } = await program.run(['explain', '--', word], '', env);
    expect(out).toMatch(/^0xC004F074 {2}SL_E_VL_BINDING_SERVICE_UNAVAILABLE\n/);
    expect(status).toBe(0);
  });

  test.each(['12293', 'Event ID 12293:', 'event 12293.'])('explain knows the event %s', async (words) => {
    const { out } = await program.run(['explain', ...words.split(' ')], '', env);
    expect(out).toContain('Event 12293 (');
  });
});
