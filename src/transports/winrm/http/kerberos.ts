import { Buffer } from 'node:buffer';
import {
  kerberosMechanisms,
  kerberosReason,
  loadKerberos,
  mutualFlags,
  servicePrincipal,
  type KerberosClient,
  type KerberosPackage,
} from '../../kerberos-package';
import { failed } from '../failed';
import { type KerberosMechanism } from './authentication';

/**
 * SPNEGO tokens for `HTTP/host` from the user's ticket cache; `principal` (user or user@REALM) chooses one ticket where
 * the cache has several, null takes the usual one. The package is optional and native: where it is missing, or there is
 * no ticket, the error says so. It cannot wrap messages in WinRM's form, so this works over HTTPS only.
 */
export function kerberosMechanism(
  host: string,
  principal: string | null,
  kerberos: KerberosPackage = loadKerberos('use --auth ntlm'),
): KerberosMechanism {
  const service = servicePrincipal('HTTP', host);
  let client: KerberosClient | null = null;
  return {
    initial: async () => {
      const token = await attempt(async () => {
        client = await kerberos.initializeClient(service, {
          mechOID: kerberosMechanisms.spnego,
          flags: mutualFlags,
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
        return kerberosReason(cause);
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

const because = (cause: unknown): string => (cause === null ? '' : `: ${kerberosReason(cause)}`);

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
