import { chmodSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { bentDocument, bentText } from '../storm/bends';
import { hostileText, hostileWord } from '../storm/hostile';
import { Program, type Ended } from './program';

/** A process each: few, but for SLMGR_STORM (npm run storm). */
const runs = Math.ceil(Number(process.env['SLMGR_STORM'] ?? '25') / 5);
const limits = { numRuns: runs, interruptAfterTimeLimit: 60_000 + runs * 8000, endOnFailure: true };
const generous = limits.interruptAfterTimeLimit + 120_000;
const program = new Program();

beforeAll(() => {
  program.ok('lab', 'init', '--now', '2026-01-05T08:00:00Z', '--seed', '1');
  program.ok('lab', 'add', 'PC', '--product', 'Windows 11 Enterprise');
}, 120_000);
afterAll(() => program.remove());

// eslint-disable-next-line no-control-regex -- control characters are what it is about
const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

function checkEnd({ status, stdout, stderr }: Ended): void {
  expect(stdout + stderr).not.toMatch(control);
  expect(stderr).not.toMatch(/internal error|^ {4}at /m);
  expect([-1, 70, null]).not.toContain(status);
}

const estate = (): string => program.ok('lab', 'export', '-');

describe('the built program given what is no good', () => {
  test(
    'agent: each line is answered or refused, and garbage changes nothing',
    () => {
      const request = JSON.stringify({
        v: 1,
        steps: [
          {
            do: {
              op: 'query',
              class: 'SoftwareLicensingService',
              select: ['Version'],
              filter: { kind: 'all' },
            },
            onError: 'go-on',
          },
          { do: { op: 'registry-check-access', key: 'SOFTWARE' }, onError: 'stop', accept: [0] },
        ],
      });
      const line = fc.oneof(
        hostileText,
        fc.oneof(bentDocument, bentText).map((bend) => bend(request)),
      );
      fc.assert(
        fc.property(fc.array(line, { minLength: 1, maxLength: 12 }), (lines) => {
          const before = estate();
          const asked = lines.flatMap((one) => one.split('\n')).filter((one) => one !== '' && one !== '\r');
          const ended = program.runWith(
            { input: lines.map((one) => `${one}\n`).join('') },
            'agent',
            '--stdio',
            'PC',
          );
          checkEnd(ended);
          expect(ended.status).toBe(0);
          const [greeting, ...answers] = ended.stdout.trimEnd().split('\n');
          expect(greeting).toContain('#slmgr-agent');
          expect(answers).toHaveLength(asked.length);
          for (const answer of answers) expect(JSON.parse(answer)).toMatchObject({ v: 1 });
          expect(estate()).toBe(before);
        }),
        limits,
      );
    },
    generous,
  );

  test(
    'a password from standard input or from a command',
    () => {
      const command = join(program.home, 'password');
      fc.assert(
        fc.property(hostileText, fc.constantFrom('ssh', 'winrm'), (text, scheme) => {
          const machine = `${scheme}://127.0.0.1:1`;
          const env = { SLMGR_PASSWORD: undefined };
          const typed = program.runWith({ input: text, env }, machine, 'admin', '-', '/dli', '--timeout=5s');
          writeFileSync(`${command}.txt`, text);
          writeFileSync(command, `#!/bin/sh\ncat '${command}.txt'\n`);
          chmodSync(command, 0o700);
          const printed = program.runWith(
            { env },
            `${scheme}://admin@127.0.0.1:1`,
            '/dli',
            `--password-command=${command}`,
            '--timeout=5s',
          );
          for (const ended of [typed, printed]) {
            checkEnd(ended);
            expect(ended.status).not.toBe(0);
            if (text.length > 30) expect(ended.stdout + ended.stderr).not.toContain(text);
          }
        }),
        limits,
      );
    },
    generous,
  );

  test('a password on standard input that has no end is not taken', async () => {
    // The password is asked for once the machine is reached; a listener that says nothing is enough of one.
    const listener = createServer();
    await new Promise<void>((done) => listener.listen(0, '127.0.0.1', done));
    const machine = `winrm://127.0.0.1:${(listener.address() as AddressInfo).port}`;
    const env = { SLMGR_PASSWORD: undefined };
    const ended = program.runWith(
      { input: 'x'.repeat(120_000), env },
      machine,
      'admin',
      '-',
      '/dli',
      '--timeout=20s',
    );
    listener.close();
    checkEnd(ended);
    expect(ended.status).not.toBe(0);
    expect(ended.stdout + ended.stderr).toMatch(/standard input cannot be read: its first line is longer/);
  }, 120_000);

  test(
    'lab exec and commands with hostile words',
    () => {
      const word = hostileWord.filter((text) => text.length < 10_000 && !/[\ud800-\udfff]/.test(text));
      fc.assert(
        fc.property(word, fc.array(word, { maxLength: 2 }), (name, words) => {
          for (const line of [
            ['lab', 'exec', '--', name, 'true'],
            ['lab', 'exec', 'PC', '--', `./${name}`],
            ['lab', 'exec', 'PC', '--', 'cscript', ...words],
            ['lab', 'exec', 'PC', '--', 'cscript', '//nologo', 'slmgr.vbs', name, ...words],
            [name, ...words],
            ['PC', '/skms', '--', name],
          ]) {
            const ended = program.run(...line);
            expect(ended.stderr).not.toMatch(/internal error|^ {4}at /m);
            expect([-1, 70, null]).not.toContain(ended.status);
          }
        }),
        { ...limits, numRuns: Math.ceil(runs / 2) },
      );
    },
    generous,
  );
});
