import { type Hresult, hresult } from './hresult';

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

/** Windows' number for a licence file that cannot be read, by the system's code (`ENOENT`). */
export function licenseFileHresult(code: string): Hresult {
  return hresult(codes[code] ?? readFault);
}
