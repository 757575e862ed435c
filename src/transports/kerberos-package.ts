import { createRequire } from 'node:module';
import { platform } from 'node:os';
import { errorMessage } from './error-facts';
import { TransportError } from './transport-error';

/** The part of the optional `kerberos` package (7) that is used. */
export interface KerberosPackage {
  initializeClient(
    service: string,
    options: { readonly mechOID: number; readonly flags: number; readonly principal?: string },
  ): Promise<KerberosClient>;
}

/** One side of a security context; tokens are base64. */
export interface KerberosClient {
  /** False until the service proved its knowledge of its key. */
  readonly contextComplete: boolean;
  step(challenge: string): Promise<string | null>;
  /** What is in a message of the service; null for nothing. */
  unwrap(challenge: string): Promise<string | null>;
  /** A message to the service, signed and not sealed. */
  wrap(message: string): Promise<string | null>;
}

/** GSS_C_MUTUAL_FLAG and GSS_C_SEQUENCE_FLAG of RFC 2744; the package's constants have the same values. */
export const mutualFlags = 2 + 8;

/** Mechanisms, as the package numbers them. */
export const kerberosMechanisms = { spnego: 6, kerberos: 9 } as const;

/** A service principal as the package takes it: SSPI has the name with a slash, GSSAPI's host-based form the at sign. */
export function servicePrincipal(service: string, host: string): string {
  return `${service}${platform() === 'win32' ? '/' : '@'}${host}`;
}

/** GSSAPI's text for the mechanism's own error, without the words that stand before each of them. */
export function kerberosReason(cause: unknown): string {
  return errorMessage(cause).replace(
    /^Unspecified GSS failure\.\s+Minor code may provide more information: /,
    '',
  );
}

/**
 * The package, found beside slmgr, among the global packages when slmgr is one of them, and in NODE_PATH.
 * @param otherwise what to do without it
 * @throws TransportError where it is absent or does not load
 */
export function loadKerberos(otherwise: string): KerberosPackage {
  const name = 'kerberos';
  try {
    return createRequire(__filename)(name) as KerberosPackage;
  } catch (cause) {
    const isAbsent = errorMessage(cause).startsWith(`Cannot find module '${name}'`);
    const why = isAbsent ? 'is not installed' : `does not load: ${errorMessage(cause).split('\n')[0] ?? ''}`;
    throw new TransportError(
      {
        step: 'authentication',
        cause: 'configuration',
        message: `Kerberos needs the optional package "kerberos", which ${why}`,
        advice: [
          `Install it beside slmgr (npm install -g kerberos; it is compiled with the Kerberos development headers), or ${otherwise}.`,
        ],
      },
      { cause },
    );
  }
}
