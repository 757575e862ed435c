import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { commands } from '../../src/cli/commands';
import { optionSpec, type OptionName } from '../../src/cli/options';
import { verbs } from '../../src/verbs/table';
import { checkEnd } from './ends';
import { bentJson, hostileFile, hostileText, hostileWord, stormRuns } from './hostile';
import { InProcess } from './in-process';

const program = new InProcess();
const archive = join(program.files, 'estate.json');
const snapshot = join(program.files, 'pc.json');
const hostile = join(program.files, 'hostile');
let valid = { archive: '', snapshot: '' };

beforeAll(async () => {
  await program.ok('lab', 'init', '--domain', 'lab.example', '--now', '2026-01-05T08:00:00Z', '--seed', '1');
  await program.ok('lab', 'add', 'KMS01', '--product', 'Windows Server 2022 Datacenter');
  await program.ok('lab', 'add', 'PC', '--product', 'Windows 11 Enterprise');
  await program.ok('lab', 'export', archive);
  valid = { archive: readFileSync(archive, 'utf8'), snapshot: await program.ok('snapshot', 'PC') };
  writeFileSync(snapshot, valid.snapshot);
}, 120_000);
afterAll(() => program.remove());

const limits = { numRuns: stormRuns, interruptAfterTimeLimit: 60_000 + stormRuns * 2000, endOnFailure: true };
const generous = limits.interruptAfterTimeLimit + 120_000;

const estate = (): Promise<string> => program.ok('lab', 'export', '-');

const json = fc.constantFrom<readonly string[]>([], ['--json'], ['--strict'], ['--dry-run']);

describe('all verbs', () => {
  const verb = fc.constantFrom(...verbs.map(({ name }) => `/${name}`));

  test(
    'with hostile words, on a lab machine: an error of the line changes nothing',
    async () => {
      await program.ok('lab', 'import', archive, '--force');
      await fc.assert(
        fc.asyncProperty(
          verb,
          fc.array(hostileWord, { maxLength: 3 }),
          json,
          async (name, words, options) => {
            const before = await estate();
            const ran = await program.run(['PC', name, ...options, '--', ...words]);
            checkEnd(ran);
            if (ran.status === 1 || options.includes('--dry-run')) expect(await estate()).toBe(before);
          },
        ),
        limits,
      );
    },
    generous,
  );

  test(
    'of a snapshot in which anything may stand',
    async () => {
      await fc.assert(
        fc.asyncProperty(verb, json, bentJson(valid.snapshot), async (name, options, content) => {
          writeFileSync(hostile, content);
          checkEnd(await program.run([name, '--snapshot', hostile, ...options]));
          checkEnd(await program.run(['check', '--snapshot', hostile]));
        }),
        limits,
      );
    },
    generous,
  );

  test.each(['/dlv', '/dli', '/xpr', '/dti', '/ao-list'])(
    '%s of a file that is no snapshot',
    async (name) => {
      await fc.assert(
        fc.asyncProperty(hostileFile(valid.snapshot), async (content) => {
          writeFileSync(hostile, content);
          checkEnd(await program.run([name, '--snapshot', hostile]));
        }),
        { ...limits, numRuns: Math.ceil(stormRuns / 3) },
      );
    },
    generous,
  );

  test(
    '/ilc of a file that is no licence',
    async () => {
      const licence =
        '<?xml version="1.0"?><r:license xmlns:r="urn:mpeg:mpeg21:2003:01-REL-R-NS"><r:title>x</r:title></r:license>';
      await fc.assert(
        fc.asyncProperty(hostileFile(licence), async (content) => {
          writeFileSync(hostile, content);
          const before = await estate();
          const ran = await program.run(['PC', '/ilc', hostile]);
          checkEnd(ran);
          if (ran.status !== 0) expect(await estate()).toBe(before);
        }),
        limits,
      );
    },
    generous,
  );
});

/** What serves, speaks to a network, starts programs or reads from standard input is driven elsewhere. */
const elsewhere = /^(kms (serve|load|client)|lab (serve|exec|demo)|agent|discover|check-connection)$/;
const driven = commands.filter(({ name }) => !elsewhere.test(name));
const notHere: readonly OptionName[] = ['password-command', 'password-stdin', 'follow', 'watch', 'listen'];

