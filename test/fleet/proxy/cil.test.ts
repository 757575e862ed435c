import * as fc from 'fast-check';
import { fillCil, isXmlText, readCil, writeCil } from '../../../src/fleet/proxy/cil';
import { proxyGrades, type ProxyEntry, type ProxyList } from '../../../src/fleet/proxy/proxy-list';

const iid = '1'.repeat(63);
const shortIid = '3'.repeat(54);
const cid = '123456'.repeat(8);

const digits = (length: number): fc.Arbitrary<string> =>
  fc
    .array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length })
    .map((all) => all.join(''));
const words = fc.string({ unit: 'grapheme', maxLength: 30 });
const entry: fc.Arbitrary<ProxyEntry> = fc.record({
  id: fc.uuid(),
  installationId: fc.oneof(digits(54), digits(63)),
  confirmationId: fc.option(digits(48)),
  product: fc.uuid(),
  productName: fc.option(words),
  applicationId: fc.option(fc.uuid()),
  channel: fc.constant(null),
  partialKey: fc.constant('2YT43'),
  system: fc.option(words),
  build: fc.option(words),
  machine: fc.option(words),
});
const list: fc.Arbitrary<ProxyList> = fc.record({
  grade: fc.constantFrom(...proxyGrades),
  entries: fc.uniqueArray(entry, { maxLength: 5, selector: ({ id }) => id }),
});

describe('lists in the form of VAMT', () => {
  test('are read as they were written: ids, products, both IDs, and no name that the grade leaves out', () => {
    fc.assert(
      fc.property(list, (written) => {
        const text = writeCil(written);
        expect(isXmlText(text)).toBe(true);
        const read = readCil(text);
        const facts = ({ id, installationId, confirmationId, product }: ProxyEntry): unknown => [
          id,
          installationId,
          confirmationId,
          product,
        ];
        expect(read.entries.map(facts)).toEqual(written.entries.map(facts));
        expect(text).not.toContain('2YT43');
        if (written.grade !== 'full')
          expect(read.entries.every(({ machine }) => machine === null)).toBe(true);
      }),
    );
  });

  test('are filled in their places', () => {
    fc.assert(
      fc.property(list, digits(48), (written, confirmationId) => {
        const text = writeCil(written);
        const filled = { ...written, entries: written.entries.map((each) => ({ ...each, confirmationId })) };
        const read = readCil(fillCil(text, { ...readCil(text), entries: filled.entries }));
        expect(read.entries.map((each) => each.confirmationId)).toEqual(
          written.entries.map(() => confirmationId),
        );
      }),
    );
  });
});

const cil = (
  product: string,
  root = 'SoftwareLicensingData xmlns="urn:x" xmlns:i="urn:i" Version="1.0"',
): string =>
  `\ufeff<?xml version="1.0"?>\r\n<!-- of VAMT -->\n<${root}><Computers><Computer Name="PC-1" Id="{A-1}">` +
  `<Products><Product><Sku Id="ABC" Name="Windows" ApplicationId=""/>${product}</Product></Products>` +
  '</Computer></Computers></SoftwareLicensingData>';

test.each([
  ['elements of other names', `<Iid>${iid}</Iid><Cid></Cid>`, `<Cid>${cid}</Cid>`],
  ['an element without content', `<IID>${iid}</IID>\n<PendingCid />`, `<PendingCid>${cid}</PendingCid>`],
  [
    'an element that says nothing',
    `<InstallationId>${shortIid}</InstallationId><ConfirmationId i:nil="true" />`,
    `<ConfirmationId>${cid}</ConfirmationId>`,
  ],
  ['attributes', `<Activation InstallationId="${iid}" ConfirmationId=""/>`, `ConfirmationId="${cid}"`],
  [
    'groups with hyphens, and CDATA',
    `<A>${'1'.repeat(7)}-${'1'.repeat(56)}</A><b:Cid xmlns:b="urn:b"><![CDATA[]]></b:Cid><Cid></Cid>`,
    `<Cid>${cid}</Cid>`,
  ],
])('a list of another program with %s is read and filled, all else as it was', (_what, product, filled) => {
  const text = cil(product);
  const read = readCil(text);
  expect(read.entries).toMatchObject([
    { id: '{a-1}', machine: 'PC-1', product: 'abc', confirmationId: null },
  ]);
  const entries = read.entries.map((each) => ({ ...each, confirmationId: cid }));
  const after = fillCil(text, { ...read, entries });
  expect(after).toContain(filled);
  expect(after.replace(cid, '').length).toBeLessThanOrEqual(text.length + 20);
  expect(fillCil(after, { ...read, entries })).toBe(after);
});

test('a list without a place for confirmation IDs is refused', () => {
  const text = cil(`<InstallationId>${iid}</InstallationId>`);
  const read = readCil(text);
  const entries = read.entries.map((each) => ({ ...each, confirmationId: cid }));
  expect(() => fillCil(text, { ...read, entries })).toThrow('no place for a confirmation ID');
  expect(() => fillCil(cil(`<I>${iid}</I><!-- <Cid></Cid> -->`), { ...read, entries })).toThrow('no place');
});

test.each([
  ['a document type', '<!DOCTYPE a [<!ENTITY x "y">]><SoftwareLicensingData/>'],
  ['an external entity', `<!DOCTYPE a SYSTEM "file:///etc/passwd">${cil('')}`],
  ['an entity of its own', cil('<A>&xxe;</A>')],
  ['too much depth', cil('<a>'.repeat(1000) + '</a>'.repeat(1000))],
  ['an end too early', cil('').slice(0, -10)],
  ['another document', '<html></html>'],
  ['too many attributes', cil(`<A ${Array.from({ length: 100 }, (_, at) => `a${at}="1"`).join(' ')}/>`)],
])('%s is refused with a reason', (_what, text) => {
  expect(() => readCil(text)).toThrow(expect.objectContaining({ name: 'ProxyFileError' }) as Error);
});

test('nothing of a file makes reading or filling throw anything else', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(400), (noise, at) => {
      const whole = cil(`<Iid>${iid}</Iid><Cid></Cid>`);
      const text = whole.slice(0, at) + noise + whole.slice(at + noise.length);
      try {
        const read = readCil(text);
        fillCil(text, { ...read, entries: read.entries.map((each) => ({ ...each, confirmationId: cid })) });
      } catch (error) {
        expect(error).toMatchObject({ name: 'ProxyFileError' });
      }
    }),
  );
});
