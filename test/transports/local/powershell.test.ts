import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { powerShellRunner } from '../../../src/providers/windows/bridge/powershell-runner';
import { encodeCommand, printedAnswer } from '../../../src/providers/windows/bridge/envelope';
import { loaderScript } from '../../../src/providers/windows/bridge/licensing-script';
import { type BridgeAnswer } from '../../../src/providers/windows/bridge/protocol';
import { LocalCommandRunner, windowsPowerShell } from '../../../src/transports/local/powershell';
import { answersOnPort } from '../../../src/transports/local/probe';

import { freePort } from '../../fixtures/ports';
import { testHost } from '../../providers/windows/bridge-executor';

const answer: BridgeAnswer = { v: 1, host: testHost, results: [] };

describe('PowerShell of this computer', () => {
  let folder = '';
  let count = 0;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'slmgr-local-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** A program that plays powershell.exe; its own text decides. */
  function runner(body: string, timeout = 10_000): LocalCommandRunner {
    count += 1;
    const file = join(folder, `${String(count)}.cjs`);
    writeFileSync(file, body);
    const shell = { program: process.execPath, before: [file] };
    return new LocalCommandRunner(shell, { timeout, maxOutput: 100_000 });
  }

  test('gets the loader as arguments and the request on standard input', async () => {
    const body = `
      let input = '';
      process.stdin.on('data', (chunk) => (input += chunk)).on('end', () => {
        const given = process.argv.slice(2).join(' ');
        if (given !== '-NoProfile -NonInteractive -ExecutionPolicy Bypass -EncodedCommand ${encodeCommand(loaderScript)}') process.exit(5);
        if (!/^[A-Za-z0-9+/=]+[.][A-Za-z0-9+/=]+[.]([a-f0-9]{32})\\n$/.test(input)) process.exit(6);
        process.stdout.write(${JSON.stringify(printedAnswer(answer, 'TICKET'))}.replace('TICKET', input.trim().split('.')[2]));
      });`;
    expect(await powerShellRunner(runner(body)).run({ v: 1, steps: [] })).toEqual(answer);
  });

  test('a program that is not there, that says nothing, too much, or nothing in time', async () => {
    const ask = (one: LocalCommandRunner): Promise<unknown> => powerShellRunner(one).run({ v: 1, steps: [] });
    const absent = new LocalCommandRunner(
      { program: join(folder, 'absent') },
      { timeout: 1000, maxOutput: 1000 },
    );
    await expect(ask(absent)).rejects.toMatchObject({ step: 'command', failure: 'no-shell' });
    await expect(ask(runner('process.exit(4)'))).rejects.toMatchObject({
      step: 'answer',
      failure: 'garbage',
    });
    await expect(ask(runner("process.stdout.write('x'.repeat(200000))"))).rejects.toMatchObject({
      failure: 'too-big',
    });
    await expect(ask(runner('setTimeout(() => {}, 60000)', 300))).rejects.toMatchObject({
      failure: 'timeout',
    });
  });

  test("Windows' own PowerShell is started by its full path", () => {
    expect(windowsPowerShell({ SystemRoot: 'D:\\Win' }).program).toBe(
      'D:\\Win\\System32\\WindowsPowerShell\\v1.0\\powershell.exe',
    );
    expect(windowsPowerShell({}).program).toMatch(/^C:\\Windows\\/);
  });

  test('a port that answers and one that does not', async () => {
    expect(await answersOnPort('127.0.0.1', await freePort(), 500)).toBe(false);
  });
});
