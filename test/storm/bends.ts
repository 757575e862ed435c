import * as fc from 'fast-check';
import { hostileText, hostileValue } from './hostile';

/** A change of a text on its way: of one that means something to one that should not. */
export type Bend = (text: string) => string;

/** A bend that a failing run can show. */
function told(facts: unknown, bend: Bend): Bend {
  return Object.assign(bend, { [fc.toStringMethod]: () => fc.stringify(facts).slice(0, 300) });
}

const share = fc.double({ min: 0, max: 1, noNaN: true });

/** Cut, overwritten or replaced, whatever the text is. */
export const bentText: fc.Arbitrary<Bend> = fc.oneof(
  share.map((part) => told({ cut: part }, (text) => text.slice(0, Math.floor(text.length * part)))),
  fc.tuple(share, hostileText).map(
    ([part, more]) =>
      (text: string) =>
        inserted(text, Math.floor(text.length * part), more),
  ),
  fc.tuple(share, fc.string({ unit: 'binary', minLength: 1, maxLength: 8 })).map(([part, other]) =>
    told({ part, other }, (text) => {
      const at = Math.floor(text.length * part);
      return text.slice(0, at) + other + text.slice(at + other.length);
    }),
  ),
  fc
    .constantFrom(
      '',
      '{}',
      'null',
      '[]',
      '0',
      '\0',
      '['.repeat(50_000),
      '{"a":'.repeat(20_000),
      '<a>'.repeat(20_000),
    )
    .map((whole) => told({ whole }, () => whole)),
  share.map((part) => told({ twice: part }, (text) => text.slice(0, Math.floor(text.length * part)) + text)),
);

function inserted(text: string, at: number, more: string): string {
  return text.slice(0, at) + more + text.slice(at);
}

const moreValues = fc.constantFrom<unknown>(
  '99991399999999.999999+999',
  '20260230000000.000000-000',
  '99991231235959.000000+000',
  '2026-13-45T99:99:99.0000000Z',
  '9999-12-31T23:59:59.9999999Z',
  '-271821-04-20T00:00:00Z',
  '4294967296',
  -2147483648,
  4294967295,
  'y'.repeat(1_000_000),
  Array.from({ length: 20_000 }, () => 'z'),
  Array.from({ length: 20_000 }, () => ({})),
  { code: 0 },
  { code: 5 },
  { code: '0' },
  { code: 1e300 },
  { code: -1 },
  { code: null },
  { ok: true, value: null },
  { ok: true, value: 'done' },
  { ok: true, value: [] },
  { ok: true, value: { ReturnValue: 5 } },
  ...['0x00000000', '0x00000005', '0x00041001', '0xFFFFFFFF', '0x80000000', '0xC004F074'].map((hresult) => ({
    ok: false,
    error: { hresult, message: 'no', stage: 'x' },
  })),
);

/** A JSON document in which one value is another, is missing or stands there twice. */
export const bentDocument: fc.Arbitrary<Bend> = fc
  .tuple(
    fc.nat(),
    fc.oneof(
      hostileValue.map((value) => ({ kind: 'value', value }) as const),
      moreValues.map((value) => ({ kind: 'value', value }) as const),
      fc.constantFrom({ kind: 'drop' } as const, { kind: 'repeat' } as const, { kind: 'deep' } as const),
    ),
  )
  .map(([pick, change]) =>
    told({ pick, change }, (text) => {
      const document = JSON.parse(text) as unknown;
      const places = placesOf(document);
      const place = places[pick % places.length];
      if (place === undefined) return text;
      if (change.kind === 'deep') {
        put(place, '@deep');
        return JSON.stringify(document).replace('"@deep"', '['.repeat(20_000) + ']'.repeat(20_000));
      }
      if (change.kind === 'value') put(place, change.value);
      if (change.kind === 'drop') drop(place);
      if (change.kind === 'repeat') repeat(place);
      return JSON.stringify(document);
    }),
  );

interface Place {
  readonly of: Record<string, unknown> | unknown[];
  readonly name: string;
}

/** Every value of a document; those of the results, which say more than the rest, three times. */
function placesOf(value: unknown, weight = 1): readonly Place[] {
  if (typeof value !== 'object' || value === null) return [];
  const of = value as Place['of'];
  return Object.entries(value).flatMap(([name, inner]) => {
    const heavier = name === 'results' ? 3 : weight;
    return [...Array.from({ length: heavier }, () => ({ of, name })), ...placesOf(inner, heavier)];
  });
}

function put({ of, name }: Place, value: unknown): void {
  (of as Record<string, unknown>)[name] = value;
}

function drop({ of, name }: Place): void {
  if (Array.isArray(of)) of.splice(Number(name), 1);
  else Reflect.deleteProperty(of, name);
}

function repeat({ of, name }: Place): void {
  if (Array.isArray(of)) of.splice(Number(name), 0, structuredClone(of[Number(name)]));
  else of[`${name}2`] = structuredClone(of[name]);
}

const leaf = /<([\w:]+)((?:\s[^<>]*)?)>([^<>]*)<\/\1>/g;
const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

/** XML in which one element has another text, is nil, missing, wrapped or there more than once. */
export const bentElement: fc.Arbitrary<Bend> = fc
  .tuple(
    fc.nat(),
    fc.oneof(
      hostileText.map(
        (text) => (_all: string, name: string, of: string) => `<${name}${of}>${escape(text)}</${name}>`,
      ),
      fc
        .constantFrom(
          '5',
          '-1',
          '3221549172',
          '-1073418124',
          '4294967296',
          '1e3',
          '',
          'NaN',
          '0x0',
          '00',
          ' 0 ',
        )
        .map((text) => (_all: string, name: string, of: string) => `<${name}${of}>${text}</${name}>`),
      fc
        .constantFrom(
          '<cim:Datetime>9999-99-99T99:99:99Z</cim:Datetime>',
          '<a/>'.repeat(10_000),
          '<b>1</b><b>2</b>',
        )
        .map((inner) => (_all: string, name: string, of: string) => `<${name}${of}>${inner}</${name}>`),
      fc.constantFrom(
        () => '',
        (all: string) => all + all,
        (all: string) => all.repeat(3000),
        (_all: string, name: string, of: string) => `<${name}${of} xsi:nil="true"/>`,
        (all: string) => `<x>${all}</x>`,
      ),
    ),
  )
  .map(([pick, change]) =>
    told({ pick, change: change('ALL', 'NAME', '') }, (text) => {
      const leaves = [...text.matchAll(leaf)];
      const found = leaves[pick % leaves.length];
      if (found === undefined) return text;
      const [all, name = '', attributes = ''] = found;
      return (
        text.slice(0, found.index) + change(all, name, attributes) + text.slice(found.index + all.length)
      );
    }),
  );
