import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listen, type Listening } from '../../src/serve/windows/listen';
import { createSshTarget } from '../../src/serve/windows/ssh';
import { generateHostKey } from '../../src/serve/windows/ssh/host-keys';
import { createWinrmTarget } from '../../src/serve/windows/winrm';
import { makeDouble } from '../conformance/double';
import { doublePassword, doubleUser, servedDouble } from '../fixtures/served-double';
import { farMachine, goodLines } from '../storm/far-machine';
import { InProcess } from '../storm/in-process';
import { withOwnTexts } from '../storm/run-far';

const program = new InProcess();
const open: Listening[] = [];
const ways: Record<string, readonly string[]> = {};
let line: readonly string[] = ['/dlv'];

beforeAll(async () => {
  await program.ok('lab', 'init', '--domain', 'lab.example', '--now', '2026-01-05T08:00:00Z', '--seed', '1');
  await program.ok('lab', 'add', 'KMS01', '--product', 'Windows Server 2022 Datacenter');
  await program.ok('lab', 'add', 'PC', '--product', 'Windows 11 Enterprise');
  const snapshot = join(program.files, 'pc.json');
  writeFileSync(snapshot, await program.ok('snapshot', 'PC'));
  const machine = servedDouble(() => withOwnTexts(makeDouble(farMachine(line))).provider);
  const ssh = createSshTarget(machine, [generateHostKey('ed25519', 'double').privateKey]);
  for (const server of [ssh, createWinrmTarget(machine, null)])
    open.push(await listen(server, '127.0.0.1', 0));
  const [sshPort = 0, winrmPort = 0] = open.map(({ port }) => port);
  const trust = ['--accept-new', `--known-hosts=${join(program.files, 'known')}`];
  ways['lab'] = ['PC'];
  ways['lab alone'] = ['lab://PC'];
  ways['snapshot'] = [`--snapshot=${snapshot}`];
  ways['ssh'] = [`ssh://${doubleUser}@127.0.0.1:${sshPort}`, ...trust];
  ways['winrm'] = [`winrm://${doubleUser}@127.0.0.1:${winrmPort}`];
}, 120_000);
afterAll(async () => {
  for (const each of open) await each.close();
  program.remove();
});

interface Document {
  readonly target: { readonly kind: string; readonly machine: string } | null;
  readonly data: { readonly kind?: string; readonly machines?: readonly { readonly kind: string | null }[] };
}

async function answer(...words: readonly string[]): Promise<Document> {
  const at = words.includes('--') ? words.indexOf('--') : words.length;
  const argv = [...words.slice(0, at), '--json', ...words.slice(at)];
  const { out } = await program.run(argv, '', { SLMGR_PASSWORD: doublePassword });
  return JSON.parse(out) as Document;
}

/** One line for each verb, and those that Windows' script takes for no other machine. */
const lines = new Map(goodLines.map((words) => [words[0] ?? '', words]));
const onlyHere = /^\/(ad-|ao-|del-ao|ilc)/;

const kinds: readonly (readonly [string, string])[] = [
  ['lab', 'simulated'],
  ['lab alone', 'simulated'],
  ['snapshot', 'snapshot'],
  ['ssh', 'windows'],
  ['winrm', 'windows'],
];

test.each(kinds)(
  'JSON of every verb says which kind of machine answered: %s',
  async (way, kind) => {
    for (const [verb, words] of lines) {
      if (onlyHere.test(verb) && way !== 'snapshot') continue;
      line = words;
      const [first = '', ...more] = ways[way] ?? [];
      const target = way === 'snapshot' ? [verb, first] : [first, verb, ...more];
      const { target: told } = await answer(...target, '--', ...words.slice(1));
      expect([verb, told?.kind]).toEqual([verb, kind]);
      expect(told?.machine).not.toBe('');
    }
  },
  120_000,
);

test.each(kinds.filter(([way]) => way !== 'snapshot'))(
  'check-connection and check say which kind of machine answered: %s',
  async (way, kind) => {
    line = ['/dlv'];
    const connection = await answer('check-connection', ...(ways[way] ?? []));
    expect([connection.target?.kind, connection.data.kind]).toEqual([kind, kind]);
    const checked = await answer('check', ...(ways[way] ?? []));
    expect([checked.target?.kind, checked.data.machines?.[0]?.kind]).toEqual([kind, kind]);
  },
);

test('where none answered, that is said and no kind', async () => {
  for (const machine of ['ssh://a@127.0.0.1:1', 'winrm://a@127.0.0.1:1']) {
    expect((await answer(machine, '/dlv')).target?.kind).toBe('unreachable');
    expect((await answer('check-connection', machine)).data.kind).toBe('unreachable');
    expect((await answer('check', machine)).data.machines?.[0]?.kind).toBeNull();
  }
});

test('a run over many machines says it of each', async () => {
  const machines = `PC,${ways['winrm']?.[0] ?? ''},winrm://a@127.0.0.1:1`;
  const { out } = await program.run([machines, '/dlv', '--ndjson', '--max-fail=3'], '', {
    SLMGR_PASSWORD: doublePassword,
  });
  const told = out
    .trim()
    .split('\n')
    .map((each) => JSON.parse(each) as { readonly machine?: string; readonly kind?: string | null });
  const kindOf = (machine: RegExp): unknown => told.find((each) => machine.test(each.machine ?? ''))?.kind;
  expect([kindOf(/^PC$/), kindOf(/^winrm:.*@127\.0\.0\.1:(?!1$)/), kindOf(/:1$/)]).toEqual([
    'simulated',
    'windows',
    null,
  ]);
});
