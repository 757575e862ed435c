import fc from 'fast-check';
import { decodePdu, encodePdu, pduLength } from '../../../src/kms/wire/pdu';
import { PduSplitter } from '../../../src/kms/wire/pdu-splitter';
import { isWireRefusal } from '../../../src/kms/wire/refusal';
import { mutated, pdus } from './arbitraries';

test('every PDU comes back as it was sent, with the length that was foretold', () => {
  fc.assert(
    fc.property(pdus, (pdu) => {
      const bytes = encodePdu(pdu);
      expect(bytes).toHaveLength(pduLength(pdu));
      expect(decodePdu(bytes)).toEqual(pdu);
    }),
    { numRuns: 500 },
  );
});

test('a PDU cut anywhere is refused, also where its header tells the shorter length', () => {
  const listed = new Set(['bind', 'alter-context', 'bind-ack', 'alter-context-response', 'fault']);
  fc.assert(
    fc.property(pdus, fc.nat(), (pdu, at) => {
      const bytes = encodePdu({ ...pdu, littleEndian: true });
      const cut = Buffer.from(bytes.subarray(0, at % (bytes.length - 4)));
      if (cut.length >= 10 && listed.has(pdu.kind)) cut.writeUInt16LE(cut.length, 8);
      expect(() => decodePdu(cut)).toThrow(expect.objectContaining({ name: 'WireRefusal' }) as Error);
    }),
  );
});

test('random and mutated bytes are read or refused, and nothing behind the PDU is looked at', () => {
  const inputs = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    mutated(pdus.map((pdu) => encodePdu(pdu))),
  );
  const read = (bytes: Buffer): unknown => {
    try {
      return decodePdu(bytes);
    } catch (error) {
      if (isWireRefusal(error)) return error.message;
      throw error;
    }
  };
  fc.assert(
    fc.property(inputs, (bytes) => {
      const before = Buffer.concat([Buffer.alloc(40, 0x11), bytes, Buffer.alloc(40, 0x11)]);
      const after = Buffer.concat([Buffer.alloc(40, 0xee), bytes, Buffer.alloc(40, 0xee)]);
      const one = read(before.subarray(40, 40 + bytes.length));
      const two = read(after.subarray(40, 40 + bytes.length));
      expect(one).toEqual(two);
    }),
    { numRuns: 2000 },
  );
});

test('an authentication trailer is skipped with its padding and noticed', () => {
  const body = encodePdu({
    kind: 'request',
    callId: 4,
    flags: 3,
    littleEndian: true,
    allocationHint: 4,
    contextId: 0,
    operation: 0,
    object: null,
    stub: Buffer.from('abcd'),
  });
  const bytes = Buffer.concat([
    body,
    Buffer.alloc(4),
    Buffer.from([10, 2, 4, 0, 0, 0, 0, 0]),
    Buffer.alloc(12, 9),
  ]);
  bytes.writeUInt16LE(bytes.length, 8);
  bytes.writeUInt16LE(12, 10);
  expect(decodePdu(bytes)).toMatchObject({ authenticated: true, stub: Buffer.from('abcd') });
  bytes[bytes.length - 12 - 8 + 2] = 60;
  expect(() => decodePdu(bytes)).toThrow('padding beyond the fragment');
});

test('a stream is cut into its PDUs, however it is divided', () => {
  const pieces = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 });
  fc.assert(
    fc.property(fc.array(pdus, { minLength: 1, maxLength: 5 }), pieces, (list, sizes) => {
      const stream = Buffer.concat(list.map((pdu) => encodePdu(pdu)));
      const splitter = new PduSplitter(5840);
      const seen = [];
      for (let offset = 0, turn = 0; offset < stream.length; turn += 1) {
        const size = sizes[turn % sizes.length]!;
        for (const bytes of splitter.push(stream.subarray(offset, offset + size)))
          seen.push(decodePdu(bytes));
        offset += size;
      }
      expect(seen).toEqual(list);
      expect(splitter.isPartial).toBe(false);
    }),
  );
});

test.each([
  ['another protocol, with its first byte', Buffer.from('G'), 'not DCE/RPC version 5'],
  ['version 5.2', Buffer.from([5, 2]), 'not DCE/RPC version 5.0 or 5.1'],
  [
    'a fragment above the limit',
    Buffer.from('05000b0310000000d1160000000000000000', 'hex'),
    'a fragment of 5841 bytes',
  ],
  ['a length below the header', Buffer.from('05000b03100000000f000000000000000000', 'hex'), 'shorter'],
  ['EBCDIC', Buffer.from('05000b031100000010000000000000000000', 'hex'), 'data representation'],
  ['VAX numbers', Buffer.from('05000b031001000010000000000000000000', 'hex'), 'data representation'],
  ['an unknown type', Buffer.from('05000403100000001000000000000000', 'hex'), 'PDU type'],
])('the stream is refused: %s', (_, bytes, message) => {
  expect(() => [...new PduSplitter(5840).push(bytes)]).toThrow(message);
});
