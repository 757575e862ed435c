import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { type AddressInfo } from 'node:net';
import { generateCertificate } from '../../../src/serve/windows/tls-certificate';
import { authenticatedChannel, type SoapChannel } from '../../../src/transports/winrm/http/authentication';
import { HttpChannel } from '../../../src/transports/winrm/http/channel';
import type { KerberosPackage } from '../../../src/transports/kerberos-package';
import { kerberosMechanism } from '../../../src/transports/winrm/http/kerberos';

type Behaviour = (incoming: IncomingMessage, outgoing: ServerResponse) => void;

const limits = { connectMs: 3000, answerMs: 3000, maxAnswerBytes: 100_000 };
const inBase64 = (text: string): string => Buffer.from(text).toString('base64');

let certificate: { readonly cert: string; readonly key: string };
let server: Server;
let channel: SoapChannel;
let seen: string[];

/** The package as GSSAPI behaves: "proof" completes, "skew" is an error of the mechanism, the first token is given. */
function packageWith(first: string): KerberosPackage {
  return {
    initializeClient: () => {
      let contextComplete = false;
      return Promise.resolve({
        get contextComplete() {
          return contextComplete;
        },
        unwrap: () => Promise.resolve(null),
        wrap: () => Promise.resolve(null),
        step: (challenge: string) => {
          const text = Buffer.from(challenge, 'base64').toString();
          contextComplete = text === 'proof';
          return text === 'skew'
            ? Promise.reject(
                new Error(
                  'Unspecified GSS failure.  Minor code may provide more information: Clock skew too great',
                ),
              )
            : Promise.resolve(text === '' ? inBase64(first) : null);
        },
      });
    },
  };
}

/** Asks a server of this behaviour two times. */
async function ask(behaviour: Behaviour, first = 'ticket'): Promise<void> {
  server = createServer(certificate, (incoming, outgoing) => {
    incoming.resume().on('end', () => {
      const { authorization, 'content-length': length } = incoming.headers;
      seen.push(`${authorization ?? 'nothing'} ${length ?? ''}`);
      behaviour(incoming, outgoing);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const trust = { kind: 'verify', ca: [Buffer.from(certificate.cert)] } as const;
  channel = authenticatedChannel(
    new HttpChannel({ host: 'localhost', port, tls: { trust, clientCertificate: null } }, limits),
    { kind: 'kerberos', mechanism: kerberosMechanism('localhost', null, packageWith(first)) },
  );
  for (let round = 0; round < 2; round += 1) {
    expect(await channel.post('<e/>')).toEqual({ status: 200, body: '<a/>' });
  }
}

const sends =
  (status: number, token: string): Behaviour =>
  (_incoming, outgoing) => {
    outgoing.writeHead(status, { 'WWW-Authenticate': `Negotiate ${inBase64(token)}`.trim() }).end();
  };
const soap: Behaviour = (_incoming, outgoing) => {
  outgoing.writeHead(200, { 'Content-Type': 'application/soap+xml' }).end('<a/>');
};
const afterSignIn =
  (then: Behaviour): Behaviour =>
  (incoming, outgoing) =>
    (incoming.headers.authorization === undefined ? then : sends(200, 'proof'))(incoming, outgoing);

beforeAll(async () => {
  certificate = await generateCertificate(['localhost'], Date.now());
});

beforeEach(() => {
  seen = [];
});

afterEach(() => {
  channel.close();
  server.closeAllConnections();
  server.close();
});

test('the ticket goes ahead without a body, and once per connection', async () => {
  await ask(afterSignIn(soap));
  expect(seen).toEqual([`Negotiate ${inBase64('ticket')} 0`, 'nothing 4', 'nothing 4']);
});

test('an NTLM token of SPNEGO is not sent', async () => {
  await expect(ask(soap, 'NTLMSSP\0')).rejects.toThrow('Kerberos gives no ticket for HTTP/localhost');
  expect(seen).toEqual([]);
});

test.each([
  ['no proof', sends(200, ''), 'localhost did not prove who it is'],
  ['a proof that proves nothing', sends(200, 'other'), 'localhost did not prove who it is'],
  ['an error for a proof', sends(200, 'skew'), 'localhost did not prove who it is: Clock skew too great'],
  ['a refusal', sends(401, ''), 'localhost refused the sign-in (it offers Negotiate)'],
  ['a refusal with a reason', sends(401, 'skew'), 'localhost refused the sign-in: Clock skew too great'],
  ['a refusal that tells nothing', sends(401, 'x'), 'localhost refused the sign-in (it offers Negotiate)'],
])('%s ends it before the envelope leaves', async (_name, behaviour, message) => {
  await expect(ask(behaviour)).rejects.toMatchObject({ step: 'authentication', message });
  expect(seen).toEqual([`Negotiate ${inBase64('ticket')} 0`]);
});

test('a refusal after the sign-in has the advice about tickets and accounts, not about passwords', async () => {
  await expect(ask(afterSignIn(sends(401, '')))).rejects.toMatchObject({
    step: 'authentication',
    advice: [expect.stringContaining('klist')],
  });
});
