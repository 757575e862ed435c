import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { errorTable, findErrors } from '../../src/licensing/error-table';
import { eventTable, findEvent } from '../../src/licensing/event-table';
import { formatHresult } from '../../src/licensing/hresult';

const root = resolve(__dirname, '../../src');

/** Numbers of 32 bits that are no errors: bounds, flags, and constants of hashes. */
const noErrors = new Set([
  '0x80000000',
  '0x80000001',
  '0x80000002', // HKEY_LOCAL_MACHINE
  '0x80070000', // the Win32 facility without a code
  '0x40000000', // a flag of NTLM
  '0x811C9DC5', // FNV-1a
  '0x8F1BBCDC', // SHA-1
  '0xC3D2E1F0',
  '0xCA62C1D6',
]);

/** Small numbers that slmgr prints in decimal. */
const small = [2, 5, 6, 13, 1450];

const sources = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
  (file) => /\.(ts|ps1)$/.test(file) && !file.endsWith('licensing-script.ts'),
);

function numbersIn(file: string): readonly string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return [...text.matchAll(/\b0x([48c][0-9a-f]{3})_?([0-9a-f]{4})\b/gi)]
    .map(([, high = '', low = '']) => `0x${(high + low).toUpperCase()}`)
    .filter((code) => !noErrors.has(code));
}

test('every error number in the program is in the table with its cause and its remedy', () => {
  const table = new Map(errorTable().map((entry) => [formatHresult(entry.code), entry]));
  const used = new Set(sources.flatMap(numbersIn));
  expect(used.size).toBeGreaterThan(100);
  const lacking = [...used].filter((code) => {
    const entry = table.get(code);
    return entry === undefined || entry.when === null || entry.action === null;
  });
  expect(lacking).toEqual([]);
});

test.each([
  ...['0x8007232D', '0x80041003', '0x80041010', '0x8004100E', '0x800706BE', '0x800705B4', '0x80070002'],
  ...['0x8010006B', '0x80072F8F', '0x803F7001', '0x80072EFD', '0x8004FE92', '0xC004F065', '0x87E10BC6'],
])('%s is explained in every form in which it is met', (code) => {
  const number = Number(code);
  const digits = code.slice(2);
  const forms = [
    code,
    code.toLowerCase(),
    code.replace('0x', '0X'),
    digits,
    digits.toLowerCase(),
    String(number),
    String(number | 0),
    `0xFFFFFFFF${digits}`,
    `Error: ${code} On a computer running Microsoft Windows non-core edition, run 'slui.exe 0x2a ${code}'`,
  ];
  for (const form of forms) {
    const [entry] = findErrors(form);
    expect([form, entry === undefined ? null : formatHresult(entry.code)]).toEqual([form, code]);
    expect([form, entry?.when, entry?.action]).not.toContain(null);
  }
});

test.each(small)('%d is explained as slmgr prints it', (number) => {
  const [entry] = findErrors(String(number));
  expect(entry?.code).toBe(number);
  expect([entry?.when, entry?.action]).not.toContain(null);
});

test('the last four digits do where they are of one error', () => {
  for (const form of ['f074', '0xF074', 'F074']) {
    expect(findErrors(form).map(({ code }) => formatHresult(code))).toContain('0xC004F074');
  }
});

test('every event that the program writes is known', () => {
  const written = new Set(
    sources.flatMap((file) =>
      [...readFileSync(join(root, file), 'utf8').matchAll(/eventEntry\(\w+(?:\.\w+)?, (\d{3,5}),/g)].map(
        ([, id]) => Number(id),
      ),
    ),
  );
  const model = readFileSync(join(root, 'lab/model/events.ts'), 'utf8');
  for (const [, id] of model.matchAll(/^ {2}(\d{3,5}): \[/gm)) written.add(Number(id));
  expect(written.size).toBeGreaterThan(12);
  for (const id of written) expect([id, findEvent(id)?.id]).toEqual([id, id]);
  const ids = eventTable.map(({ id }) => id);
  expect(ids).toEqual([...ids].sort((left, right) => left - right));
});
