import { hresult } from '../licensing/hresult';
import { LicensingError } from '../licensing/provider';
import { errorCode } from '../transports/error-facts';
import { type RemotePorts } from './ports';

const fileNotFound = 0x80070002;
const readFault = 0x8007001e;
const codes: Readonly<Record<string, number>> = {
  ENOTDIR: 0x80070003,
  EACCES: 0x80070005,
  EPERM: 0x80070005,
  EISDIR: 0x80070005,
};

/** Text of a licence file on the caller's computer, where slmgr reads it too. Throws a {@link LicensingError}. */
export async function readLicenseFile(path: string, ports: Pick<RemotePorts, 'readFile'>): Promise<string> {
  const message = `The licence file ${path} cannot be read.`;
  const text = await ports.readFile(path).catch((cause: unknown) => {
    throw new LicensingError(hresult(codes[errorCode(cause)] ?? readFault), message, { cause });
  });
  if (text === null) throw new LicensingError(hresult(fileNotFound), message);
  return text;
}
