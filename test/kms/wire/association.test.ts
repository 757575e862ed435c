import fc from 'fast-check';
import { ClientAssociation } from '../../../src/kms/wire/client-association';
import { faultStatuses } from '../../../src/kms/wire/constants';
import { decodePdu, encodePdu, type Pdu } from '../../../src/kms/wire/pdu';
import { type PresentationContext } from '../../../src/kms/wire/pdu-bind';
import { PduSplitter } from '../../../src/kms/wire/pdu-splitter';
import { type ServerAction, ServerAssociation } from '../../../src/kms/wire/server-association';
import { labKmsInterface, ndrSyntax, type SyntaxId } from '../../../src/kms/wire/syntax';
import { mutated, pdus } from './arbitraries';

const whole = 3;
const stranger: SyntaxId = { uuid: '12345678-1234-4234-8234-123456789abc', major: 1, minor: 0 };
const ndr64: SyntaxId = { uuid: '71710533-beba-4937-8319-b5dbef9ccc36', major: 1, minor: 0 };
const features: SyntaxId = { uuid: '6cb71c2c-9812-4540-0300-000000000000', major: 1, minor: 0 };

function server(): ServerAssociation {
  return new ServerAssociation({ secondaryAddress: '1688', associationGroup: 77 });
}

function context(
  contextId: number,
  abstractSyntax = labKmsInterface,
  transfer = [ndrSyntax],
): PresentationContext {
  return { contextId, abstractSyntax, transferSyntaxes: transfer };
}

function bind(
  contexts: readonly PresentationContext[],
  kind: 'bind' | 'alter-context' = 'bind',
  size = 5840,
): Buffer {
  return encodePdu({
    kind,
    callId: 1,
    flags: whole,
    littleEndian: true,
    maxTransmitFragment: size,
    maxReceiveFragment: size,
    associationGroup: 0,
    contexts,
  });
}

function request(callId: number, stub: Buffer | string, flags = whole, contextId = 0): Buffer {
  const bytes = Buffer.from(stub);
  return encodePdu({
    kind: 'request',
    callId,
    flags,
    littleEndian: true,
    allocationHint: bytes.length,
    contextId,
    operation: 0,
    object: null,
    stub: bytes,
  });
}

/** What a server answered, as PDUs; calls and closes as they are. */
function told(actions: readonly ServerAction[]): readonly (Pdu | Exclude<ServerAction, { kind: 'send' }>)[] {
  return actions.map((action) => (action.kind === 'send' ? decodePdu(action.bytes) : action));
}

function bound(): ServerAssociation {
  const association = server();
  association.receive(bind([context(0)]));
  return association;
}

