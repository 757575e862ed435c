import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAnswer } from '../../../src/providers/windows/bridge/answer-schema';
import {
  decodeCommand,
  encodeCommand,
  findPrinted,
  isLoader,
  loaderCommand,
  loaderInput,
  newTicket,
  printedAnswer,
  printedFailure,
  questionIn,
} from '../../../src/providers/windows/bridge/envelope';
import { licensingScript, loaderScript } from '../../../src/providers/windows/bridge/licensing-script';
import { type BridgeRequest } from '../../../src/providers/windows/bridge/protocol';
import { moduleText } from '../../../scripts/embed-powershell';
import { findPwsh, moduleFile, scriptFile } from './powershell/pwsh';

const loaderFile = join(scriptFile, '..', 'loader.ps1');
const embedded = join(scriptFile, '..', 'licensing-script.ts');
const pwsh = findPwsh();
const testWithPowerShell = pwsh === null ? test.skip : test;
const skipped = pwsh === null ? ' (skipped: no pwsh on the PATH or in SLMGR_TEST_PWSH)' : '';

const request: BridgeRequest = {
  v: 1,
  steps: [
    {
      do: { op: 'query', class: 'SoftwareLicensingService', select: ['Version'], filter: { kind: 'all' } },
      onError: 'go-on',
    },
  ],
};

const ticket = newTicket();

