import fc from 'fast-check';
import { bindLines, windowsDnsLines } from '../../../src/kms/engine/manual-records';
import type { PublishedRecord } from '../../../src/kms/engine/publish-plan';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom('e.x"; calc; $(calc) "', "a'b", 'a\u2019; calc; \u2018', 'x\ny', '`$(calc)', 'lab.example'),
);
const records: fc.Arbitrary<PublishedRecord> = fc.oneof(
  fc.record({
    type: fc.constant('SRV' as const),
    zone: text,
    name: text,
    ttl: fc.nat(),
    priority: fc.nat(),
    weight: fc.nat(),
    port: fc.nat(),
    target: text,
  }),
  fc.record({
    type: fc.constantFrom('A' as const, 'AAAA' as const),
    zone: text,
    name: text,
    ttl: fc.nat(),
    address: text,
  }),
);

/** PowerShell's quotation marks, as its language specification lists them (2.3.5.2). */
const quoted = /'(?:[^'\u2018-\u201b]|['\u2018-\u201b]{2})*'|"[\w.:-]*"/g;

test('what PowerShell would read of a line is the command alone, whatever the names are', () => {
  fc.assert(
    fc.property(records, (record) => {
      const [line = ''] = windowsDnsLines([record]);
      expect(line).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
      const words = line.replace(quoted, 'Q').replace(/\(Q(?: \+ \[char\]\d+ \+ Q)*\)/g, 'Q');
      expect(words).toMatch(
        /^Add-DnsServerResourceRecord(?: -Srv|A|AAAA) -ZoneName Q -Name Q -[\w ()[\]:.-]*(?:Q[\w ()[\]:.-]*)?$/,
      );
    }),
  );
});

test('a zone file gets one record a line, whatever the names are', () => {
  fc.assert(
    fc.property(records, (record) => {
      const [line = ''] = bindLines([record]);
      expect(line).toMatch(
        /^(?:[\w.-]|\\\d{3})*\. \d+ IN (?:SRV \d+ \d+ \d+ (?:[\w.-]|\\\d{3})*\.|A{1,4} [0-9a-f:.]*)$/i,
      );
    }),
  );
});

test('plain names are as they were', () => {
  const [line] = windowsDnsLines([
    { type: 'A', zone: 'lab.example', name: 'kms01.lab.example', ttl: 3600, address: '192.0.2.1' },
  ]);
  expect(line).toBe(
    'Add-DnsServerResourceRecordA -ZoneName "lab.example" -Name "kms01" -IPv4Address "192.0.2.1" ' +
      '-TimeToLive ([TimeSpan]::FromSeconds(3600))',
  );
});