describe('binding', () => {
  test('our interface is accepted with the port, a group and the fragment size', () => {
    expect(told(server().receive(bind([context(0)], 'bind', 60000)))).toMatchObject([
      {
        kind: 'bind-ack',
        callId: 1,
        maxTransmitFragment: 5840,
        maxReceiveFragment: 5840,
        associationGroup: 77,
        secondaryAddress: '1688',
        results: [{ result: 0, reason: 0, transferSyntax: ndrSyntax }],
      },
    ]);
  });

  test('another interface is rejected with "abstract syntax not supported" and nothing else happens', () => {
    const association = server();
    expect(told(association.receive(bind([context(0, stranger)])))).toMatchObject([
      { kind: 'bind-ack', results: [{ result: 2, reason: 1 }] },
    ]);
    expect(told(association.receive(request(2, 'anything')))).toMatchObject([
      { kind: 'fault', callId: 2, status: faultStatuses.unknownInterface },
    ]);
  });

  test('each context gets its own result, in order', () => {
    const contexts = [
      context(3, labKmsInterface, [ndr64]),
      context(4, labKmsInterface, [ndr64, ndrSyntax]),
      context(5, { ...labKmsInterface, minor: 1 }),
      context(6, { ...labKmsInterface, major: 2 }),
      context(7, labKmsInterface, [features]),
    ];
    expect(told(server().receive(bind(contexts)))).toMatchObject([
      {
        results: [
          { result: 2, reason: 2 },
          { result: 0, reason: 0, transferSyntax: ndrSyntax },
          { result: 2, reason: 1 },
          { result: 2, reason: 1 },
          { result: 3, reason: 0 },
        ],
      },
    ]);
  });

  test('alter_context adds a context that is usable then', () => {
    const association = bound();
    const [answer] = told(association.receive(bind([context(9)], 'alter-context')));
    expect(answer).toMatchObject({
      kind: 'alter-context-response',
      secondaryAddress: '',
      results: [{ result: 0 }],
    });
    expect(association.receive(request(3, 'x', whole, 9))).toMatchObject([
      { kind: 'call', call: { contextId: 9 } },
    ]);
  });

  test('no more than 32 contexts are kept', () => {
    const association = server();
    const [answer] = told(association.receive(bind(Array.from({ length: 33 }, (_, id) => context(id)))));
    expect(answer).toMatchObject({
      results: expect.arrayContaining([expect.objectContaining({ reason: 3 })]) as [],
    });
  });

  test('a fragment size below the least that everyone must take is not believed', () => {
    expect(told(server().receive(bind([context(0)], 'bind', 16)))).toMatchObject([
      { maxTransmitFragment: 1432 },
    ]);
  });

  test('a second bind, an early alter_context and an early request end the connection', () => {
    expect(told(bound().receive(bind([context(0)])))).toMatchObject([
      { kind: 'bind-nak' },
      { kind: 'close' },
    ]);
    expect(told(server().receive(bind([context(0)], 'alter-context')))).toMatchObject([{ kind: 'close' }]);
    expect(told(server().receive(request(1, 'x')))).toMatchObject([
      { kind: 'fault', status: faultStatuses.protocolError },
      { kind: 'close' },
    ]);
  });

  test('a client that wants to authenticate is refused as one that cannot', () => {
    const plain = bind([context(0)]);
    const bytes = Buffer.concat([plain, Buffer.from([10, 2, 0, 0, 0, 0, 0, 0]), Buffer.alloc(16)]);
    bytes.writeUInt16LE(bytes.length, 8);
    bytes.writeUInt16LE(16, 10);
    expect(told(server().receive(bytes))).toMatchObject([{ kind: 'bind-nak', reason: 8 }, { kind: 'close' }]);
  });

  test('another version of the protocol gets a bind_nak that names ours', () => {
    const bytes = bind([context(0)]);
    bytes[0] = 4;
    expect(told(server().receive(bytes))).toMatchObject([
      { kind: 'bind-nak', reason: 4, versions: [{ major: 5, minor: 0 }] },
      { kind: 'close', refusal: { code: 'version' } },
    ]);
  });
});

