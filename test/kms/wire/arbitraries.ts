import fc from 'fast-check';
import { type ActivationAnswer, type ActivationRequest } from '../../../src/kms/engine/messages';
import { hresult } from '../../../src/licensing/hresult';
import { type Pdu } from '../../../src/kms/wire/pdu';
import { type SyntaxId } from '../../../src/kms/wire/syntax';

const u8 = fc.nat(0xff);
const u16 = fc.nat(0xffff);
const u32 = fc.integer({ min: 0, max: 0xffffffff });

/** Any UUID but the nil one. */
export const uuids = fc
  .uint8Array({ minLength: 16, maxLength: 16 })
  .filter((bytes) => bytes.some((byte) => byte !== 0))
  .map((bytes) => {
    const hex = Buffer.from(bytes).toString('hex');
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  });

// UTF-16 units of every kind but control characters and surrogates without a partner.
const texts = (maximum: number): fc.Arbitrary<string> =>
  fc
    .string({ unit: 'grapheme', maxLength: maximum })
    .filter((text) => text.length <= maximum && !/\p{Cc}/u.test(text) && !/\p{Cs}/u.test(text));

const instants = fc.integer({ min: -8.64e15, max: 8.64e15 });

export const requests: fc.Arbitrary<ActivationRequest> = fc.record({
  clientMachineId: uuids,
  previousClientMachineId: fc.option(uuids, { nil: null }),
  machineName: texts(63),
  licenseStatus: fc.constantFrom(0, 1, 2, 3, 4, 5, 6),
  minutesRemaining: u32,
  activationId: uuids,
  applicationId: uuids,
  requiredClientCount: u32,
  isVirtualMachine: fc.boolean(),
  clientTime: instants,
});

export const answers: fc.Arbitrary<ActivationAnswer> = fc.oneof(
  fc.record({
    kind: fc.constant('count' as const),
    count: u32,
    activationIntervalMinutes: fc.integer({ min: 15, max: 43_200 }),
    renewalIntervalMinutes: fc.integer({ min: 15, max: 43_200 }),
    hostExtendedPid: texts(79),
    hostTime: instants,
  }),
  fc.record({
    kind: fc.constant('refusal' as const),
    hresult: fc.integer({ min: 1, max: 0xffffffff }).map(hresult),
  }),
);

const syntaxes: fc.Arbitrary<SyntaxId> = fc.record({ uuid: uuids, major: u16, minor: u16 });
const stubs = fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes));
const envelope = {
  callId: u32,
  flags: u8.map((flags) => flags & 0x7f),
  littleEndian: fc.boolean(),
  authenticated: fc.constant(false),
};

/** Any PDU that the encoder writes. */
export const pdus: fc.Arbitrary<Pdu> = fc.oneof(
  fc.record({
    ...envelope,
    kind: fc.constantFrom('bind' as const, 'alter-context' as const),
    maxTransmitFragment: u16,
    maxReceiveFragment: u16,
    associationGroup: u32,
    contexts: fc.array(
      fc.record({
        contextId: u16,
        abstractSyntax: syntaxes,
        transferSyntaxes: fc.array(syntaxes, { minLength: 1, maxLength: 4 }),
      }),
      { maxLength: 6 },
    ),
  }),
  fc.record({
    ...envelope,
    kind: fc.constantFrom('bind-ack' as const, 'alter-context-response' as const),
    maxTransmitFragment: u16,
    maxReceiveFragment: u16,
    associationGroup: u32,
    secondaryAddress: fc.string({ maxLength: 6, unit: 'grapheme-ascii' }),
    results: fc.array(fc.record({ result: u16, reason: u16, transferSyntax: syntaxes }), { maxLength: 6 }),
  }),
  fc.record({
    ...envelope,
    kind: fc.constant('bind-nak' as const),
    reason: u16,
    versions: fc.array(fc.record({ major: u8, minor: u8 }), { maxLength: 4 }),
  }),
  fc
    .record({
      ...envelope,
      kind: fc.constant('request' as const),
      allocationHint: u32,
      contextId: u16,
      operation: u16,
      object: fc.option(uuids, { nil: null }),
      stub: stubs,
    })
    .map((pdu) => ({ ...pdu, flags: pdu.object === null ? pdu.flags : pdu.flags | 0x80 })),
  fc.record({
    ...envelope,
    kind: fc.constant('response' as const),
    allocationHint: u32,
    contextId: u16,
    stub: stubs,
  }),
  fc.record({ ...envelope, kind: fc.constant('fault' as const), contextId: u16, status: u32 }),
  fc.record({
    ...envelope,
    kind: fc.constantFrom('auth3' as const, 'shutdown' as const, 'cancel' as const, 'orphaned' as const),
  }),
);

/** Changes single bytes of an input, cuts it or doubles a part of it. */
export function mutated(source: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> {
  const change = fc.record({ at: fc.nat(), value: u8, how: fc.constantFrom('set', 'cut', 'double') });
  return fc.tuple(source, fc.array(change, { minLength: 1, maxLength: 6 })).map(([bytes, changes]) =>
    changes.reduce<Buffer>((current, { at, value, how }) => {
      if (current.length === 0) return current;
      const offset = at % current.length;
      if (how === 'cut') return current.subarray(0, offset);
      if (how === 'double') return Buffer.concat([current, current.subarray(offset)]);
      const copy = Buffer.from(current);
      copy[offset] = value;
      return copy;
    }, bytes),
  );
}
