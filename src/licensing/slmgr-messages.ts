import { formatHresult, isHresult, type Hresult } from './hresult';

/** The errors for which Windows' script has a sentence of its own, word for word with its spellings. */
const sentences: ReadonlyMap<number, string> = new Map([
  [5, 'Access denied: the requested action requires elevated privileges'],
  [0x80070005, 'Access denied: the requested action requires elevated privileges'],
  [0x80070057, 'The parameter is incorrect'],
  [0x800706ba, 'The RPC server is unavailable'],
  [0x8007232a, 'DNS server failure'],
  [0x8007232b, 'DNS name does not exist'],
  [0x8007251d, 'No records found for DNS query'],
  [0xc004b100, 'The activation server determined that the computer could not be activated'],
  [0xc004c001, 'The activation server determined the specified product key is invalid'],
  [0xc004c003, 'The activation server determined the specified product key is blocked'],
  [0xc004c008, 'The activation server determined that the specified product key could not be used'],
  [
    0xc004c017,
    'The activation server determined the specified product key has been blocked for this geographic location.',
  ],
  [0xc004c020, 'The activation server reported that the Multiple Activation Key has exceeded its limit'],
  [
    0xc004c021,
    'The activation server reported that the Multiple Activation Key extension limit has been exceeded',
  ],
  [
    0xc004d307,
    'The maximum allowed number of re-arms has been exceeded. You must re-install the OS before trying to re-arm again',
  ],
  [0xc004f009, 'The software Licensing Service reported that the grace period expired'],
  [
    0xc004f00f,
    'The Software Licensing Server reported that the hardware ID binding is beyond level of tolerance',
  ],
  [0xc004f014, 'The Software Licensing Service reported that the product key is not available'],
  [0xc004f025, 'Access denied: the requested action requires elevated privileges'],
  [
    0xc004f02c,
    'The software Licensing Service reported that the format for the offline activation data is incorrect',
  ],
  [
    0xc004f035,
    'The software Licensing Service reported that the computer could not be activated with a Volume license product key. Volume licensed systems require upgrading from a qualified operating system. Please contact your system administrator or use a different type of key',
  ],
  [
    0xc004f038,
    'The software Licensing Service reported that the computer could not be activated. The count reported by your Key Management Service (KMS) is insufficient. Please contact your system administrator',
  ],
  [
    0xc004f039,
    'The software Licensing Service reported that the computer could not be activated. The Key Management Service (KMS) is not enabled',
  ],
  [
    0xc004f041,
    'The software Licensing Service determined that the Key Management Server (KMS) is not activated. KMS needs to be activated',
  ],
  [
    0xc004f042,
    'The software Licensing Service determined that the specified Key Management Service (KMS) cannot be used',
  ],
  [0xc004f050, 'The Software Licensing Service reported that the product key is invalid'],
  [0xc004f051, 'The software Licensing Service reported that the product key is blocked'],
  [0xc004f064, 'The software Licensing Service reported that the non-Genuine grace period expired'],
  [
    0xc004f065,
    'The software Licensing Service reported that the application is running within the valid non-genuine period',
  ],
  [0xc004f066, 'The Software Licensing Service reported that the product SKU is not found'],
  [
    0xc004f06b,
    'The software Licensing Service determined that it is running in a virtual machine. The Key Management Service (KMS) is not supported in this mode',
  ],
  [
    0xc004f074,
    'The Software Licensing Service reported that the computer could not be activated. No Key Management Service (KMS) could be contacted. Please see the Application Event Log for additional information.',
  ],
  [
    0xc004f075,
    'The Software Licensing Service reported that the operation cannot be completed because the service is stopping',
  ],
  [0xc004f304, 'The Software Licensing Service reported that required license could not be found.'],
  [
    0xc004f305,
    'The Software Licensing Service reported that there are no certificates found in the system that could activate the product.',
  ],
  [
    0xc004f30a,
    'The Software Licensing Service reported that the computer could not be activated. The certificate does not match the conditions in the license.',
  ],
  [
    0xc004f30d,
    'The Software Licensing Service reported that the computer could not be activated. The thumbprint is invalid.',
  ],
  [
    0xc004f30e,
    'The Software Licensing Service reported that the computer could not be activated. A certificate for the thumbprint could not be found.',
  ],
  [
    0xc004f30f,
    'The Software Licensing Service reported that the computer could not be activated. The certificate does not match the criteria specified in the issuance license.',
  ],
  [
    0xc004f310,
    'The Software Licensing Service reported that the computer could not be activated. The certificate does not match the trust point identifier (TPID) specified in the issuance license.',
  ],
  [
    0xc004f311,
    'The Software Licensing Service reported that the computer could not be activated. A soft token cannot be used for activation.',
  ],
  [
    0xc004f312,
    'The Software Licensing Service reported that the computer could not be activated. The certificate cannot be used because its private key is exportable.',
  ],
]);

/** Errors of the script language that wrong arguments raise. */
const languageErrors: ReadonlyMap<number, string> = new Map([
  [6, 'Overflow'],
  [13, 'Type mismatch'],
]);

/** An error's number as slmgr prints it: an HRESULT in hexadecimal, a smaller number in decimal. */
export function printedCode(code: Hresult): string {
  return isHresult(code) ? formatHresult(code) : String(code);
}

/**
 * The sentence behind an error's number: slmgr's own, the script language's, or the hint to ask Windows, which the
 * script prints for every other code.
 */
export function slmgrSentence(code: Hresult): string {
  const own = sentences.get(code);
  if (own !== undefined) return own;
  const language = languageErrors.get(code);
  if (language !== undefined) return `${language} (Microsoft VBScript runtime error)`;
  return `On a computer running Microsoft Windows non-core edition, run 'slui.exe 0x2a ${printedCode(code)}' to display the error text.`;
}

/** True where slmgr has a sentence for the error and does not send the user to slui.exe. */
export function hasOwnSentence(code: Hresult): boolean {
  return sentences.has(code);
}
