import * as fc from 'fast-check';
import { harmlessText, printableJson, printableText } from '../../src/transports/harmless-text';

/** Every code point that a terminal acts on or that shows nothing, one by one. */
const deceiving = [
  ...Array.from({ length: 0x20 }, (_, code) => code).filter((code) => code !== 9 && code !== 10),
  ...Array.from({ length: 0x21 }, (_, at) => 0x7f + at),
  ...[0xad, 0x34f, 0x61c, 0x115f, 0x180e, 0x200b, 0x200e, 0x200f, 0x2028, 0x2029, 0x202a, 0x202e],
  ...[0x2060, 0x2066, 0x2069, 0x206f, 0x3164, 0xfeff, 0xffa0, 0xfff9, 0xe0001, 0xe0041],
].map((code) => String.fromCodePoint(code));

describe('text from elsewhere', () => {
  test.each(deceiving.map((one) => [one.codePointAt(0)!.toString(16), one]))(
    'U+%s becomes U+FFFD',
    (_, one) => {
      expect(printableText(`a${one}b`)).toBe('a\ufffdb');
    },
  );

  test('lines, tabs and what people write stay as they are', () => {
    for (const text of [
      'one\ntwo\r\n\tthree',
      'Größe – “quoted” … 10 €',
      'Ваша копия Windows',
      'می\u200cخواهم',
      'क्\u200dष',
      '👨\u200d👩\u200d👧 ❤\ufe0f',
      '葛\u{e0100}飾',
    ]) {
      expect(printableText(text)).toBe(text);
    }
  });

  test('a joiner or a variation selector in a Latin name is not shown as nothing', () => {
    expect(printableText('PC\u200d-001 PC\u200c1 \ufe0f')).toBe('PC\ufffd-001 PC\ufffd1 \ufffd');
  });

  test('halves of surrogate pairs are no text', () => {
    expect(printableText('a\ud800b\udfff')).toBe('a\ufffdb\ufffd');
  });

  test('a value of one line stays on one line', () => {
    expect(harmlessText('Windows\r\nLicense Status: Licensed\u2028x\ty\u001b[2J')).toBe(
      'Windows License Status: Licensed x y\ufffd[2J',
    );
  });

  test('JSON says every text with nothing in it that has to be replaced, and loses nothing', () => {
    const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...deceiving), fc.string());
    fc.assert(
      fc.property(fc.dictionary(text, fc.array(text)), (value) => {
        const json = printableJson(value);
        expect(printableText(json)).toBe(json);
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