describe('fragments', () => {
  const stubs = fc.uint8Array({ maxLength: 9000 }).map((bytes) => Buffer.from(bytes));

  test('client and server hand each other whole stubs, however long and however the stream is divided', () => {
    fc.assert(
      fc.property(stubs, stubs, fc.integer({ min: 1, max: 3000 }), (question, answer, size) => {
        const here = new ClientAssociation();
        const there = server();
        const hand = (bytes: Buffer): readonly ServerAction[] => {
          const actions: ServerAction[] = [];
          for (let at = 0; at < bytes.length; at += size)
            actions.push(...there.receive(bytes.subarray(at, at + size)));
          return actions;
        };
        const [ack] = hand(here.bind());
        expect(ack?.kind === 'send' && here.receive(ack.bytes)).toEqual([{ kind: 'bound' }]);
        const [call] = hand(here.request(2, 0, question));
        expect(call).toMatchObject({ kind: 'call', call: { callId: 2, operation: 0, stub: question } });
        expect(there.isPartial).toBe(false);
        const answered = here.receive(there.respond({ callId: 2, contextId: 0 }, answer));
        expect(answered).toMatchObject([{ kind: 'response', callId: 2, stub: answer }]);
      }),
      { numRuns: 60 },
    );
  });

  test('no fragment is longer than the peer takes', () => {
    const association = server();
    association.receive(bind([context(0)], 'bind', 1432));
    const splitter = new PduSplitter(1432);
    const parts = [...splitter.push(association.respond({ callId: 2, contextId: 0 }, Buffer.alloc(4000)))];
    expect(parts.map((part) => part.length)).toEqual([1432, 1432, 1208]);
  });

  test('fragments of different calls may alternate', () => {
    const association = bound();
    association.receive(request(5, 'one-', 1));
    association.receive(request(6, 'two-', 1));
    expect(association.isPartial).toBe(true);
    association.receive(request(5, 'one-', 0));
    const [second] = association.receive(request(6, 'two', 2));
    const [first] = association.receive(request(5, 'one', 2));
    expect(second).toMatchObject({ call: { callId: 6, stub: Buffer.from('two-two') } });
    expect(first).toMatchObject({ call: { callId: 5, stub: Buffer.from('one-one-one') } });
    expect(association.isPartial).toBe(false);
  });

  test('an orphaned call is forgotten, a cancelled one goes on', () => {
    const association = bound();
    association.receive(request(5, 'one-', 1));
    association.receive(encodePdu({ kind: 'cancel', callId: 5, flags: whole, littleEndian: true }));
    expect(association.isPartial).toBe(true);
    association.receive(encodePdu({ kind: 'orphaned', callId: 5, flags: whole, littleEndian: true }));
    expect(association.isPartial).toBe(false);
  });

  test.each([
    ['endless bytes', (id: number) => request(id, Buffer.alloc(4000), 0)],
    ['endless empty fragments', (id: number) => request(id, '', 0)],
  ])('%s end with a fault and the connection', (_, fragment) => {
    const association = bound();
    association.receive(request(5, 'begin', 1));
    const seen: unknown[] = [];
    for (let turn = 0; turn < 100 && seen.length === 0; turn += 1)
      seen.push(...told(association.receive(fragment(5))));
    expect(seen).toMatchObject([
      { kind: 'fault', callId: 5, status: faultStatuses.remoteNoMemory },
      { kind: 'close', refusal: { code: 'limit' } },
    ]);
    expect(association.receive(request(9, 'x'))).toEqual([]);
  });

  test('calls that begin and never end are limited', () => {
    const association = bound();
    const seen = Array.from({ length: 9 }, (_, id) => told(association.receive(request(id, 'x', 1)))).flat();
    expect(seen).toMatchObject([{ kind: 'fault', status: faultStatuses.remoteNoMemory }, { kind: 'close' }]);
  });

  test('a call that begins twice and a fragment of no call are protocol errors', () => {
    const twice = bound();
    twice.receive(request(5, 'x', 1));
    expect(told(twice.receive(request(5, 'x', 1)))).toMatchObject([{ kind: 'fault' }, { kind: 'close' }]);
    const none = told(bound().receive(request(5, 'x', 2)));
    expect(none).toMatchObject([{ kind: 'fault', status: faultStatuses.protocolError }, { kind: 'close' }]);
  });
});

describe('hostile bytes', () => {
  const streams = fc.array(
    fc.oneof(
      fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes)),
      pdus.map((pdu) => encodePdu(pdu)),
      mutated(pdus.map((pdu) => encodePdu(pdu))),
      fc.constant(bind([context(0)])),
      mutated(fc.constant(request(4, 'a call'))),
    ),
    { maxLength: 6 },
  );

  test('the server never throws, and says nothing after it has closed', () => {
    fc.assert(
      fc.property(streams, (stream) => {
        const association = server();
        let isClosed = false;
        for (const bytes of stream) {
          const actions = association.receive(bytes);
          if (isClosed) expect(actions).toEqual([]);
          isClosed ||= actions.some(({ kind }) => kind === 'close');
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('the client throws nothing but a refusal', () => {
    fc.assert(
      fc.property(streams, (stream) => {
        const association = new ClientAssociation();
        try {
          for (const bytes of stream) association.receive(bytes);
        } catch (error) {
          expect(error).toMatchObject({ name: 'WireRefusal' });
        }
      }),
      { numRuns: 1000 },
    );
  });
});