describe('the script and its loader', () => {
  test('the embedded texts are those of the .ps1 files', () => {
    const expected = moduleText([
      ['licensingScript', 'licensing.ps1', readFileSync(scriptFile, 'utf8')],
      ['loaderScript', 'loader.ps1', readFileSync(loaderFile, 'utf8')],
    ]);
    expect(readFileSync(embedded, 'utf8')).toBe(expected);
    expect(licensingScript).toBe(readFileSync(scriptFile, 'utf8'));
    expect(loaderScript).toBe(readFileSync(loaderFile, 'utf8'));
  });

  test('the loader is short and its command line needs no quoting in any shell', () => {
    expect(loaderScript.length).toBeLessThan(1000);
    expect(loaderCommand()).toMatch(/^[A-Za-z0-9+/=. :-]+$/);
    expect(`cmd.exe /c "${loaderCommand()}"`.length).toBeLessThan(8191);
  });

  test('no secret and no argument is on the command line: it is the same for every request', () => {
    expect(loaderCommand()).not.toContain(Buffer.from('SoftwareLicensing').toString('base64').slice(0, 12));
    expect(loaderInput(request, ticket)).toMatch(/^[A-Za-z0-9+/=]+\.[A-Za-z0-9+/=]+\.[a-f0-9]{32}\n$/);
  });

  test('the far side reads the command and the input back', () => {
    const encoded = loaderCommand().split(' ').at(-1) ?? '';
    expect(isLoader(decodeCommand(encoded) ?? '')).toBe(true);
    expect(isLoader(decodeCommand(encodeCommand('Get-Date')) ?? '')).toBe(false);
    expect(decodeCommand('no base64!')).toBeNull();
    const question = questionIn(loaderInput(request, ticket));
    expect(JSON.parse(question?.text ?? '')).toEqual(request);
    expect(question?.ticket).toBe(ticket);
    expect(questionIn('hello')).toBeNull();
  });

  test('the answer is found among noise, by its marks alone', () => {
    const host = {
      computer: 'S',
      user: null,
      elevated: null,
      languageMode: null,
      powerShell: null,
      system: null,
      now: null,
    };
    const line = printedAnswer({ v: 1, host, results: [{ ok: true, value: 'ä€' }] }, ticket);
    const found = findPrinted(`Welcome # to #slm\r\n${line}bye#`, ticket);
    expect(found?.kind === 'answer' && parseAnswer(found.text).results).toEqual([{ ok: true, value: 'ä€' }]);
    expect(findPrinted(printedFailure('no', ticket), ticket)).toEqual({ kind: 'failure', message: 'no' });
    expect(findPrinted('#slmgr-mode:ConstrainedLanguage#', ticket)).toEqual({
      kind: 'language-mode',
      mode: 'ConstrainedLanguage',
    });
    expect(findPrinted('nothing', ticket)).toBeNull();
  });

  test('by text: nothing that Windows PowerShell 5.1 refuses', () => {
    for (const text of [licensingScript, loaderScript]) {
      const code = text
        .split('\n')
        .map((line) => line.replace(/#(?![^"']*["']).*$/, ''))
        .join('\n');
      expect(code).not.toMatch(/\?\?|\?\.|\?\[|&&|\|\||\bclean\s*\{|`e|`u\{|^\s*\|/m);
      expect(code).not.toMatch(/\)\s+\?\s+.+\s:\s/);
      expect(code).not.toMatch(/Get-WmiObject|Invoke-WmiMethod|-DateKind|-AsArray/);
    }
  });

  testWithPowerShell(`by the parser's tree: nothing newer than 5.1${skipped}`, () => {
    const lister = join(__dirname, 'powershell', 'NewSyntax.ps1');
    const list = (files: string): string =>
      spawnSync(pwsh ?? '', ['-NoProfile', '-NonInteractive', '-Command', `& '${lister}' -Files ${files}`], {
        encoding: 'utf8',
        timeout: 60_000,
        env: { ...process.env, NO_COLOR: '1' },
      }).stdout;
    expect(list(`'${scriptFile}','${loaderFile}'`).trim()).toBe('');
    const folder = mkdtempSync(join(tmpdir(), 'slmgr-syntax-'));
    try {
      const bad = join(folder, 'bad.ps1');
      writeFileSync(bad, '$a = $b ?? 1\n$c = $a ? 1 : 2\ntrue && false\n$a?.Length\n');
      expect(list(`'${bad}'`).trim().split('\n').length).toBeGreaterThanOrEqual(4);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  testWithPowerShell(`the loader runs the script in a real PowerShell${skipped}`, () => {
    const machine = { service: { Version: '10.0.20348.1 ä€' }, products: [] };
    const setUp = `Import-Module '${moduleFile}'; Set-StandInCase (ConvertFrom-Json '${JSON.stringify({ machine })}')\n`;
    const run = spawnSync(
      pwsh ?? '',
      ['-NoProfile', '-NonInteractive', '-EncodedCommand', encodeCommand(setUp + loaderScript)],
      { input: loaderInput(request, ticket), encoding: 'utf8', timeout: 60_000 },
    );
    expect(run.stderr).toBe('');
    expect(run.status).toBe(0);
    const printed = findPrinted(run.stdout, ticket);
    if (printed?.kind !== 'answer') throw new Error(run.stdout);
    const answer = parseAnswer(printed.text);
    expect(answer.results).toEqual([{ ok: true, value: [{ Version: '10.0.20348.1 ä€' }] }]);
    expect(answer.host.languageMode).toBe('FullLanguage');
    expect(answer.host.elevated).toBeNull();
    expect(answer.host.powerShell).toMatch(/^\d+\.\d+/);
  });

  testWithPowerShell(`the loader tells of a script that cannot run${skipped}`, () => {
    const run = spawnSync(
      pwsh ?? '',
      ['-NoProfile', '-NonInteractive', '-EncodedCommand', encodeCommand(loaderScript)],
      { input: 'AAAA.!!!!\n', encoding: 'utf8', timeout: 60_000 },
    );
    expect(run.status).toBe(0);
    expect(findPrinted(run.stdout, ticket)?.kind).toBe('failure');
  });

  testWithPowerShell(`the loader says constrained language mode with cmdlets alone${skipped}`, () => {
    const constrain = "$ExecutionContext.SessionState.LanguageMode='ConstrainedLanguage'\n";
    const run = spawnSync(
      pwsh ?? '',
      ['-NoProfile', '-NonInteractive', '-EncodedCommand', encodeCommand(constrain + loaderScript)],
      { input: loaderInput(request, ticket), encoding: 'utf8', timeout: 60_000 },
    );
    expect(findPrinted(run.stdout, ticket)).toEqual({ kind: 'language-mode', mode: 'ConstrainedLanguage' });
  });
});
