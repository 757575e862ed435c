import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import {
  accept,
  challenge,
  type AcceptorInput,
  type PendingChallenge,
} from '../../../src/transports/winrm/ntlm/acceptor';
import { decodeAvPairs, encodeAvPairs } from '../../../src/transports/winrm/ntlm/av-pairs';
import {
  authenticate,
  negotiate,
  type InitiatorInput,
  type InitiatorResult,
} from '../../../src/transports/winrm/ntlm/initiator';
import { channelBindings, ntHash, ntlmV2Key, sessionKeys } from '../../../src/transports/winrm/ntlm/keys';
import { md4 } from '../../../src/transports/winrm/ntlm/md4';
import {
  decodeAuthenticate,
  decodeChallenge,
  decodeNegotiate,
} from '../../../src/transports/winrm/ntlm/messages';
import { Rc4 } from '../../../src/transports/winrm/ntlm/rc4';
import { SealedSession } from '../../../src/transports/winrm/ntlm/session';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

describe('MD4', () => {
  test.each([
    ['', '31d6cfe0d16ae931b73c59d7e0c089c0'],
    ['a', 'bde52cb31de33e46245e05fbdbd6fb24'],
    ['abc', 'a448017aaf21d8525fc10ae87aa6729d'],
    ['message digest', 'd9130a8164549fe818874806e1c7014b'],
    ['abcdefghijklmnopqrstuvwxyz', 'd79e1c308aa5bbcdeea8ed63df412da9'],
    ['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', '043f8582f241db351ce627e153e7f0e4'],
    [
      '12345678901234567890123456789012345678901234567890123456789012345678901234567890',
      'e33b4ddc9c38f2199c3e7b164fcc0536',
    ],
  ])('RFC 1320 vector %j', (text, digest) => {
    expect(md4(Buffer.from(text)).toString('hex')).toBe(digest);
  });
});

describe('RC4', () => {
  test.each([
    ['0102030405', 'b2396305f03dc027ccc3524a0a1118a8'],
    ['0102030405060708090a0b0c0d0e0f10', '9ac7cc9a609d1ef7b2932899cde41b97'],
  ])('RFC 6229 vector for key %s', (key, stream) => {
    expect(new Rc4(hex(key)).transform(Buffer.alloc(16)).toString('hex')).toBe(stream);
  });
});

describe('NTLM arithmetic of MS-NLMP 4.2.4', () => {
  test('4.2.4.1.1 NTOWFv2', () => {
    expect(ntlmV2Key(ntHash('Password'), 'User', 'Domain').toString('hex')).toBe(
      '0c868a403bfd7a93a3001ef22ef02e3f',
    );
  });

  test('4.2.4.4 sealing with key exchange', () => {
    const keys = sessionKeys(Buffer.alloc(16, 0x55));
    expect(keys.clientSeal.toString('hex')).toBe('59f600973cc4960a25480a7c196e4c58');
    expect(keys.clientSign.toString('hex')).toBe('4788dc861b4782f35d43fd98fe1a2d39');
    const { signature, sealed } = new SealedSession(keys, 'client').seal(Buffer.from('Plaintext', 'utf16le'));
    expect(sealed.toString('hex')).toBe('54e50165bf1936dc996020c1811b0f06fb5f');
    expect(signature.toString('hex')).toBe('010000007fb38ec5c55d497600000000');
  });
});

function acceptorInput(bindings: Buffer | null = null): AcceptorInput {
  return {
    computer: 'KMS01',
    domain: 'LAB',
    dnsComputer: 'kms01.lab.example',
    dnsDomain: 'lab.example',
    filetime: hex('0090d336b734c301'),
    serverChallenge: randomBytes(8),
    channelBindings: bindings,
  };
}

function initiatorInput(password: string, bindings: Buffer | null = null): InitiatorInput {
  return {
    credentials: { user: 'admin', domain: 'LAB', password },
    workstation: 'JUMP',
    channelBindings: bindings,
    targetName: 'HTTP/kms01.lab.example',
    now: Date.parse('2026-01-05T08:00:00Z'),
    clientChallenge: randomBytes(8),
    exportedKey: randomBytes(16),
  };
}

function started(input = acceptorInput()): PendingChallenge {
  const pending = challenge(input, negotiate());
  if (pending === null) {
    throw new Error('the acceptor refused our own NEGOTIATE');
  }
  return pending;
}

function answered(result: InitiatorResult): { message: Buffer; session: SealedSession } {
  if (result.kind !== 'authenticate') {
    throw new Error(result.reason);
  }
  return result;
}

const account = (user: string): Buffer | null => (user === 'admin' ? ntHash('Pässwörd-1') : null);

