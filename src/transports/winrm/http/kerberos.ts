import { failed } from '../failed';
import { type KerberosMechanism } from './authentication';

/** The part of the optional `kerberos` package that is used. */
interface KerberosPackage {
  initializeClient(
    service: string,
    options: { readonly mechOID?: number; readonly gssFlags?: number },
  ): Promise<KerberosClient>;
  readonly GSS_MECH_OID_SPNEGO?: number;
  readonly GSS_C_MUTUAL_FLAG?: number;
}

interface KerberosClient {
  step(challenge: string): Promise<string | null>;
}

const mutualFlag = 2;

/**
 * SPNEGO tokens for `HTTP/host` from the user's ticket cache. The package is optional and native: where it is missing,
 * or there is no ticket, the error says so. It cannot wrap messages, so this works over HTTPS only.
 */
export async function kerberosMechanism(host: string): Promise<KerberosMechanism> {
  const kerberos = await load();
  let client: KerberosClient | null = null;
  const step = async (token: string): Promise<string> => {
    try {
      client ??= await kerberos.initializeClient(`HTTP@${host}`, {
        gssFlags: kerberos.GSS_C_MUTUAL_FLAG ?? mutualFlag,
        ...(kerberos.GSS_MECH_OID_SPNEGO === undefined ? {} : { mechOID: kerberos.GSS_MECH_OID_SPNEGO }),
      });
      return (await client.step(token)) ?? '';
    } catch (cause) {
      throw failed(
        ['authentication', 'denied'],
        `Kerberos gives no ticket for HTTP/${host}: ${cause instanceof Error ? cause.message : 'unknown error'}`,
        'Get a ticket with kinit, and use the name that the service principal has, not an address.',
        { cause },
      );
    }
  };
  return {
    initial: () => {
      client = null;
      return step('');
    },
    verify: async (token) => {
      await step(token);
    },
  };
}

async function load(): Promise<KerberosPackage> {
  const name = 'kerberos';
  try {
    return (await import(name)) as KerberosPackage;
  } catch (cause) {
    throw failed(
      ['authentication', 'configuration'],
      'Kerberos needs the optional package "kerberos", which is not installed',
      'Install it beside slmgr (npm install -g kerberos; it is compiled with the Kerberos development headers), or use --auth ntlm.',
      { cause },
    );
  }
}
