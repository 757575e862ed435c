import { basename } from 'node:path';
import { isLicensingError, type LicensingProvider } from '../../licensing/provider';
import { snapshotLimit } from '../../providers/snapshot/document';
import { snapshotProvider } from '../../providers/snapshot/provider';
import { decodeText, readFileUpTo } from '../../transports/local/bounded-file';
import { systemReason } from '../../transports/local/system-reason';
import { Refusal } from '../refusal';

/**
 * A provider over a snapshot file.
 * @throws Refusal where the file cannot be read or is no snapshot
 */
export function openSnapshot(file: string, now: number): LicensingProvider {
  return provider(readText(file), file, now);
}

function readText(file: string): string {
  try {
    // Windows PowerShell's redirection writes UTF-16 with a byte order mark.
    return decodeText(readFileUpTo(file, snapshotLimit));
  } catch (error) {
    throw new Refusal(`The snapshot ${file} cannot be read: ${systemReason(error)}.`, { cause: error });
  }
}

function provider(text: string, file: string, now: number): LicensingProvider {
  try {
    return snapshotProvider(text, basename(file).replace(/\.json$/i, ''), now, file);
  } catch (error) {
    if (isLicensingError(error)) throw new Refusal(error.message, { cause: error });
    throw error;
  }
}
