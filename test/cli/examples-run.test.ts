import { cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commands } from '../../src/cli/commands';
import { commandPage } from '../../src/cli/framework/help';
import { mainPage, verbPage } from '../../src/cli/manual/verb-help';
import { verbs } from '../../src/verbs/table';
import { InProcess, type Ran } from '../storm/in-process';

jest.setTimeout(120_000);

const lines = [
  ...new Set(
    [
      mainPage(commands),
      ...verbs.map((verb) => verbPage(verb)),
      ...commands.map((command) => commandPage(command)),
    ].flatMap(({ examples }) => examples.map(({ line }) => line)),
  ),
];

/** Examples that are not run here, and why. */
const notRun: readonly (readonly [RegExp, string])[] = [
  [/\bssh:\/\/|\bwinrms:\/\/|^ssh |--targets hosts\.ini$|--scan$|@branch|@servers/, 'other computers'],
  [/^slmgr (fleet )?discover (corp|ad|dns|range)/, 'a network of its own'],
  [
    /lab demo$|--runs 100$|laptops \|/,
    'seconds of work, which other tests do: of the demonstration, of forecasts, of their guide',
  ],
  [
    /postgres:|fleet worker|fleet runs --(follow|cancel|redrive)|--(shared|submit|detach)\b/,
    'a database server',
  ],
  [/\/(ad-|ao-|del-ao)/, 'this computer has to be one of a domain'],
  [
    /^slmgr (lab serve|kms (serve|client|load|unpublish)|lab dns --server|kms status .*--watch)/,
    'ports or servers',
  ],
  [
    /^slmgr (lab exec|lab account add admin|fleet proxy fill site\.proxy$)/,
    'programs, or somebody at a terminal',
  ],
];

/** What ends with another status than 0 where all is well, as its manual says. */
const otherStatus: readonly (readonly [RegExp, number])[] = [[/^slmgr plan (policy|show)/, 2]];

/** Understood as it is meant, but nobody in this laboratory fits it. */
const nobodyFits = /^slmgr: No machine (is left|of the run \S+ .* is \w+)\.\n$/;

const exampleCid = '123456'.repeat(8);
const win7 = 'Windows 7 Enterprise';
const server = 'Windows Server 2022 Standard';
const policy = `version: 1
policies:
  - targets: 'PC-*'
    set: { kms: kms01.lab.example, activation: kms, licensed: true }
`;

const program = new InProcess(null);
/** What would go on for ever is ended as a person ends it. */
const interrupted = new InProcess(300);
const template = join(program.folder, 'template');
const data = join(program.folder, 'data');
const before = process.cwd();
/** What stands in examples for what is another in each laboratory. */
const meant = new Map<string, string>();

async function ok(line: string): Promise<string> {
  return program.ok(...wordsOf(line));
}

/** A laboratory with what examples speak of: a host that serves fifty clients, a directory, an inventory, files. */
async function prepare(): Promise<void> {
  await ok('lab init --now 2026-01-05T08:00:00Z --domain lab.example');
  for (const name of ['KMS01', 'K1', 'OLD', 'IMAGE']) await ok(`lab add ${name} --product "${server}"`);
  await ok(`lab add PC --product "${win7}" --count 50`);
  const key = (await ok(`lab mint-key --type csvlk --for "${server}"`)).trim();
  for (const name of ['KMS01', 'K1']) await ok(`${name} /ipk ${key}`);
  await ok('KMS01 /ato');
  await ok('lab clock advance 6h');
  await ok('lab clock hold');
  await ok('lab registry KMS01 set DnsDomainPublishList lab.example');
  await ok('lab registry PC-001 set SkipRearm 1');
  await ok('lab mint-token PC-001 --license token.xrm-ms');
  await ok('fleet scan PC-*');
  await ok('fleet tag PC-[001-030] site=berlin');
  writeFileSync('extra.csv', 'name\nOLD-01\npc-001.corp.example\n');
  await ok('fleet import extra.csv');
  await ok('fleet export --out machines.csv');
  writeFileSync('pc-001.json', await ok('snapshot PC-001'));
  cpSync('pc-001.json', 'pc.json');
  writeFileSync('policy.yaml', policy);
  expect(await program.run(['plan', 'policy.yaml', '--out', 'today.plan'])).toMatchObject({ status: 2 });
  writeFileSync('hosts.ini', '[web]\nPC-001\nPC-002\n');
  for (const name of ['plan', 'today', 'moved'])
    writeFileSync(`${name}.yaml`, await ok('forecast examples threshold'));
  await ok('lab export estate.json');
}

