import { TransportError } from '../transport-error';
import { type Endpoint } from './errors';
import {
  fingerprintOf,
  judgeWithFallback,
  keyTypeOf,
  type KnownHostsEntry,
  knownHostsName,
  rsaBits,
} from './known-hosts';
import { type HostKeyQuestion } from './settings';
import { errorMessage } from '../error-facts';

/** How an unknown host's key is treated. A changed or revoked one is refused whatever stands here. */
export type UnknownKeyPolicy = 'ask' | 'accept-new' | 'refuse';

export interface HostKeyCheck {
  readonly endpoint: Endpoint;
  /** The name under which the host is on file, where it is not the host's own (HostKeyAlias). */
  readonly alias?: string | undefined;
  readonly entries: readonly KnownHostsEntry[];
  /** The lines about the host without its port; none where it has the usual one, or an alias. */
  readonly withoutPort: readonly KnownHostsEntry[];
  /** Bits below which an RSA key is refused, on file or not (RequiredRSASize). */
  readonly requiredRsaBits: number;
  readonly policy: UnknownKeyPolicy;
  /** The file that new keys are written to; null where none is (UserKnownHostsFile none): unknown hosts are then refused. */
  readonly writeTo: string | null;
  /** Writes a key down there, under the host's name on file. */
  readonly writeDown: (name: string, key: Buffer) => Promise<void>;
  readonly ask?: ((question: HostKeyQuestion) => Promise<boolean>) | undefined;
}

/** The name of a check's host in known_hosts. */
export function nameOnFile({ endpoint, alias }: Pick<HostKeyCheck, 'endpoint' | 'alias'>): string {
  return alias === undefined ? knownHostsName(endpoint.host, endpoint.port) : alias.toLowerCase();
}

function changed(check: HostKeyCheck, key: Buffer, entry: KnownHostsEntry): TransportError {
  return new TransportError({
    step: 'host-key',
    cause: 'changed-key',
    message:
      `the host key of ${nameOnFile(check)} has changed: it shows ${keyTypeOf(key)} ${fingerprintOf(key)}, ` +
      `on file is ${fingerprintOf(entry.key)} (${entry.file}, line ${String(entry.line)})`,
    advice: [
      'Somebody may be listening in on the connection, or the machine was installed anew.',
      `Ask its administrator for the fingerprint; where it is right, remove line ${String(entry.line)} of ${entry.file}.`,
    ],
  });
}

function revoked(check: HostKeyCheck, key: Buffer, entry: KnownHostsEntry): TransportError {
  return new TransportError({
    step: 'host-key',
    cause: 'revoked-key',
    message: `the host key of ${nameOnFile(check)}, ${fingerprintOf(key)}, is revoked (${entry.file}, line ${String(entry.line)})`,
    advice: ['The key is known to be in wrong hands. Do not connect; give the machine a new host key.'],
  });
}

function tooShort(check: HostKeyCheck, key: Buffer, bits: number): TransportError {
  return new TransportError({
    step: 'host-key',
    cause: 'configuration',
    message: `the host key of ${nameOnFile(check)}, ${fingerprintOf(key)}, is an RSA key of ${String(bits)} bits, and RequiredRSASize is ${String(check.requiredRsaBits)}`,
    advice: ['Give the machine a longer host key, or one of ed25519.'],
  });
}

function whereTo({ writeTo }: HostKeyCheck): string {
  if (writeTo === null) return 'then name a file for its key: UserKnownHostsFile is none here';
  return `then use --accept-new once, or add the key to ${writeTo}`;
}

function unknown(check: HostKeyCheck, key: Buffer): TransportError {
  return new TransportError({
    step: 'host-key',
    cause: 'unknown-key',
    message: `the host key of ${nameOnFile(check)} is not on file: ${keyTypeOf(key)} ${fingerprintOf(key)}`,
    advice: [
      `Compare the fingerprint with the machine's own (there: ssh-keygen -lf on its public host key), ${whereTo(check)}.`,
    ],
  });
}

/**
 * Decides about a host's key: null to go on, the failure otherwise. A key that is accepted as new is written down
 * before the connection goes on.
 */
export async function checkHostKey(check: HostKeyCheck, key: Buffer): Promise<TransportError | null> {
  const bits = rsaBits(key);
  if (bits !== null && bits < check.requiredRsaBits) return tooShort(check, key, bits);
  const verdict = judgeWithFallback(check.entries, check.withoutPort, key);
  switch (verdict.kind) {
    case 'known':
      return null;
    case 'revoked':
      return revoked(check, key, verdict.entry);
    case 'changed':
      return changed(check, key, verdict.entry);
    case 'unknown':
      return (await isAccepted(check, key)) ? writeDown(check, key) : unknown(check, key);
  }
}

/** A name that would be a pattern in the file, or end there, is never written down. */
function isPattern({ endpoint }: HostKeyCheck): boolean {
  return /[@?*#[\]|'"\\\s,]/.test(endpoint.host);
}

/** Whether a key of a host may turn out to be one about which a person is asked. */
export function mayBeAsked(check: HostKeyCheck): boolean {
  const { policy, writeTo, entries } = check;
  if (policy !== 'ask' || writeTo === null || isPattern(check)) return false;
  return entries.every(({ marker }) => marker !== 'none');
}

async function isAccepted(check: HostKeyCheck, key: Buffer): Promise<boolean> {
  if (check.writeTo === null || isPattern(check)) return false;
  if (check.policy === 'accept-new') return true;
  if (check.policy === 'refuse' || check.ask === undefined) return false;
  return check.ask({ host: nameOnFile(check), keyType: keyTypeOf(key), fingerprint: fingerprintOf(key) });
}

async function writeDown(check: HostKeyCheck, key: Buffer): Promise<TransportError | null> {
  try {
    await check.writeDown(nameOnFile(check), key);
    return null;
  } catch (cause) {
    const reason = errorMessage(cause);
    return new TransportError(
      { step: 'host-key', cause: 'configuration', message: `the host key cannot be written down: ${reason}` },
      { cause },
    );
  }
}
