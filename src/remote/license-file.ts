import { hresult } from '../licensing/hresult';
import { LicensingError } from '../licensing/provider';
import { type RemotePorts } from './ports';

const fileNotFound = hresult(0x80070002);

/** Text of a licence file on the caller's computer, where slmgr reads it too. Throws a {@link LicensingError}. */
export async function readLicenseFile(path: string, ports: Pick<RemotePorts, 'readFile'>): Promise<string> {
  const text = await ports.readFile(path);
  if (text === null) throw new LicensingError(fileNotFound, `The licence file ${path} cannot be read.`);
  return text;
}
