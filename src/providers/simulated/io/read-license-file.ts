import { readFile, stat } from 'node:fs/promises';
import { hresult } from '../../../licensing/hresult';
import { isLicensingError, LicensingError } from '../../../licensing/provider';

/** Licence files are some kilobytes; more than this is none. */
const greatestBytes = 4 * 1024 * 1024;

const codes: Readonly<Record<string, number>> = {
  ENOENT: 0x80070002,
  ENOTDIR: 0x80070003,
  EACCES: 0x80070005,
  EPERM: 0x80070005,
  EISDIR: 0x80070005,
};
/** ERROR_READ_FAULT and ERROR_FILE_TOO_LARGE */
const readFault = 0x8007001e;
const tooLarge = 0x800700df;

/**
 * Text of a licence file on this computer: UTF-16 with a mark at its beginning, else UTF-8.
 * @throws LicensingError with Windows' number for what went wrong
 */
export async function readLicenseFile(path: string): Promise<string> {
  try {
    if ((await stat(path)).size > greatestBytes) {
      throw new LicensingError(hresult(tooLarge), `${path} is too large to be a licence file.`);
    }
    return decode(await readFile(path));
  } catch (error) {
    if (isLicensingError(error)) throw error;
    const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
    const number = (typeof code === 'string' ? codes[code] : undefined) ?? readFault;
    throw new LicensingError(hresult(number), `${path} cannot be read: ${String(message)}`, { cause: error });
  }
}

function decode(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.subarray(2).toString('utf16le');
  return bytes.toString('utf8').replace(/^\uFEFF/, '');
}
