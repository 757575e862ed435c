import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { explain, explainShortly } from '../../src/cli/commands/explain';
import type { CommandContext } from '../../src/cli/framework/command';
import { meaningOfStatus } from '../../src/cli/exit-status-meanings';
import { statusOfHresult } from '../../src/cli/exit-status';
import { errorTable } from '../../src/licensing/error-table';
import { formatHresult } from '../../src/licensing/hresult';

interface Data {
  readonly errors: readonly { readonly code: string }[];
  readonly events: readonly { readonly id: number }[];
  readonly exitStatus: {
    readonly meaning: string | null;
    readonly candidates: readonly { readonly code: string }[];
  } | null;
}

async function explained(
  ...words: readonly string[]
): Promise<{ readonly data: Data; readonly text: string }> {
  const result = await explain.run({ text: words }, {} as CommandContext);
  expect(explain.data.safeParse(result?.data).error).toBeUndefined();
  const text = result?.text({ colour: false, terminal: false, width: 80 }) ?? '';
  return { data: result?.data as Data, text };
}

test('an event is told with its fields and remedy', async () => {
  for (const words of [['12293'], ['event', '12293'], ['Event', 'ID', '12293']]) {
    const { data, text } = await explained(...words);
    expect(data.events.map(({ id }) => id)).toEqual([12293]);
    expect(text).toContain('Event 12293 (Application, error)');
    expect(text).toContain('Publishing the Key Management Service in DNS failed.');
    expect(text).toContain('Fields:      error number, domain');
  }
});

test('an exit status is told with every error number that it may stand for', async () => {
  for (const words of [['116'], ['exit', '116'], ['exit', 'status', '116']]) {
    const { data, text } = await explained(...words);
    const codes = data.exitStatus?.candidates.map(({ code }) => code);
    expect(codes?.[0]).toBe('0xC004F074');
    expect(codes).toEqual(
      expect.arrayContaining(
        errorTable()
          .filter(
            ({ code, kind }) => kind === 'error' && code > 0xffff && statusOfHresult(code, 'linux') === 116,
          )
          .map(({ code }) => formatHresult(code)),
      ),
    );
    expect(text).toContain('Exit status 116');
  }
});

test('the statuses that the program itself ends with are told', async () => {
  for (const status of [0, 1, 2, 3, 70, 126, 127, 130, 143]) {
    expect([status, (await explained(String(status))).data.exitStatus?.meaning]).not.toContain(null);
  }
  expect(meaningOfStatus(130)).toContain('SIGINT');
  expect(meaningOfStatus(143)).toContain('SIGTERM');
  const documented = readFileSync(resolve(__dirname, '../../docs/exit-codes.md'), 'utf8');
  for (const [, status] of documented.matchAll(/^\| (\d{1,3}) +\|/gm)) {
    expect([status, meaningOfStatus(Number(status))]).not.toContain(null);
  }
});

test('a number may be an error, its HRESULT, and a status', async () => {
  const { data } = await explained('5');
  expect(data.errors.map(({ code }) => code)).toEqual(['5', '0x80070005']);
  expect(data.exitStatus?.candidates.map(({ code }) => code)).toContain('0x80070005');
});

test('what is known of nothing is refused', async () => {
  for (const word of ['256', '999999', '0xDEADBEEF', 'gibberish']) {
    await expect(explain.run({ text: [word] }, {} as CommandContext)).rejects.toThrow(/Nothing is known/);
  }
});

test('the short form is one line with the remedy', () => {
  expect(explainShortly('0xC004F069')).toMatch(
    /^The Software Licensing Service reported.*\. What to do: .*\.$/,
  );
  expect(explainShortly('0xDEADBEEF')).toBeNull();
});
