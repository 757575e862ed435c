import { type Buffer } from 'node:buffer';
import { type StepDone } from '../../transport-error';
import { type Deadline } from '../../deadline';

/** How the server's certificate is judged. Nothing weaker is ever chosen by itself. */
export type TlsTrust =
  | { readonly kind: 'verify'; readonly ca: readonly Buffer[] }
  | { readonly kind: 'pin'; readonly sha256: string }
  | { readonly kind: 'insecure' };

/** A client certificate for certificate authentication. */
export interface ClientCertificate {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly passphrase: string | undefined;
}

/** Where a WS-Management service listens. */
export interface WinrmEndpoint {
  readonly host: string;
  readonly port: number;
  /** TLS settings for winrms, null for plain HTTP. */
  readonly tls: { readonly trust: TlsTrust; readonly clientCertificate: ClientCertificate | null } | null;
}

/** Told of each step that succeeded. */
export type WinrmProgress = (done: StepDone) => void;

/** Bounds of one connection, in milliseconds and bytes. */
export interface WinrmLimits {
  readonly connectMs: number;
  readonly answerMs: number;
  readonly maxAnswerBytes: number;
  /** What all requests have together; each has `answerMs` at most. */
  readonly deadline?: Deadline | undefined;
  /** Cuts the connection, and lets none be made anew. */
  readonly signal?: AbortSignal | undefined;
  readonly progress?: WinrmProgress | undefined;
  /** Lines for `--debug`: sizes and statuses, never a header or a body. */
  readonly debug?: ((line: string) => void) | undefined;
}

/** Ports of WinRM. */
export const winrmPort = { http: 5985, https: 5986 } as const;

/** URL of the service. */
export function endpointUrl(endpoint: WinrmEndpoint): string {
  const host = endpoint.host.includes(':') ? `[${endpoint.host}]` : endpoint.host;
  return `${endpoint.tls === null ? 'http' : 'https'}://${host}:${endpoint.port}/wsman`;
}

/** "SHA256:" and colons are optional when a fingerprint is typed; compared as 64 lower-case digits, else null. */
export function normalizeFingerprint(text: string): string | null {
  const digits = text
    .replace(/^sha256:/i, '')
    .replaceAll(':', '')
    .toLowerCase();
  return /^[0-9a-f]{64}$/.test(digits) ? digits : null;
}
