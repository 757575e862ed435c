import { createHash } from 'node:crypto';
import { type AcceptorInput } from '../../../src/transports/winrm/ntlm/acceptor';
import { flag } from '../../../src/transports/winrm/ntlm/flags';
import { authenticate, negotiate } from '../../../src/transports/winrm/ntlm/initiator';
import { ntHash } from '../../../src/transports/winrm/ntlm/keys';
import { decodeChallenge, encodeNegotiate } from '../../../src/transports/winrm/ntlm/messages';
import { readSpnego, spnegoContinues } from '../../../src/transports/winrm/ntlm/spnego';
import { ConnectionSignIn } from '../../../src/transports/winrm/server/sign-in';

const bytes = (seed: string, length: number): Buffer =>
  createHash('sha256').update(seed).digest().subarray(0, length);
const acceptor: AcceptorInput = {
  ...{ computer: 'PC', domain: 'PC', dnsComputer: 'pc', dnsDomain: '', filetime: Buffer.alloc(8, 1) },
  ...{ serverChallenge: bytes('server', 8), channelBindings: null },
};
const signIn = (): ConnectionSignIn<string> =>
  new ConnectionSignIn(
    { find: (user) => (user === 'admin' ? { account: user, ntHash: ntHash('secret') } : null) },
    { allowBasic: false, acceptor: () => acceptor },
  );

const der = (tag: number, ...parts: readonly Buffer[]): Buffer => {
  const value = Buffer.concat(parts);
  const length = value.length < 128 ? [value.length] : [0x82, value.length >> 8, value.length & 255];
  return Buffer.concat([Buffer.from([tag, ...length]), value]);
};
const ntlmOid = Buffer.from('060a2b06010401823702020a', 'hex');
const kerberosOid = Buffer.from('06092a864886f712010202', 'hex');

/** NegTokenInit as RFC 4178 has it. */
function init(mechanisms: readonly Buffer[], token: Buffer): Buffer {
  const list = der(0xa0, der(0x30, ...mechanisms));
  return der(
    0x60,
    Buffer.from('06062b0601050502', 'hex'),
    der(0xa0, der(0x30, list, der(0xa2, der(0x04, token)))),
  );
}
const response = (token: Buffer): Buffer => der(0xa1, der(0x30, der(0xa2, der(0x04, token))));
const header = (token: Buffer): string => `Negotiate ${token.toString('base64')}`;

function answerIn(line: string | undefined): Buffer {
  return Buffer.from((line ?? '').replace(/^Negotiate /, ''), 'base64');
}

function sign(challengeToken: Buffer): Buffer {
  const result = authenticate(
    {
      ...{ credentials: { user: 'admin', domain: '', password: 'secret' }, workstation: '', now: 0 },
      ...{ channelBindings: null, targetName: 'HTTP/pc', clientChallenge: bytes('client', 8) },
      exportedKey: bytes('key', 16),
    },
    challengeToken,
  );
  if (result.kind === 'refused') throw new Error(result.reason);
  return result.message;
}

describe('NTLM inside SPNEGO', () => {
  test.each([
    ['NTLM alone', [ntlmOid]],
    ['NTLM before Kerberos', [ntlmOid, kerberosOid]],
  ])('%s', (_name, mechanisms) => {
    const connection = signIn();
    const first = connection.step(header(init(mechanisms, negotiate())));
    if (first.kind !== 'challenge') throw new Error('no challenge');
    const challenge = readSpnego(answerIn(first.lines[0]))?.ntlm;
    const last = connection.step(header(response(sign(challenge ?? Buffer.alloc(0)))));
    expect(last).toMatchObject({ kind: 'signed-in', by: { account: 'admin' } });
    expect(last.kind === 'signed-in' && last.line).toMatch(/^Negotiate o/);
  });

  test('a ticket that nobody here can read is answered with NTLM', () => {
    const connection = signIn();
    const first = connection.step(header(init([kerberosOid, ntlmOid], Buffer.from('ticket'))));
    expect(first).toEqual({ kind: 'challenge', lines: [header(spnegoContinues(null))] });
    const second = connection.step(header(response(negotiate())));
    expect(second.kind === 'challenge' && readSpnego(answerIn(second.lines[0]))?.ntlm).toBeTruthy();
  });

  test('garbage is offered the ways to sign in', () => {
    for (const token of ['60', '6003020100', 'a100', '60820000', 'a1848000000000']) {
      expect(signIn().step(header(Buffer.from(token, 'hex')))).toEqual({
        kind: 'challenge',
        lines: ['Negotiate'],
      });
    }
  });
});

test('keys are exchanged only where the client asks for it', () => {
  const asked = (flags: number): number => {
    const step = signIn().step(header(encodeNegotiate(flags)));
    return decodeChallenge(answerIn(step.kind === 'challenge' ? step.lines[0] : ''))?.flags ?? 0;
  };
  const some = flag.unicode | flag.ntlm | flag.extendedSessionSecurity;
  expect(asked(some) & flag.keyExchange).toBe(0);
  expect(asked(some | flag.keyExchange) & flag.keyExchange).not.toBe(0);
});
