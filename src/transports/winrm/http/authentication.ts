import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { encryptedContentType, isEncryptedContentType, sealBody, unsealBody } from '../encryption';
import { authenticate, negotiate } from '../ntlm/initiator';
import { channelBindings, type NtlmCredentials } from '../ntlm/keys';
import { type SealedSession } from '../ntlm/session';
import { failed } from '../failed';
import { type TransportError } from '../../transport-error';
import { type HttpAnswer, type HttpChannel } from './channel';
import { type WinrmEndpoint } from './endpoint';

/** How to sign in. Each is used as it is: nothing falls back to something weaker. */
export type WinrmAuthentication =
  | { readonly kind: 'basic'; readonly user: string; readonly password: string }
  | { readonly kind: 'ntlm'; readonly credentials: NtlmCredentials }
  | { readonly kind: 'certificate' }
  | { readonly kind: 'kerberos'; readonly mechanism: KerberosMechanism };

/** Makes SPNEGO tokens for one service; the optional `kerberos` package stands behind it. */
export interface KerberosMechanism {
  /** First token (base64) for the service principal. */
  initial(): Promise<string>;
  /** Checks the server's last token (base64): mutual authentication. */
  verify(token: string): Promise<void>;
  /** What the token (base64) of a service that refuses says, a clock that differs for example; null where it is silent. */
  refusal(token: string): Promise<string | null>;
}

/** SOAP over an authenticated channel: text in, status and text out. */
export interface SoapChannel {
  post(envelope: string): Promise<{ readonly status: number; readonly body: string }>;
  close(): void;
}

const soapType = 'application/soap+xml;charset=UTF-8';
const certificateScheme = 'http://schemas.dmtf.org/wbem/wsman/1/wsman/secprofile/https/mutual';
const notAuthenticatedAdvice =
  'Check the user name (DOMAIN\\user, .\\user or user@domain) and the password. The same answer comes for a right password ' +
  'of a local administrator whose token is filtered (LocalAccountTokenFilterPolicy), and where the server demands channel binding.';
const kerberosAdvice =
  'Look at the ticket with klist, and at the clocks. The ticket is for the service principal HTTP/HOST, whose key the target must have; ' +
  'the account must be allowed to use WinRM. The same answer comes where the server demands channel binding, which Kerberos here cannot do.';

/** Throws where a way to sign in would show what is sent to everybody in between: all but NTLM, over plain HTTP. */
export function requireSecrecy(tls: WinrmEndpoint['tls'], kind: WinrmAuthentication['kind']): void {
  if (tls !== null || kind === 'ntlm') return;
  throw failed(
    ['authentication', 'configuration'],
    `${kind} authentication is used over HTTPS only`,
    'Use winrms://, or --auth ntlm, whose messages are encrypted over HTTP too.',
  );
}

/** Signs in on a channel and keeps to it. Plain Basic over HTTP is refused before anything is sent. */
export function authenticatedChannel(channel: HttpChannel, authentication: WinrmAuthentication): SoapChannel {
  requireSecrecy(channel.endpoint.tls, authentication.kind);
  switch (authentication.kind) {
    case 'basic': {
      const token = Buffer.from(`${authentication.user}:${authentication.password}`, 'utf8').toString(
        'base64',
      );
      return new HeaderChannel(channel, { kind: 'basic', value: `Basic ${token}` });
    }
    case 'certificate':
      return new HeaderChannel(channel, { kind: 'certificate', value: certificateScheme });
    case 'kerberos':
      return new KerberosChannel(channel, authentication.mechanism);
    case 'ntlm':
      return new NtlmChannel(channel, authentication.credentials);
  }
}

interface SignInHeader {
  readonly kind: 'basic' | 'certificate';
  readonly value: string;
}

class HeaderChannel implements SoapChannel {
  readonly #channel: HttpChannel;
  readonly #header: SignInHeader;

  constructor(channel: HttpChannel, header: SignInHeader) {
    this.#channel = channel;
    this.#header = header;
  }

