import { join } from 'node:path';
import { type ParsedKey } from 'ssh2';
import { type Secret } from '../secret';
import { TransportError } from '../transport-error';
import { errorCode } from '../error-facts';
import { readPlainFileUpTo } from '../local/bounded-file';
import { systemReason } from '../local/system-reason';

/** A private key ready to sign, with the file it came from. */
export interface Identity {
  readonly file: string;
  readonly key: ParsedKey;
}

type ParseKey = (data: Buffer | string, passphrase?: string) => ParsedKey | Error | readonly ParsedKey[];

/** No key is larger. */
const maxKeyBytes = 1024 * 1024;

/** The files OpenSSH tries where none is named, in its order. */
export function usualIdentityFiles(home: string): readonly string[] {
  return ['id_rsa', 'id_ecdsa', 'id_ed25519'].map((name) => join(home, '.ssh', name));
}

/** A key file that somebody named and that cannot be used. */
export function badKey(file: string, reason: string, cause?: unknown): TransportError {
  return new TransportError(
    {
      step: 'authentication',
      cause: 'bad-key-file',
      message: `the key file ${file} cannot be used: ${reason}`,
      advice: [
        'ed25519, ecdsa and rsa keys in OpenSSH or PEM form are taken; keys on security tokens and certificates are not.',
      ],
    },
    cause === undefined ? undefined : { cause },
  );
}

function parsed(parse: ParseKey, data: Buffer, passphrase?: string): ParsedKey | Error {
  const result = parse(data, passphrase);
  const key = Array.isArray(result) ? (result as readonly ParsedKey[])[0] : (result as ParsedKey | Error);
  return key ?? new Error('it holds no key');
}

function isLocked(result: ParsedKey | Error): result is Error {
  return result instanceof Error && /encrypted|passphrase/i.test(result.message);
}

async function unlock(
  parse: ParseKey,
  file: string,
  data: Buffer,
  passphrase: ((file: string) => Promise<Secret | null>) | undefined,
): Promise<ParsedKey> {
  const secret = (await passphrase?.(file)) ?? null;
  if (secret === null) throw badKey(file, 'it is protected by a passphrase, and nobody can be asked for it');
  const key = parsed(parse, data, secret.reveal());
  if (key instanceof Error) throw badKey(file, 'the passphrase is wrong');
  return key;
}

/**
 * Reads a private key file, with its passphrase where it has one. Null for a file that is not there; throws a
 * {@link TransportError} for one that cannot be used.
 */
export async function readIdentity(
  parse: ParseKey,
  file: string,
  passphrase?: (file: string) => Promise<Secret | null>,
): Promise<Identity | null> {
  let data: Buffer;
  try {
    data = readPlainFileUpTo(file, maxKeyBytes);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error))) return null;
    throw badKey(file, systemReason(error), error);
  }
  const first = parsed(parse, data);
  if (isLocked(first)) return { file, key: await unlock(parse, file, data, passphrase) };
  if (first instanceof Error) throw badKey(file, first.message, first);
  if (!first.isPrivateKey()) throw badKey(file, 'it is a public key');
  return { file, key: first };
}
