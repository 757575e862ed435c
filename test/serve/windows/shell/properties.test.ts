import fc from 'fast-check';
import { notSimulatedStatus } from '../../../../src/serve/windows/shell/not-simulated';
import { encode, TestMachine, type Ran } from './machine';

/** Pieces of which people's lines and hostile ones are made. */
const piece = fc.oneof(
  fc.constantFrom(
    ...[
      'slmgr /ckms',
      'slmgr /dli',
      'cscript //nologo slmgr.vbs /xpr',
      'hostname',
      'echo',
      'exit 3',
      'exit /b',
      'type',
      'if',
      'for',
    ],
    ...[
      'if errorlevel 1',
      'if exist',
      'else',
      '%i',
      'in (a b) do',
      'set A=1',
      '%A%',
      '%ERRORLEVEL%',
      'cmd /c',
      'powershell -c',
    ],
    ...[
      'call',
      'start',
      'findstr',
      'find "a"',
      'Select-String a',
      '$r =',
      '$r',
      '$LASTEXITCODE',
      '$?',
      'if ($r) {',
      '}',
      '{',
      '(',
      ')',
    ],
    ...[
      '&',
      '&&',
      '|',
      '||',
      ';',
      '>',
      '>>',
      '2>&1',
      '> nul',
      '< nul',
      '> C:\\Temp\\a',
      '^',
      '"',
      "'",
      '`',
      '@',
      ',',
      '\\',
      '-eq',
      '-match',
    ],
    ...[
      'foreach ($i in 1,2) {',
      'Get-CimInstance X',
      'wmic os',
      'nonsense',
      'C:\\Temp',
      '$(',
      '@(',
      '${',
      '!',
      '%',
      '~',
      '\n',
      '\r\n',
      '\0',
      '€',
      '\u{1f600}',
    ],
  ),
  fc.string({ maxLength: 6 }),
);
const line = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(' '));

/** A line that ended, and what it did to the machine. */
async function tried(text: string): Promise<Ran & { readonly written: boolean }> {
  const machine = new TestMachine();
  const ran = await machine.run(text);
  return { ...ran, written: machine.files.find('C:\\Temp\\a') !== null };
}

function expectTold(ran: Ran & { readonly written: boolean }): void {
  expect(Number.isInteger(ran.exitCode)).toBe(true);
  if (!ran.stderr.includes('Nothing of the line was run.')) return;
  expect(ran).toMatchObject({ asked: [], stdout: '', written: false, exitCode: notSimulatedStatus });
}

describe('any line is read, or refused at a place with nothing of it run', () => {
  test('cmd.exe', async () => {
    await fc.assert(
      fc.asyncProperty(line, async (text) => {
        expectTold(await tried(text));
      }),
      { numRuns: 400 },
    );
  });

  test('PowerShell', async () => {
    await fc.assert(
      fc.asyncProperty(line, async (text) => {
        expectTold(await tried(`powershell -enc ${encode(text)}`));
      }),
      { numRuns: 400 },
    );
  });

  test('what cannot run in the middle or at the end keeps the rest from running', async () => {
    const refused = fc.constantFrom(
      'wmic os get name',
      'schtasks /query',
      'powershell -File a.ps1',
      'cmd /c "wmic os"',
      'dir /s',
    );
    const good = fc.constantFrom(
      'slmgr /ckms',
      'echo a > C:\\Temp\\a',
      'cmd /c slmgr /ckms',
      'powershell -c "slmgr /ckms"',
    );
    const operator = fc.constantFrom(' & ', ' && ', ' || ', ' | ');
    await fc.assert(
      fc.asyncProperty(fc.tuple(good, operator, refused, operator, good), async (parts) => {
        const ran = await tried(parts.join(''));
        expect(ran).toMatchObject({ asked: [], stdout: '', written: false, exitCode: notSimulatedStatus });
      }),
      { numRuns: 60 },
    );
  });

  test('a literal echo prints what was written', async () => {
    const plain = fc
      .stringMatching(/^[A-Za-z0-9 .:;,'_/-]{1,40}$/)
      .filter((text) => !/^\s*(?:on|off)?\s*$/i.test(text));
    await fc.assert(
      fc.asyncProperty(plain, async (text) => {
        expect((await tried(`echo ${text}`)).stdout).toBe(`${text.trimEnd()}\r\n`);
      }),
      { numRuns: 50 },
    );
  });
});
