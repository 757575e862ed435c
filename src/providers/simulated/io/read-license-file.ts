import { licenseFileHresult } from '../../../licensing/license-file';
import { LicensingError } from '../../../licensing/provider';
import { errorCode } from '../../../transports/error-facts';
import { systemReason } from '../../../transports/local/system-reason';
import { decodeText, fileLimits, readFileUpTo } from '../../../transports/local/bounded-file';

/**
 * Text of a licence file on this computer: UTF-16 with a mark at its beginning, else UTF-8. Read at once, since
 * node:fs/promises would cost every start some milliseconds.
 * @throws LicensingError with Windows' number for what went wrong
 */
export async function readLicenseFile(path: string): Promise<string> {
  try {
    return await Promise.resolve(decodeText(readFileUpTo(path, fileLimits.licence)));
  } catch (error) {
    const detail = `The licence file ${path} cannot be read: ${systemReason(error)}.`;
    throw new LicensingError(licenseFileHresult(errorCode(error)), detail, { cause: error });
  }
}
