import { hresult, type Hresult } from '../licensing/hresult';
import { nameOfCode, rcode } from './protocol';
import { type TsigProblem } from './tsig';

/** The error numbers that Windows has for what DNS can say (winerror.h, 9000 and following), and success. */
export const dnsHresult = {
  success: hresult(0),
  /** ERROR_INVALID_NAME: no DNS suffix to ask for, or no valid name (K6.11). */
  invalidName: hresult(0x8007007b),
  formatError: hresult(0x80072329),
  serverFailure: hresult(0x8007232a),
  nameError: hresult(0x8007232b),
  notImplemented: hresult(0x8007232c),
  refused: hresult(0x8007232d),
  nameExists: hresult(0x8007232e),
  setExists: hresult(0x8007232f),
  setMissing: hresult(0x80072330),
  notAuthoritative: hresult(0x80072331),
  notInZone: hresult(0x80072332),
  /** Wrong signature, and by Windows' habit also: no rights on the record (K7.4). */
  badSignature: hresult(0x80072338),
  badKey: hresult(0x80072339),
  badTime: hresult(0x8007233a),
  noRecords: hresult(0x8007251d),
  badPacket: hresult(0x8007251e),
  unsecurePacket: hresult(0x80072521),
  noServers: hresult(0x8007267c),
} as const;

/** Which step of an exchange failed. */
export type DnsStep = 'configuration' | 'name' | 'connection' | 'answer' | 'signature' | 'update';

/** A question or an update that did not succeed: the step, Windows' error number and what to do in words. */
export class DnsError extends Error {
  readonly step: DnsStep;
  readonly hresult: Hresult;

  constructor(step: DnsStep, code: Hresult, message: string) {
    super(message);
    this.name = 'DnsError';
    this.step = step;
    this.hresult = code;
  }
}

const hresultByRcode: Readonly<Record<number, Hresult>> = {
  [rcode.NOERROR]: dnsHresult.success,
  [rcode.FORMERR]: dnsHresult.formatError,
  [rcode.SERVFAIL]: dnsHresult.serverFailure,
  [rcode.NXDOMAIN]: dnsHresult.nameError,
  [rcode.NOTIMP]: dnsHresult.notImplemented,
  [rcode.REFUSED]: dnsHresult.refused,
  [rcode.YXDOMAIN]: dnsHresult.nameExists,
  [rcode.YXRRSET]: dnsHresult.setExists,
  [rcode.NXRRSET]: dnsHresult.setMissing,
  [rcode.NOTAUTH]: dnsHresult.notAuthoritative,
  [rcode.NOTZONE]: dnsHresult.notInZone,
};

/** Windows' error number for an answer code; a server failure for a code that Windows has no number for. */
export function hresultOfRcode(code: number): Hresult {
  return hresultByRcode[code] ?? dnsHresult.serverFailure;
}

/** The answer code's name, "REFUSED" or "11". */
export function rcodeName(code: number): string {
  return nameOfCode(rcode, code);
}

const tsigFailures: Readonly<Record<TsigProblem, readonly [code: Hresult, words: string]>> = {
  unsigned: [dnsHresult.unsecurePacket, 'answered without a signature: does it know the key?'],
  malformed: [dnsHresult.badPacket, 'answered with a malformed signature'],
  'wrong-key': [dnsHresult.badKey, 'signed its answer with another key'],
  'wrong-signature': [
    dnsHresult.badSignature,
    'answered with a wrong signature: is the secret the same on both sides?',
  ],
  'wrong-time': [
    dnsHresult.badTime,
    "signed its answer too long ago or ahead: compare the two machines' clocks",
  ],
  'peer-bad-signature': [dnsHresult.badSignature, 'says BADSIG: the secret of the key differs from its own'],
  'peer-bad-key': [dnsHresult.badKey, 'says BADKEY: it has no key of this name and algorithm'],
  'peer-bad-time': [
    dnsHresult.badTime,
    "says BADTIME: the two machines' clocks differ by more than 5 minutes",
  ],
  'peer-bad-truncation': [dnsHresult.badSignature, 'says BADTRUNC: it wants a longer signature'],
  'peer-error': [dnsHresult.badSignature, 'reports a signature error of an unknown kind'],
};

/** The error of a signature that was not accepted. `server` is ADDR:PORT. */
export function signatureError(problem: TsigProblem, server: string, keyName: string): DnsError {
  const [code, words] = tsigFailures[problem];
  return new DnsError('signature', code, `the DNS server ${server} ${words} (key ${keyName})`);
}
