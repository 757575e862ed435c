import * as fc from 'fast-check';

/** How many inputs each property tries: few by themselves, as many as SLMGR_STORM says (npm run storm). */
export const stormRuns = Number(process.env['SLMGR_STORM'] ?? '25');

const nasty = [
  '',
  ' ',
  '\u001b[31m\u001b]0;x\u0007',
  '\u0001',
  '\u009b2J',
  '\u202eexe.txt',
  'a\nb\r\nc',
  '\ufeff\u200b',
  '\ufffe\uffff',
  '\ud800',
  'x\udfff',
  'РС-001', // Cyrillic letters that look Latin
  'ＰＣ',
  '%s%n%x%d',
  '{0}${1}$(id)`id`',
  "'; DROP TABLE machines; --",
  '"><a b="&lt;',
  '../../../x',
  'C:\\Windows\\System32\\x',
  '\\\\server\\share',
  'constructor',
  '__proto__',
  'toString',
  'null',
  'undefined',
  '[::1]:99999',
  ':',
  ':70000',
  'a:b:c',
  '-',
  '*'.repeat(40),
  'a'.repeat(300),
  'x'.repeat(70_000),
  '.'.repeat(255),
  `${'a.'.repeat(130)}b`,
  '2024-13-45T99:99:99Z',
  '/Date(0)/',
  '{00000000-0000-0000-0000-000000000000}',
  '55041-00168-305-190595-03-1033-7601.0000-0102025',
  'AAAAA-BBBBB-CCCCC-DDDDD-EEEEE',
  'CN=x,DC=\\00',
] as const;

const numbers = [
  '0',
  '-0',
  '-1',
  '1',
  '+1',
  '1.5',
  '1e3',
  '1e308',
  'NaN',
  'Infinity',
  '-Infinity',
  '0x10',
  '0b1',
  '١٢',
  '1_000',
  '14',
  '15',
  '43200',
  '43201',
  '65535',
  '65536',
  '2147483647',
  '2147483648',
  '4294967295',
  '4294967296',
  '-2147483649',
  '9007199254740993',
  '8640000000000001',
  '99999999999999999999999',
  '0'.repeat(5000) + '1',
  '9'.repeat(5000),
] as const;

/** Words as a line may hold them: no NUL, which no operating system lets through. */
export const hostileWord: fc.Arbitrary<string> = fc
  .oneof(
    { weight: 4, arbitrary: fc.constantFrom(...nasty) },
    { weight: 3, arbitrary: fc.constantFrom(...numbers) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom(...nasty, ...numbers)
        .chain((one) => fc.string().map((more) => one.slice(0, 40) + more)),
    },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  )
  .map((word) => word.replaceAll('\0', ''));

/** What may stand in a file in place of a text: NUL too. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(hostileWord, fc.constantFrom('\0', 'a\0b'));

/** A value of JSON that is not what its reader hopes for. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  fc.constantFrom(
    null,
    true,
    false,
    0,
    -1,
    1.5,
    1e308,
    -1e308,
    2 ** 31,
    2 ** 32,
    2 ** 53,
    8.64e15 + 1,
    [],
    {},
    [[]],
    [null],
  ),
  fc.double(),
  fc.jsonValue({ maxDepth: 2 }),
);

/** Content of a file that is no good: random, deep, huge, of another kind, or a valid one cut, bent or mutated. */
export function hostileFile(valid: string): fc.Arbitrary<Buffer> {
  const whole = Buffer.from(valid);
  const place = fc.nat({ max: Math.max(0, whole.length - 1) });
  return fc.oneof(
    fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
    fc
      .constantFrom(
        '',
        '\ufeff',
        '{}',
        '[]',
        'null',
        '0',
        '"',
        '{"a":',
        '\0'.repeat(5000),
        '<a>'.repeat(20_000),
        '['.repeat(100_000),
        '{"a":'.repeat(20_000),
        '- '.repeat(20_000),
        '&a [*a,*a]',
        'a: &a [x]\nb: *a\n',
        '-----BEGIN OPENSSH PRIVATE KEY-----\n',
        'x'.repeat(2_000_000),
      )
      .map((text) => Buffer.from(text)),
    fc
      .constantFrom('utf16le', 'latin1')
      .map((encoding) => Buffer.from(`\ufeff${valid}`, encoding as BufferEncoding)),
    place.map((end) => whole.subarray(0, end)),
    fc
      .tuple(place, fc.uint8Array({ minLength: 1, maxLength: 8 }))
      .map(([at, bytes]) => Buffer.concat([whole.subarray(0, at), bytes, whole.subarray(at + bytes.length)])),
    bentJson(valid).map((text) => Buffer.from(text)),
  );
}

/** A JSON text in which one value is another; the text itself where it is no JSON. */
export function bentJson(valid: string): fc.Arbitrary<string> {
  const paths = pathsOf(parsed(valid));
  if (paths.length === 0) return fc.constant(valid);
  return fc.tuple(fc.constantFrom(...paths), hostileValue).map(([path, value]) => {
    const bent = parsed(valid);
    let at = bent as Record<string, unknown>;
    for (const step of path.slice(0, -1)) at = at[step] as Record<string, unknown>;
    at[path.at(-1) ?? ''] = value;
    return JSON.stringify(bent);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

function pathsOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    [...path, name],
    ...pathsOf(inner, [...path, name]),
  ]);
}
