import type { Socket } from 'node:net';
import {
  kerberosMechanisms,
  kerberosReason,
  loadKerberos,
  mutualFlags,
  servicePrincipal,
  type KerberosClient,
  type KerberosPackage,
} from '../kerberos-package';
import { TransportError } from '../transport-error';
import { exchange, saslRequest, type LdapAnswer } from './exchange';

const success = 0;
const inProgress = 14;
/** The bit of RFC 4752, section 3.3, that says: no layer of the mechanism's own. TLS is there already. */
const noLayer = 1;
const mostSteps = 8;

/**
 * Signs in with a ticket, by SASL's GSSAPI (RFC 4752). The server proves itself as well, beside its certificate. No layer
 * of GSSAPI is put inside TLS, which Active Directory refuses; what the server offers must allow that.
 * @param socket a connection of TLS whose certificate was checked
 * @param principal user or user@REALM, where the cache has several tickets; null for the usual one
 * @throws TransportError where there is no ticket, or the server takes or proves none
 */
export async function kerberosBind(
  socket: Socket,
  host: string,
  principal: string | null,
  kerberos: KerberosPackage = loadKerberos('sign in with a password (--user)'),
): Promise<void> {
  const client = await attempt(noTicket(host), () =>
    kerberos.initializeClient(servicePrincipal('ldap', host), {
      mechOID: kerberosMechanisms.kerberos,
      flags: mutualFlags,
      ...(principal === null ? {} : { principal }),
    }),
  );
  let token = await attempt(noTicket(host), () => client.step(''));
  for (let step = 1; step <= mostSteps; step += 1) {
    const wasProved = client.contextComplete;
    const answer = await exchange(socket, step, saslRequest('GSSAPI', bytesOf(token)));
    if (answer.code === success && wasProved) return;
    if (answer.code !== inProgress) throw refused(host, answer);
    token = await next(client, answer, host);
  }
  throw notProved(host)('it takes no end');
}

/** The answer to what the server says: a step of the context until that stands, then the choice of no layer. */
async function next(client: KerberosClient, answer: LdapAnswer, host: string): Promise<string | null> {
  const said = (answer.credentials ?? Buffer.alloc(0)).toString('base64');
  if (!client.contextComplete) {
    const token = await attempt(notProved(host), () => client.step(said));
    return token ?? '';
  }
  const offer = bytesOf(await attempt(notProved(host), () => client.unwrap(said)));
  if (offer?.length !== 4) throw notProved(host)('its offer is no offer of layers');
  if (((offer[0] ?? 0) & noLayer) === 0) {
    throw failed(
      `${host} demands signing inside of TLS, which Kerberos here cannot do`,
      'Sign in with a password (--user), or with another domain controller.',
    );
  }
  return attempt(notProved(host), () => client.wrap(Buffer.of(noLayer, 0, 0, 0).toString('base64')));
}

function bytesOf(token: string | null): Buffer | null {
  return token === null ? null : Buffer.from(token, 'base64');
}

async function attempt<T>(failure: (cause: unknown) => Error, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    throw failure(cause);
  }
}

function noTicket(host: string): (cause: unknown) => Error {
  return (cause) =>
    failed(
      `Kerberos gives no ticket for ldap/${host}: ${kerberosReason(cause)}`,
      'Get a ticket with kinit, and name the domain controller as its service principal does, not by an address.',
      { cause },
    );
}

function notProved(host: string): (cause: unknown) => Error {
  return (cause) =>
    failed(
      `${host} did not prove who it is: ${kerberosReason(cause)}`,
      `Check the service principal ldap/${host}, and who answers there.`,
      { cause },
    );
}

function refused(host: string, { code, diagnostic }: LdapAnswer): TransportError {
  const why = diagnostic.replace(/\s+/g, ' ').trim().slice(0, 200);
  return failed(
    code === success
      ? `${host} did not prove who it is`
      : `${host} does not take the ticket (${why === '' ? `code ${code}` : why})`,
    'Look at the ticket with klist, and at the clocks. A domain controller that demands channel binding ' +
      '(LdapEnforceChannelBinding 2; Samba: ldap server require strong auth = yes) takes none: Kerberos here sends no ' +
      'channel binding. Sign in with a password (--user) there.',
  );
}

function failed(message: string, advice: string, options?: ErrorOptions): TransportError {
  return new TransportError({ step: 'authentication', cause: 'denied', message, advice: [advice] }, options);
}