/** A word of a command as somebody would type it who means harm: a known machine now and then, and no file but ours. */
function wordFor(name: string): fc.Arbitrary<string> {
  if (name === 'file') return fc.constantFrom(hostile, archive, program.files, '-');
  return fc.oneof(hostileWord, fc.constantFrom('PC', 'KMS01', 'get', 'set', 'SRV', 'TXT'));
}

function optionFor(name: OptionName): fc.Arbitrary<readonly string[]> {
  const { value } = optionSpec(name);
  if (value === null) return fc.constant([`--${name}`]);
  if (value === 'FILE') return fc.constant([`--${name}`, hostile]);
  return hostileWord.map((word) => [`--${name}=${word}`]);
}

describe('all subcommands', () => {
  test.each(driven.map((one) => [one.name, one] as const))(
    '%s with hostile words and options',
    async (name, one) => {
      const words = fc.tuple(...one.positionals.map((word) => wordFor(word.name)));
      const options = one.options.filter((option) => !notHere.includes(option));
      const some = fc.subarray(options).chain((picked) => fc.tuple(...picked.map(optionFor)));
      await fc.assert(
        fc.asyncProperty(words, some, fc.boolean(), hostileText, async (given, picked, asJson, input) => {
          writeFileSync(hostile, input);
          await program.ok('lab', 'import', archive, '--force');
          const before = await estate();
          const argv = [...name.split(' '), ...picked.flat(), ...(asJson ? ['--json'] : []), ...given];
          const ran = await program.run(argv, input);
          // What --out wrote to a file is not said a second time.
          const isWritten = picked.some(([option]) => option === '--out');
          checkEnd(isWritten ? { ...ran, err: `${ran.err}written` } : ran);
          if (asJson && !isWritten && name !== 'lab export')
            expect(() => JSON.parse(ran.out) as unknown).not.toThrow();
          // A clock that a signal stopped stands between two events.
          if (ran.status !== 0 && ran.status !== 130) expect(await estate()).toBe(before);
          writeFileSync(archive, valid.archive);
        }),
        { ...limits, numRuns: Math.ceil(stormRuns / 3) },
      );
    },
    generous,
  );

  test(
    'lab import of what is no archive leaves the estate as it was',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.oneof(
            hostileFile(valid.archive),
            bentJson(valid.archive).map((text) => Buffer.from(text)),
          ),
          async (content) => {
            writeFileSync(hostile, content);
            await program.ok('lab', 'import', archive, '--force');
            const before = await estate();
            const ran = await program.run(['lab', 'import', hostile, '--force']);
            checkEnd(ran);
            if (ran.status !== 0) expect(await estate()).toBe(before);
            for (const words of [
              ['lab', 'list'],
              ['lab', 'show', 'PC'],
              ['PC', '/dlv'],
              ['PC', '/ato'],
              ['lab', 'clock', 'advance', '1d'],
            ])
              checkEnd(await program.run(words));
          },
        ),
        limits,
      );
    },
    generous,
  );

  test.each(['targets', 'known-hosts', 'identity', 'password-file', 'ca-file', 'cert-file', 'key-file'])(
    '--%s of a file that is none',
    async (option) => {
      await fc.assert(
        fc.asyncProperty(
          hostileFile('PC:\n  transport: ssh\n  host: 127.0.0.1\n  port: 1\n'),
          async (content) => {
            writeFileSync(hostile, content, { mode: 0o600 });
            const transport = option.endsWith('file') && option !== 'password-file' ? 'winrms' : 'ssh';
            const machine = `${transport}://a@127.0.0.1:1`;
            checkEnd(
              await program.run([machine, '/dli', `--${option}`, hostile, '--timeout', '5s'], '', {
                SLMGR_PASSWORD: 'x',
              }),
            );
          },
        ),
        { ...limits, numRuns: Math.ceil(stormRuns / 3) },
      );
    },
    generous,
  );
});
