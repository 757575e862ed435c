import { createHmac } from 'node:crypto';
import * as fc from 'fast-check';
import { DnsFormatError } from '../../src/dns/format-error';
import { decodeMessage, encodeMessage, makeQuery } from '../../src/dns/message';
import { recordType, tsigError } from '../../src/dns/protocol';
import { signMessage, verifyMessage, type SigningOptions, type TsigVerdict } from '../../src/dns/tsig';
import { TsigKey, type TsigAlgorithm } from '../../src/dns/tsig-key';
import { makeUpdate } from '../../src/dns/update';
import { anyMessage } from './arbitraries';

const NOW = 1_800_000_000;
const key = new TsigKey('Kms-Key', 'hmac-sha256', Buffer.from('a secret of the lab'));
const request = encodeMessage({ ...makeQuery('corp.example', recordType.SOA), id: 0x1234 });
const response = encodeMessage({
  ...makeQuery('corp.example', recordType.SOA),
  id: 0x1234,
  isResponse: true,
});

function answer(change: Partial<SigningOptions> = {}, checkedAt = NOW): TsigVerdict {
  const sent = signMessage(request, { key, time: NOW });
  const { bytes } = signMessage(response, { key, time: NOW, requestMac: sent.mac, ...change });
  return verifyMessage(bytes, { key, time: checkedAt, requestMac: sent.mac });
}

/** A server's answer whose TSIG has no signature, as BADKEY and BADSIG come. */
function unsignedAnswer(error: number): TsigVerdict {
  const sent = signMessage(request, { key, time: NOW });
  const signed = decodeMessage(signMessage(response, { key, time: NOW, error }).bytes);
  const additionals = signed.additionals.map((record) =>
    record.data.kind === 'tsig' ? { ...record, data: { ...record.data, mac: Buffer.alloc(0) } } : record,
  );
  return verifyMessage(encodeMessage({ ...signed, additionals }), { key, time: NOW, requestMac: sent.mac });
}

