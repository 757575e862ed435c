import { resolve } from 'node:path';
import { parseTsigKey, type TsigKey } from '../../dns/tsig-key';
import { decodeExactText, fileLimits, readFileUpTo } from '../../transports/local/bounded-file';
import { systemReason } from '../../transports/local/system-reason';
import { Refusal } from '../refusal';

const othersMayRead = 0o004;

/** A TSIG key where it lies. The secret stays in the key object and in the file. */
export interface TsigKeyFile {
  /** Absolute. */
  readonly path: string;
  readonly key: TsigKey;
  /** True where every user of this computer can read it. */
  readonly isOpen: boolean;
}

/**
 * Reads a key in BIND's own form.
 * @throws Refusal where the file cannot be read or is no key; the message never holds the secret
 */
export function readTsigKeyFile(file: string): TsigKeyFile {
  const path = resolve(file);
  try {
    let isOpen = false;
    const bytes = readFileUpTo(path, fileLimits.secret, ({ mode }) => {
      isOpen = process.platform !== 'win32' && (mode & othersMayRead) !== 0;
      return true;
    });
    const text = decodeExactText(bytes);
    if (text.trim() === '') throw new Error('it is empty');
    return { path, key: parseTsigKey(text), isOpen };
  } catch (error) {
    throw new Refusal(`The key file ${path} cannot be used: ${systemReason(error)}.`, { cause: error });
  }
}
