import { hresult } from '../../../licensing/hresult';
import { LicensingError } from '../../../licensing/provider';
import { decodeText, readFileUpTo } from '../../../transports/local/bounded-file';

/** Licence files are some kilobytes; more than this is none. */
const greatestBytes = 4 * 1024 * 1024;

const codes: Readonly<Record<string, number>> = {
  ENOENT: 0x80070002,
  ENOTDIR: 0x80070003,
  EACCES: 0x80070005,
  EPERM: 0x80070005,
  EISDIR: 0x80070005,
  ERR_FS_FILE_TOO_LARGE: 0x800700df,
};
/** ERROR_READ_FAULT */
const readFault = 0x8007001e;

/**
 * Text of a licence file on this computer: UTF-16 with a mark at its beginning, else UTF-8. Read at once, since
 * node:fs/promises would cost every start some milliseconds.
 * @throws LicensingError with Windows' number for what went wrong
 */
export async function readLicenseFile(path: string): Promise<string> {
  try {
    return await Promise.resolve(decodeText(readFileUpTo(path, greatestBytes)));
  } catch (error) {
    const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
    const number = (typeof code === 'string' ? codes[code] : undefined) ?? readFault;
    const detail = `The licence file ${path} cannot be read: ${String(message)}.`;
    throw new LicensingError(hresult(number), detail, { cause: error });
  }
}
