import { Buffer } from 'node:buffer';
import { createRequire } from 'node:module';
import { platform } from 'node:os';
import { errorMessage } from '../../error-facts';
import { failed } from '../failed';
import { type KerberosMechanism } from './authentication';

/** The part of the optional `kerberos` package (7) that is used. */
export interface KerberosPackage {
  initializeClient(
    service: string,
    options: { readonly mechOID: number; readonly flags: number; readonly principal?: string },
  ): Promise<KerberosClient>;
}

interface KerberosClient {
  /** False until the service proved its knowledge of its key. */
  readonly contextComplete: boolean;
  step(challenge: string): Promise<string | null>;
}

/** GSS_C_MUTUAL_FLAG and GSS_C_SEQUENCE_FLAG of RFC 2744; the package's constants have the same values. */
const flags = 2 + 8;
const spnego = 6;

/**
 * SPNEGO tokens for `HTTP/host` from the user's ticket cache; `principal` (user or user@REALM) chooses one ticket where
 * the cache has several, null takes the usual one. The package is optional and native: where it is missing, or there is
 * no ticket, the error says so. It cannot wrap messages in WinRM's form, so this works over HTTPS only.
 */
export function kerberosMechanism(
  host: string,
  principal: string | null,
  kerberos: KerberosPackage = load(),
): KerberosMechanism {
  // SSPI takes the name with a slash, GSSAPI's host-based form has the at sign.
  const service = `HTTP${platform() === 'win32' ? '/' : '@'}${host}`;
  let client: KerberosClient | null = null;
  return {
    initial: async () => {
      const token = await attempt(async () => {
        client = await kerberos.initializeClient(service, {
          mechOID: spnego,
          flags,
          ...(principal === null ? {} : { principal }),
        });
        return (await client.step('')) ?? '';
      }, noTicket(host));
      // Where a mechanism for NTLM is installed, SPNEGO takes it when there is no ticket.
      if (Buffer.from(token, 'base64').includes('NTLMSSP\0')) throw noTicket(host)(null);
      return token;
    },
    verify: async (token) => {
      await attempt(async () => client?.step(token), notProved(host));
      if (client?.contextComplete !== true) throw notProved(host)(null);
    },
    refusal: async (token) => {
      try {
        await client?.step(token);
        return null;
      } catch (cause) {
        return reasonOf(cause);
      }
    },
  };
}

async function attempt<T>(act: () => Promise<T>, failure: (cause: unknown) => Error): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    throw failure(cause);
  }
}

/** GSSAPI's text for the mechanism's own error, without the words that stand before each of them. */
const reasonOf = (cause: unknown): string =>
  errorMessage(cause).replace(/^Unspecified GSS failure\.\s+Minor code may provide more information: /, '');

const because = (cause: unknown): string => (cause === null ? '' : `: ${reasonOf(cause)}`);

function noTicket(host: string): (cause: unknown) => Error {
  return (cause) =>
    failed(
      ['authentication', 'denied'],
      `Kerberos gives no ticket for HTTP/${host}${because(cause)}`,
      'Get a ticket with kinit, and use the name that the service principal has, not an address.',
      { cause },
    );
}

function notProved(host: string): (cause: unknown) => Error {
  return (cause) =>
    failed(
      ['authentication', 'denied'],
      `${host} did not prove who it is${because(cause)}`,
      `Mutual authentication is required: check the service principal HTTP/${host}, and who answers there.`,
      { cause },
    );
}

/** Found beside slmgr, among the global packages when slmgr is one of them, and in NODE_PATH. */
function load(): KerberosPackage {
  const name = 'kerberos';
  try {
    return createRequire(__filename)(name) as KerberosPackage;
  } catch (cause) {
    const isAbsent = errorMessage(cause).startsWith(`Cannot find module '${name}'`);
    throw failed(
      ['authentication', 'configuration'],
      `Kerberos needs the optional package "kerberos", which ${isAbsent ? 'is not installed' : `does not load: ${errorMessage(cause).split('\n')[0] ?? ''}`}`,
      'Install it beside slmgr (npm install -g kerberos; it is compiled with the Kerberos development headers), or use --auth ntlm.',
      { cause },
    );
  }
}