/** What has to be there, or must not be there, before an example of its own. */
const first: readonly (readonly [RegExp, () => Promise<unknown>])[] = [
  [/lab init$/, () => emptied(data)],
  [/lab add KMS01/, () => ok('lab remove KMS01')],
  [/lab clone IMAGE PC-001|--subscription/, () => ok('lab remove PC-001')],
  [/--subscription/, () => ok('lab add PC-001 --product "Windows 11 Pro"')],
  [/account remove guest/, () => program.run(['lab', 'account', 'add', 'guest', '--password-stdin'], 'x')],
  [/forecast init/, () => emptied('plan.yaml')],
  [/\/(ltc|fta)/, () => ok('PC-001 /ilc token.xrm-ms')],
  [/\/fta \w+$/, () => withToken()],
  [/\/fta \w+ 1234$/, () => withToken('--pin', '1234')],
  [/fleet split/, () => ok('fleet merge PC-001 pc-001.corp.example')],
  [/\/atp|lab confirm/, withMak],
  [
    /proxy (fill|apply)/,
    async () => {
      await withMak();
      await ok('fleet proxy collect PC-001 --out site.proxy --grade minimal');
      const row = [meant.get('123456...') ?? '', meant.get(exampleCid) ?? ''];
      writeFileSync('answers.csv', `installation id,confirmation id\n${row.join()}\n`);
    },
  ],
  [/proxy apply/, () => ok('fleet proxy fill site.proxy --telephone lab')],
];

function emptied(path: string): Promise<void> {
  rmSync(path, { recursive: true });
  return Promise.resolve();
}

/** Signs in with another token than the one before. */
async function withToken(...options: readonly string[]): Promise<void> {
  const minted = await program.ok(
    'lab',
    'mint-token',
    'PC-001',
    '--license',
    'other.xrm-ms',
    ...options,
    '--json',
  );
  await ok('PC-001 /ilc other.xrm-ms');
  const { data: token } = JSON.parse(minted) as { readonly data: { readonly thumbprint: string } };
  meant.set('0123456789ABCDEF0123456789ABCDEF01234567', token.thumbprint);
}

/** PC-001 with a MAK, and what the telephone says to its installation ID. */
async function withMak(): Promise<void> {
  await ok(`PC-001 /ipk ${(await ok(`lab mint-key --type mak --for "${win7}"`)).trim()}`);
  const told = await ok('PC-001 /dti');
  meant.set('123456...', /\d{54,63}/.exec(told)?.[0] ?? '');
  meant.set(exampleCid, await confirmed(told));
}

async function confirmed(told: string): Promise<string> {
  return /\d{48}/.exec(await ok(`lab confirm ${/\d{54,63}/.exec(told)?.[0] ?? ''}`))?.[0] ?? '';
}

beforeAll(async () => {
  process.chdir(program.files);
  await prepare();
  cpSync(data, join(template, 'data'), { recursive: true });
  cpSync(program.files, join(template, 'files'), { recursive: true });
});
afterAll(() => {
  process.chdir(before);
  program.remove();
  interrupted.remove();
});

/** Each line finds everything as it was prepared. */
beforeEach(() => {
  rmSync(data, { recursive: true, force: true });
  for (const name of readdirSync('.')) rmSync(name, { recursive: true });
  cpSync(join(template, 'data'), data, { recursive: true });
  cpSync(join(template, 'files'), program.files, { recursive: true });
});

/** Words of a shell's line, without its quotation marks. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) => word.replace(/["']/g, ''));
}

/** Runs a line as a shell would: pipes, a file for what is printed, and `source` of it. */
async function shell(line: string): Promise<Ran> {
  const plain = line.replace(/^source <\((.*)\)$/, '$1');
  let last: Ran = { status: 0, out: '', err: '' };
  for (const part of plain.split(' | ')) {
    const [, command = part, file] = /^([^'"]*) > (\S+)$/.exec(part) ?? [];
    const [name = '', ...words] = wordsOf(command);
    if (name === 'echo') last = { ...last, out: `${words.join(' ')}\n` };
    else if (name === 'slmgr')
      last = await (/--follow|lab watch/.test(line) ? interrupted : program).run(words, last.out, {
        SLMGR_HOME: data,
      });
    if (last.status !== 0) return last;
    if (file?.startsWith('~') === false) writeFileSync(file, last.out);
  }
  return last;
}

test.each(lines.filter((line) => !notRun.some(([pattern]) => pattern.test(line))))('%s', async (line) => {
  for (const [pattern, prepared] of first) if (pattern.test(line)) await prepared();
  let filled = line;
  for (const [example, value] of meant) filled = filled.replace(example, value);
  const { status, out, err } = await shell(filled);
  if (status === 1 && nobodyFits.test(out + err)) return;
  const wanted = otherStatus.find(([pattern]) => pattern.test(line))?.[1] ?? 0;
  expect({ status, told: status === wanted ? '' : out + err }).toEqual({ status: wanted, told: '' });
});

test('what is not run is an example still, and so is what ends with another status', () => {
  for (const [pattern] of [...notRun, ...otherStatus])
    expect([pattern, lines.some((line) => pattern.test(line))]).toEqual([pattern, true]);
});
