import { licenseFileHresult } from '../licensing/license-file';
import { LicensingError } from '../licensing/provider';
import { errorCode } from '../transports/error-facts';
import { fileLimits } from '../transports/local/bounded-file';
import { type RemotePorts } from './ports';

/** Text of a licence file on the caller's computer, where slmgr reads it too. Throws a {@link LicensingError}. */
export async function readLicenseFile(path: string, ports: Pick<RemotePorts, 'readFile'>): Promise<string> {
  const message = `The licence file ${path} cannot be read.`;
  const text = await ports.readFile(path, fileLimits.licence).catch((cause: unknown) => {
    throw new LicensingError(licenseFileHresult(errorCode(cause)), message, { cause });
  });
  if (text === null) throw new LicensingError(licenseFileHresult('ENOENT'), message);
  return text;
}
