import fc from 'fast-check';
import { type ActivationRequest } from '../../../src/kms/engine/messages';
import { hresult } from '../../../src/licensing/hresult';
import { isWireRefusal } from '../../../src/kms/wire/refusal';
import {
  decodeAnswerStub,
  decodeRequestStub,
  encodeAnswerStub,
  encodeRequestStub,
} from '../../../src/kms/wire/stubs';
import { answers, mutated, requests } from './arbitraries';

const sample: ActivationRequest = {
  clientMachineId: '01234567-89ab-cdef-0123-456789abcdef',
  previousClientMachineId: null,
  machineName: 'PC-001.lab.example',
  licenseStatus: 2,
  minutesRemaining: 43200,
  activationId: 'ae2ee509-1b34-41c0-acb7-6d4650168915',
  applicationId: '55c92734-d682-4d71-983e-d6ec3f16059f',
  requiredClientCount: 25,
  isVirtualMachine: true,
  clientTime: Date.UTC(2026, 0, 5, 8),
};

/** Runs a decoder: true where it read the bytes, false where it refused them; anything else it throws goes on. */
function reads(decode: () => unknown): boolean {
  try {
    decode();
    return true;
  } catch (error) {
    if (isWireRefusal(error)) return false;
    throw error;
  }
}

test.each([true, false])('every request comes back as it was sent (little-endian: %p)', (littleEndian) => {
  fc.assert(
    fc.property(requests, (request) => {
      expect(decodeRequestStub(encodeRequestStub(request, littleEndian), littleEndian)).toEqual(request);
    }),
  );
});

test.each([true, false])('every answer comes back as it was sent (little-endian: %p)', (littleEndian) => {
  fc.assert(
    fc.property(answers, (answer) => {
      expect(decodeAnswerStub(encodeAnswerStub(answer, littleEndian), littleEndian)).toEqual(answer);
    }),
  );
});

test('K3.6 request and answer have about 250 bytes each with their PDU header of 24', () => {
  const answer = encodeAnswerStub({ kind: 'refusal', hresult: hresult(0xc004f042) });
  expect(encodeRequestStub(sample)).toHaveLength(224);
  expect(answer).toHaveLength(200);
});

test.each([0, 1, 14, 43_201, 0xffff_ffff])(
  'an interval of %i minutes is refused, whoever sends it',
  (minutes) => {
    const good = encodeAnswerStub({
      kind: 'count',
      count: 25,
      activationIntervalMinutes: 120,
      renewalIntervalMinutes: 10_080,
      hostExtendedPid: 'pid',
      hostTime: sample.clientTime,
    });
    for (const at of [12, 16]) {
      const bad = Buffer.from(good);
      bad.writeUInt32LE(minutes, at);
      expect(() => decodeAnswerStub(bad)).toThrow(/an interval that is not 15 to 43200 minutes/);
    }
    expect(decodeAnswerStub(good)).toMatchObject({ activationIntervalMinutes: 120 });
  },
);

test('the layout of the request is the documented one', () => {
  const stub = encodeRequestStub(sample);
  expect(stub.readUInt16LE(0)).toBe(1);
  expect(stub.readUInt16LE(2)).toBe(2);
  expect(stub.readUInt32LE(4)).toBe(25);
  expect(stub.readUInt32LE(8)).toBe(43200);
  expect(stub.readUInt32LE(12)).toBe(1);
  expect(stub.readBigInt64LE(16)).toBe(BigInt(sample.clientTime));
  expect(stub.toString('hex', 24, 40)).toBe('67452301ab89efcd0123456789abcdef');
  expect(stub.toString('hex', 40, 56)).toBe('0'.repeat(32));
  expect(stub.toString('utf16le', 88, 88 + 36)).toBe('PC-001.lab.example');
  expect(stub.toString('hex', 216)).toBe('0'.repeat(16));
});

test('a later message version with an extension is read as far as version 1 goes', () => {
  const later = Buffer.concat([encodeRequestStub(sample), Buffer.from('a new field')]);
  later.writeUInt16LE(7, 0);
  later.writeUInt32LE(11, 216);
  later.writeUInt32LE(11, 220);
  expect(decodeRequestStub(later)).toEqual(sample);
});

test.each([
  ['version 0', 0, Buffer.from([0, 0])],
  ['a licence state that does not exist', 2, Buffer.from([7, 0])],
  ['a time beyond every calendar', 16, Buffer.from('ffffffffffffff7f', 'hex')],
  ['a nil client machine ID', 24, Buffer.alloc(16)],
  ['a control character in the name', 88, Buffer.from([27, 0])],
  ['a name without its end', 88, Buffer.alloc(128, 65)],
  ['sizes that differ', 216, Buffer.from([1, 0, 0, 0])],
  ['an extension that is not there', 216, Buffer.from([4, 0, 0, 0, 4, 0, 0, 0])],
  ['an extension too long', 216, Buffer.from([1, 4, 0, 0, 1, 4, 0, 0])],
])('%s is refused', (_, offset, bytes) => {
  const stub = encodeRequestStub(sample);
  bytes.copy(stub, offset);
  expect(reads(() => decodeRequestStub(stub))).toBe(false);
});

test.each([
  ['a machine name of 64 characters', { machineName: 'A'.repeat(64) }],
  ['a machine name with a control character', { machineName: 'A\u001b[2J' }],
  ['a UUID in another form', { activationId: '{AE2EE509-1B34-41C0-ACB7-6D4650168915}' }],
])('%s is not written', (_, change) => {
  expect(reads(() => encodeRequestStub({ ...sample, ...change }))).toBe(false);
});

test('a refusal with HRESULT 0 is not written', () => {
  expect(reads(() => encodeAnswerStub({ kind: 'refusal', hresult: hresult(0) }))).toBe(false);
});

test('random and mutated stubs are read or refused, nothing else', () => {
  const inputs = fc.oneof(
    fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
    mutated(requests.map((request) => encodeRequestStub(request))),
    mutated(answers.map((answer) => encodeAnswerStub(answer))),
  );
  fc.assert(
    fc.property(inputs, fc.boolean(), (bytes, littleEndian) => {
      reads(() => decodeRequestStub(bytes, littleEndian));
      reads(() => decodeAnswerStub(bytes, littleEndian));
    }),
    { numRuns: 2000 },
  );
});