  async post(envelope: string): Promise<{ status: number; body: string }> {
    const headers = { 'Content-Type': soapType, Authorization: this.#header.value };
    const sent = await this.#channel.post(headers, Buffer.from(envelope));
    const answer = plainAnswer(this.#channel, sent, adviceOf[this.#header.kind]);
    this.#channel.tellSignedIn(this.#header.kind);
    return answer;
  }

  close(): void {
    this.#channel.close();
  }
}

class KerberosChannel implements SoapChannel {
  readonly #channel: HttpChannel;
  readonly #mechanism: KerberosMechanism;
  #authenticated = 0;

  constructor(channel: HttpChannel, mechanism: KerberosMechanism) {
    this.#channel = channel;
    this.#mechanism = mechanism;
  }

  async post(envelope: string): Promise<{ status: number; body: string }> {
    await this.#channel.open();
    if (this.#authenticated !== this.#channel.generation) {
      const token = await this.#mechanism.initial();
      const leg = await this.#channel.post(
        { 'Content-Type': soapType, Authorization: `Negotiate ${token}` },
        Buffer.alloc(0),
      );
      const answer = negotiateToken(leg);
      if (leg.status === 401) {
        const reason = answer === null ? null : await this.#mechanism.refusal(answer.toString('base64'));
        refuseUnauthorized(this.#channel, leg, () => kerberosAdvice, reason);
      }
      if (answer === null && leg.status !== 200) {
        throw notWinrm(this.#channel, leg);
      }
      if (answer === null) {
        throw failed(
          ['authentication', 'denied'],
          `${this.#channel.endpoint.host} did not prove who it is`,
          'Mutual authentication is required: check the service principal HTTP/HOST.',
        );
      }
      await this.#mechanism.verify(answer.toString('base64'));
      this.#authenticated = this.#channel.generation;
      this.#channel.tellSignedIn('kerberos');
    }
    const answer = await this.#channel.post({ 'Content-Type': soapType }, Buffer.from(envelope));
    return plainAnswer(this.#channel, answer, () => kerberosAdvice);
  }

  close(): void {
    this.#channel.close();
  }
}

class NtlmChannel implements SoapChannel {
  readonly #channel: HttpChannel;
  readonly #credentials: NtlmCredentials;
  #session: SealedSession | null = null;
  #generation = 0;

  constructor(channel: HttpChannel, credentials: NtlmCredentials) {
    this.#channel = channel;
    this.#credentials = credentials;
  }

  async post(envelope: string): Promise<{ status: number; body: string }> {
    const answer = await this.#once(envelope);
    // Windows lets an idle NTLM context expire with this answer; one new handshake mends it.
    if (answer.status === 400 && answer.body === '') {
      this.#session = null;
      this.#channel.close();
      return await this.#once(envelope);
    }
    return answer;
  }

  close(): void {
    this.#channel.close();
  }

  async #once(envelope: string): Promise<{ status: number; body: string }> {
    await this.#channel.open();
    if (this.#session === null || this.#generation !== this.#channel.generation) {
      this.#session = await this.#handshake();
      this.#generation = this.#channel.generation;
      this.#channel.tellSignedIn('ntlm');
    }
    if (this.#channel.endpoint.tls !== null) {
      return plainAnswer(
        this.#channel,
        await this.#channel.post({ 'Content-Type': soapType }, Buffer.from(envelope)),
      );
    }
    const answer = await this.#channel.post(
      { 'Content-Type': encryptedContentType },
      sealBody(this.#session, Buffer.from(envelope), 'request'),
    );
    return this.#open(this.#session, answer);
  }

  async #handshake(): Promise<SealedSession> {
    const first = await this.#leg(negotiate());
    const generation = this.#channel.generation;
    const challengeBytes = negotiateToken(first);
    if (first.status !== 401 || challengeBytes === null) {
      refuseUnauthorized(this.#channel, first);
      throw notWinrm(this.#channel, first);
    }
    const certificate = this.#channel.certificate;
    const result = authenticate(
      {
        credentials: this.#credentials,
        workstation: '',
        channelBindings:
          certificate === null ? null : channelBindings(certificate, signatureHash(certificate)),
        targetName: `HTTP/${this.#channel.endpoint.host}`,
        now: Date.now(),
        clientChallenge: randomBytes(8),
        exportedKey: randomBytes(16),
      },
      challengeBytes,
    );
    if (result.kind === 'refused') {
      throw failed(['authentication', 'denied'], result.reason, 'Use another --auth, or SSH.');
    }
    const last = await this.#leg(result.message);
    refuseUnauthorized(this.#channel, last);
    if (last.status !== 200 || this.#channel.generation !== generation) {
      throw notWinrm(this.#channel, last);
    }
    return result.session;
  }

  async #leg(token: Buffer): Promise<HttpAnswer> {
    const headers = { 'Content-Type': soapType, Authorization: `Negotiate ${token.toString('base64')}` };
    return await this.#channel.post(headers, Buffer.alloc(0));
  }

  #open(session: SealedSession, answer: HttpAnswer): { status: number; body: string } {
    refuseUnauthorized(this.#channel, answer);
    if (answer.body.length === 0) {
      return { status: answer.status, body: '' };
    }
    const plain = isEncryptedContentType(answer.headers['content-type'])
      ? unsealBody(session, answer.body)
      : null;
    if (plain === null) {
      throw failed(
        ['answer', 'garbage'],
        `${this.#channel.endpoint.host} sent an answer that is not sealed as it should be`,
        'Something between here and the target may change the messages.',
      );
    }
    return { status: answer.status, body: plain.toString('utf8') };
  }
}

function plainAnswer(
  channel: HttpChannel,
  answer: HttpAnswer,
  advice: RefusalAdvice = adviceOf.ntlm,
): { status: number; body: string } {
  refuseUnauthorized(channel, answer, advice);
  const type = answer.headers['content-type'] ?? '';
  if (answer.body.length > 0 && !/^\s*application\/soap\+xml\b/i.test(type)) {
    throw notWinrm(channel, answer);
  }
  return {
    status: answer.status,
    body: answer.body.toString(/charset=utf-16/i.test(type) ? 'utf16le' : 'utf8'),
  };
}

/** What to do about a refusal, by what the machine offers instead. */
type RefusalAdvice = (offered: readonly string[]) => string;

const adviceOf = {
  basic: (offered) =>
    offered.length === 0 || offers(offered, 'Basic')
      ? notAuthenticatedAdvice
      : 'Basic is switched off there, as it is unless somebody switched it on: use --auth ntlm.',
  ntlm: (offered) =>
    offered.length === 0 || offers(offered, 'Negotiate') || offers(offered, 'NTLM')
      ? notAuthenticatedAdvice
      : 'The machine does not offer Negotiate, so NTLM is switched off there: use another --auth, or SSH.',
  certificate: () =>
    'Certificate authentication may be off there, as it usually is, or the certificate is not mapped to an account (winrm/config/service/certmapping).',
} as const satisfies Record<'basic' | 'ntlm' | 'certificate', RefusalAdvice>;

function offers(offered: readonly string[], scheme: string): boolean {
  return offered.some((each) => each.toLowerCase() === scheme.toLowerCase());
}

function refuseUnauthorized(
  channel: HttpChannel,
  answer: HttpAnswer,
  advice: RefusalAdvice = adviceOf.ntlm,
  reason: string | null = null,
): void {
  if (answer.status !== 401) {
    return;
  }
  const offered = (answer.headers['www-authenticate'] ?? '')
    .split(/,\s*/)
    .map((scheme) => scheme.split(' ')[0] ?? '')
    .filter((scheme) => /^[A-Za-z]+$/.test(scheme));
  const instead = offered.length === 0 ? '' : ` (it offers ${[...new Set(offered)].join(', ')})`;
  throw failed(
    ['authentication', 'denied'],
    `${channel.endpoint.host} refused the sign-in${reason === null ? instead : `: ${reason}`}`,
    advice(offered),
  );
}

function notWinrm(channel: HttpChannel, answer: HttpAnswer): TransportError {
  return failed(
    ['answer', 'not-this-protocol'],
    `${channel.endpoint.host} port ${channel.endpoint.port} does not answer as WinRM (HTTP status ${answer.status})`,
    'A proxy or another web server may listen there, or WinRM has no listener on this port.',
  );
}

function negotiateToken(answer: HttpAnswer): Buffer | null {
  const match = /\b(?:Negotiate|NTLM|Kerberos)\s+([A-Za-z0-9+/]+={0,2})/i.exec(
    answer.headers['www-authenticate'] ?? '',
  );
  return match?.[1] === undefined ? null : Buffer.from(match[1], 'base64');
}

/** RFC 5929 4.1: the hash of the certificate's signature, SHA-256 where that is MD5 or SHA-1. */
function signatureHash(certificate: Buffer): 'sha256' | 'sha384' | 'sha512' {
  return signatureAlgorithm(certificate) ?? 'sha256';
}

const signatureOids: readonly (readonly [string, 'sha384' | 'sha512'])[] = [
  ['2a864886f70d01010c', 'sha384'],
  ['2a864886f70d01010d', 'sha512'],
  ['2a8648ce3d040303', 'sha384'],
  ['2a8648ce3d040304', 'sha512'],
];

/** Node 20 does not name the algorithm; its object identifier stands in the first bytes of the DER (TBS signature). */
function signatureAlgorithm(der: Buffer): 'sha384' | 'sha512' | null {
  const head = der.subarray(0, 96).toString('hex');
  return (
    signatureOids.find(([oid]) =>
      head.includes(`06${(oid.length / 2).toString(16).padStart(2, '0')}${oid}`),
    )?.[1] ?? null
  );
}
