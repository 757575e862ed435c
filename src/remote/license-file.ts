import { licenseFileHresult } from '../licensing/license-file';
import { LicensingError } from '../licensing/provider';
import { errorCode } from '../transports/error-facts';
import { fileLimits } from '../transports/local/bounded-file';
import { systemReason } from '../transports/local/system-reason';
import { type RemotePorts } from './ports';

/** Text of a licence file on the caller's computer, where slmgr reads it too. Throws a {@link LicensingError}. */
export async function readLicenseFile(path: string, ports: Pick<RemotePorts, 'readFile'>): Promise<string> {
  const text = await ports.readFile(path, fileLimits.licence).catch((cause: unknown) => {
    const message = `The licence file ${path} cannot be read: ${systemReason(cause)}.`;
    throw new LicensingError(licenseFileHresult(errorCode(cause)), message, { cause });
  });
  if (text === null)
    throw new LicensingError(
      licenseFileHresult('ENOENT'),
      `The licence file ${path} cannot be read: it is not there.`,
    );
  return text;
}