describe('handshake of both ends', () => {
  test('the right password gives a session that seals both ways', () => {
    const pending = started();
    const client = answered(authenticate(initiatorInput('Pässwörd-1'), pending.challengeBytes));
    const server = accept(pending, client.message, account);
    if (server.kind !== 'accepted') {
      throw new Error(server.reason);
    }
    for (const text of ['first', '', 'a second, longer message']) {
      const request = client.session.seal(Buffer.from(text));
      expect(server.session.unseal(request.signature, request.sealed)?.toString()).toBe(text);
      const answer = server.session.seal(Buffer.from(`re: ${text}`));
      expect(client.session.unseal(answer.signature, answer.sealed)?.toString()).toBe(`re: ${text}`);
    }
  });

  test('a wrong password, an unknown user, a broken MIC and other channel bindings are told apart', () => {
    const pending = started();
    const good = answered(authenticate(initiatorInput('Pässwörd-1'), pending.challengeBytes)).message;
    const wrong = answered(authenticate(initiatorInput('guess'), pending.challengeBytes)).message;
    expect(accept(pending, wrong, account)).toMatchObject({ kind: 'refused', reason: 'wrong-password' });
    expect(accept(pending, good, () => null)).toMatchObject({ kind: 'refused', reason: 'unknown-user' });
    const broken = Buffer.from(good);
    broken[75] = (broken[75] ?? 0) ^ 1;
    expect(accept(pending, broken, account)).toMatchObject({ kind: 'refused', reason: 'mic' });
    const bound = started(acceptorInput(channelBindings(Buffer.from('certificate'), 'sha256')));
    const toAnother = initiatorInput('Pässwörd-1', channelBindings(Buffer.from('another'), 'sha256'));
    const relayed = answered(authenticate(toAnother, bound.challengeBytes)).message;
    expect(accept(bound, relayed, account)).toMatchObject({ kind: 'refused', reason: 'bindings' });
    const unbound = answered(authenticate(initiatorInput('Pässwörd-1'), bound.challengeBytes)).message;
    expect(accept(bound, unbound, account)).toMatchObject({ kind: 'accepted' });
    const right = authenticate(
      initiatorInput('Pässwörd-1', channelBindings(Buffer.from('certificate'), 'sha256')),
      bound.challengeBytes,
    );
    expect(accept(bound, answered(right).message, account).kind).toBe('accepted');
  });

  test('a message that was changed on the way is not unsealed', () => {
    const pending = started();
    const client = answered(authenticate(initiatorInput('Pässwörd-1'), pending.challengeBytes));
    const server = accept(pending, client.message, account);
    const { signature, sealed } = client.session.seal(Buffer.from('install the key'));
    sealed[0] = (sealed[0] ?? 0) ^ 1;
    expect(server.kind === 'accepted' ? server.session.unseal(signature, sealed) : 'refused').toBeNull();
  });

  test('a server that offers no sealing is refused', () => {
    const pending = started();
    const weak = Buffer.from(pending.challengeBytes);
    weak.writeUInt32LE(0x00000201, 20);
    expect(authenticate(initiatorInput('x'), weak)).toMatchObject({ kind: 'refused' });
  });
});

describe('hostile bytes', () => {
  test('attribute lists come back as they went in', () => {
    const pair = fc.record({
      id: fc.integer({ min: 1, max: 10 }),
      value: fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
    });
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 12 }), (pairs) => {
        expect(decodeAvPairs(encodeAvPairs(pairs))).toEqual(pairs);
      }),
    );
  });

  test('no decoder throws on bytes cut or changed anywhere', () => {
    const pending = started();
    const message = answered(authenticate(initiatorInput('x'), pending.challengeBytes)).message;
    const mutated = fc
      .tuple(
        fc.constantFrom(negotiate(), pending.challengeBytes, message),
        fc.nat(),
        fc.integer({ min: 0, max: 255 }),
        fc.nat(),
      )
      .map(([bytes, at, value, length]) => {
        const copy = Buffer.from(bytes);
        copy[at % copy.length] = value;
        return copy.subarray(0, (length % copy.length) + 1);
      });
    fc.assert(
      fc.property(mutated, (bytes) => {
        decodeNegotiate(bytes);
        decodeChallenge(bytes);
        decodeAuthenticate(bytes);
        authenticate(initiatorInput('x'), bytes);
        const result = accept(pending, bytes, account);
        expect(result.kind).toBe('refused');
      }),
      { numRuns: 500 },
    );
  });
});

const impacket = (() => {
  try {
    execFileSync('/usr/bin/python3', ['-c', 'import impacket.ntlm'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

(impacket ? describe : describe.skip)('against impacket (skipped where python3-impacket is absent)', () => {
  test('keys and sealing equal an independent implementation', () => {
    const exported = createHash('md5').update('any').digest();
    const plain = 'a sealed message';
    const script = [
      'import sys, binascii',
      'from impacket import ntlm',
      'from Cryptodome.Cipher import ARC4',
      'exported = binascii.unhexlify(sys.argv[1])',
      'flags = 0xE2888235',
      'sign = ntlm.SIGNKEY(flags, exported)',
      'seal = ntlm.SEALKEY(flags, exported)',
      'handle = ARC4.new(seal).encrypt',
      'message, signature = ntlm.SEAL(flags, sign, seal, sys.argv[2].encode(), sys.argv[2].encode(), 0, handle)',
      'print(sign.hex(), seal.hex(), message.hex(), signature.getData().hex())',
      'print(ntlm.NTOWFv2("Admin", "S3cret!", "corp").hex())',
    ].join('\n');
    const [line, v2] = execFileSync('/usr/bin/python3', ['-c', script, exported.toString('hex'), plain], {
      encoding: 'utf8',
    })
      .trim()
      .split('\n');
    const keys = sessionKeys(exported);
    const { signature, sealed } = new SealedSession(keys, 'client').seal(Buffer.from(plain));
    const own = [keys.clientSign, keys.clientSeal, sealed, signature]
      .map((bytes) => bytes.toString('hex'))
      .join(' ');
    expect(own).toBe(line);
    expect(ntlmV2Key(ntHash('S3cret!'), 'Admin', 'corp').toString('hex')).toBe(v2);
  });
});