describe('TSIG (RFC 8945)', () => {
  test('the signature covers message and variables in canonical form (section 4.3.3)', () => {
    const { bytes, mac } = signMessage(request, { key, time: NOW });
    const variables = Buffer.concat([
      Buffer.from('\x07kms-key\0', 'latin1'),
      Buffer.from('00ff00000000', 'hex'),
      Buffer.from('\x0bhmac-sha256\0', 'latin1'),
      Buffer.from(NOW.toString(16).padStart(12, '0'), 'hex'),
      Buffer.from('012c00000000', 'hex'),
    ]);
    const expected = createHmac('sha256', 'a secret of the lab').update(request).update(variables).digest();
    expect(mac).toEqual(expected);
    expect(decodeMessage(bytes).additionals).toEqual([
      {
        name: 'kms-key',
        type: 250,
        class: 255,
        ttl: 0,
        data: {
          kind: 'tsig',
          algorithm: 'hmac-sha256',
          timeSigned: NOW,
          fudge: 300,
          mac: expected,
          originalId: 0x1234,
          error: 0,
          otherData: Buffer.alloc(0),
        },
      },
    ]);
  });

  test('a signed message is verified and comes back without its signature', () => {
    const algorithm = fc.constantFrom<TsigAlgorithm>(
      'hmac-sha1',
      'hmac-sha224',
      'hmac-sha256',
      'hmac-sha384',
      'hmac-sha512',
    );
    const secret = fc.uint8Array({ minLength: 1, maxLength: 80 });
    fc.assert(
      fc.property(anyMessage, algorithm, secret, (message, name, octets) => {
        fc.pre(
          ![...message.answers, ...message.authorities, ...message.additionals].some(
            ({ type }) => type === 250,
          ),
        );
        const anyKey = new TsigKey('k', name, Buffer.from(octets));
        const { bytes, mac } = signMessage(encodeMessage(message), { key: anyKey, time: NOW });
        expect(verifyMessage(bytes, { key: anyKey, time: NOW })).toEqual({ ok: true, message, mac });
      }),
    );
  });

  test('no octet can be changed but the message ID, which the signature keeps on its own', () => {
    const update = makeUpdate({
      zone: 'corp.example',
      changes: [{ kind: 'delete-name', name: 'x.corp.example' }],
    });
    const { bytes } = signMessage(encodeMessage(update), { key, time: NOW });
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: bytes.length - 1 }),
        fc.integer({ min: 0, max: 7 }),
        (at, bit) => {
          const changed = Buffer.from(bytes);
          changed.writeUInt8(changed.readUInt8(at) ^ (1 << bit), at);
          let accepted = false;
          try {
            accepted = verifyMessage(changed, { key, time: NOW }).ok;
          } catch (error) {
            expect(error).toBeInstanceOf(DnsFormatError);
          }
          const isCase = bit === 5 && /[a-z]/i.test(String.fromCharCode(bytes.readUInt8(at)));
          expect(accepted && !isCase).toBe(false);
        },
      ),
      { numRuns: 2000 },
    );
    const renumbered = Buffer.from(bytes);
    renumbered.writeUInt16BE(0x7777, 0);
    expect(verifyMessage(renumbered, { key, time: NOW }).ok).toBe(true);
  });

  test('an answer is bound to its request', () => {
    expect(answer().ok).toBe(true);
    expect(answer({ requestMac: Buffer.alloc(32) })).toMatchObject({
      ok: false,
      problem: 'wrong-signature',
      final: false,
    });
  });

  test.each([
    [NOW + 300, true],
    [NOW - 300, true],
    [NOW + 301, false],
    [NOW - 301, false],
  ])('checked at %i within a fudge of 300 s: %j', (checkedAt, ok) => {
    const verdict = answer({}, checkedAt);
    expect(verdict.ok).toBe(ok);
    if (!verdict.ok) expect(verdict).toMatchObject({ problem: 'wrong-time', final: true });
  });

  test('another name, another algorithm and another secret are told apart', () => {
    const other = (name: string, algorithm: TsigAlgorithm, secret: string): TsigVerdict =>
      answer({ key: new TsigKey(name, algorithm, Buffer.from(secret)) });
    expect(other('other', 'hmac-sha256', 'a secret of the lab')).toMatchObject({
      ok: false,
      problem: 'wrong-key',
    });
    expect(other('kms-key', 'hmac-sha512', 'a secret of the lab')).toMatchObject({
      ok: false,
      problem: 'wrong-key',
    });
    expect(other('kms-key', 'hmac-sha256', 'another')).toMatchObject({
      ok: false,
      problem: 'wrong-signature',
    });
  });

  test('BADKEY and BADSIG come without a signature and are believed', () => {
    expect(unsignedAnswer(tsigError.BADKEY)).toMatchObject({
      ok: false,
      problem: 'peer-bad-key',
      final: true,
    });
    expect(unsignedAnswer(tsigError.BADSIG)).toMatchObject({
      ok: false,
      problem: 'peer-bad-signature',
      final: true,
    });
    expect(unsignedAnswer(tsigError.NONE)).toMatchObject({
      ok: false,
      problem: 'wrong-signature',
      final: false,
    });
    expect(unsignedAnswer(tsigError.BADTIME)).toMatchObject({
      ok: false,
      problem: 'wrong-signature',
      final: false,
    });
  });

  test('BADTIME is signed and carries the time of the server', () => {
    const otherData = Buffer.alloc(6);
    otherData.writeUIntBE(NOW + 5000, 0, 6);
    const change = { error: tsigError.BADTIME, otherData };
    expect(answer(change)).toMatchObject({
      ok: false,
      problem: 'peer-bad-time',
      final: true,
      timeOfPeer: NOW + 5000,
    });
    expect(answer({ error: tsigError.BADTIME })).not.toHaveProperty('timeOfPeer');
    expect(answer({ error: tsigError.BADTRUNC })).toMatchObject({
      ok: false,
      problem: 'peer-bad-truncation',
    });
    expect(answer({ error: 99 })).toMatchObject({ ok: false, problem: 'peer-error' });
  });

  test('a shortened signature is taken only from a key that says so', () => {
    const short = new TsigKey('kms-key', 'hmac-sha256', Buffer.from('a secret of the lab'), 16);
    const { bytes } = signMessage(request, { key: short, time: NOW });
    expect(verifyMessage(bytes, { key: short, time: NOW }).ok).toBe(true);
    expect(verifyMessage(bytes, { key, time: NOW })).toMatchObject({ ok: false, problem: 'wrong-signature' });
    const long = signMessage(request, { key, time: NOW });
    expect(verifyMessage(long.bytes, { key: short, time: NOW }).ok).toBe(true);
  });

  test('no signature, two signatures, or one in the wrong place are refused', () => {
    expect(verifyMessage(request, { key, time: NOW })).toMatchObject({ ok: false, problem: 'unsigned' });
    const once = signMessage(request, { key, time: NOW }).bytes;
    const twice = signMessage(once, { key, time: NOW }).bytes;
    expect(verifyMessage(twice, { key, time: NOW })).toMatchObject({ ok: false, problem: 'malformed' });
    const signed = decodeMessage(once);
    const moved = encodeMessage({ ...signed, answers: signed.additionals, additionals: [] });
    expect(verifyMessage(moved, { key, time: NOW })).toMatchObject({ ok: false, problem: 'malformed' });
    const wrongClass = signed.additionals.map((record) => ({ ...record, class: 1 }));
    expect(
      verifyMessage(encodeMessage({ ...signed, additionals: wrongClass }), { key, time: NOW }),
    ).toMatchObject({
      ok: false,
      problem: 'malformed',
    });
  });
});
