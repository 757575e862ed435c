import type { Catalogue } from '../../licensing/catalogue/types';
import { digestBits, fieldsOf, keyOfFields, type LabKey, type LabKeyType } from './keys';

/**
 * Activation by telephone, the lab's own: the installation ID carries the key and a print of the machine, the
 * confirmation ID answers that one installation ID. Every block ends with a check digit, so that a slip of the finger
 * is found in its block.
 */

/** Installation ID: nine blocks; confirmation ID: eight blocks of six. */
const installationBlocks = 9;
const confirmationBlocks = 8;
const confirmationBlockLength = 6;
const printBits = 68n;
const serialBits = 45n;
const poolBits = 10n;
const codeBits = 20n;

/** Kinds of key in an installation ID; 0: a key that the telephone does not serve. */
const typeNumber = { csvlk: 1n, mak: 2n, retail: 3n, oem: 4n, evaluation: 5n } as const;
const typeOfNumber = new Map<bigint, LabKeyType>(
  Object.entries(typeNumber).map(([type, number]) => [number, type as LabKeyType]),
);

/** Damm's quasigroup: its check digit finds every single wrong digit and every swap of neighbours. */
const damm = [
  '0317598642',
  '7092154863',
  '4206871359',
  '1750983426',
  '6123045978',
  '3674209581',
  '5869720134',
  '8945362017',
  '9438617205',
  '2581436790',
] as const;

function checkDigit(block: string, index: number): string {
  let interim = index;
  for (const digit of block) interim = Number(damm[interim]?.charAt(Number(digit)));
  return String(interim);
}

function withChecks(payload: string, blocks: number): string {
  const size = payload.length / blocks;
  return Array.from({ length: blocks }, (_, index) => {
    const block = payload.slice(index * size, (index + 1) * size);
    return block + checkDigit(block, index);
  }).join('');
}

/** Whether a block of an installation or a confirmation ID of the lab ends with its check digit; `index` counts from 0. */
export function fitsItsCheckDigit(block: string, index: number): boolean {
  return checkDigit(block.slice(0, -1), index) === block.slice(-1);
}

/** Whether digits are an installation ID that a machine of the lab made: all of its check digits fit. */
export function isInstallationIdOfLab(digits: string): boolean {
  return /^(?:\d{54}|\d{63})$/.test(digits) && withoutChecks(digits, installationBlocks) !== null;
}

/** The payload without its check digits; null where one does not fit. */
function withoutChecks(text: string, blocks: number): string | null {
  const size = text.length / blocks;
  let payload = '';
  for (let index = 0; index < blocks; index += 1) {
    const block = text.slice(index * size, (index + 1) * size);
    if (!fitsItsCheckDigit(block, index)) return null;
    payload += block.slice(0, -1);
  }
  return payload;
}

/** What an installation ID is made of. */
export interface InstallationFacts {
  /** The lab key on the product; null for a setup key, which the telephone does not serve. */
  readonly key: LabKey | null;
  /** Text that names product and machine: another text gives another ID. */
  readonly print: string;
  /** Windows 7 and older: 54 digits; later ones 63. */
  readonly isShort: boolean;
}

/** The installation ID of a product: 63 digits, or 54 on Windows 7 and before (OfflineInstallationId). */
export function installationId(facts: InstallationFacts): string {
  const fields = facts.key === null ? null : fieldsOf(facts.key);
  const numbers: readonly (readonly [value: bigint, bits: bigint])[] = [
    [fields === null ? 0n : typeNumber[fields.type], 3n],
    [fields?.code ?? 0n, codeBits],
    [BigInt(fields?.pool ?? 0), poolBits],
    [fields?.serial ?? 0n, serialBits],
    [digestBits(`urn:slmgr:lab:installation:${facts.print}`, Number(printBits)), printBits],
  ];
  const value = numbers.reduce((whole, [part, bits]) => (whole << bits) | part, 0n);
  const length = installationBlocks * (facts.isShort ? 5 : 6);
  return withChecks(value.toString().padStart(length, '0'), installationBlocks);
}

/** Only the digits of a typed ID: people put blanks and hyphens between the blocks. */
export function digitsOf(typed: string): string {
  return typed.replace(/[\s-]/g, '');
}

/** A read installation ID: the key on the machine that it came from. */
export type ReadInstallationId =
  | { readonly ok: true; readonly key: LabKey }
  /** `form`: not 54 or 63 digits; `check`: a block with a typing error; `no-key`: none that the telephone serves. */
  | { readonly ok: false; readonly reason: 'form' | 'check' | 'no-key' };

/** Reads an installation ID as the telephone does. */
export function readInstallationId(typed: string, catalogue: Catalogue): ReadInstallationId {
  const text = digitsOf(typed);
  if (!/^(?:\d{54}|\d{63})$/.test(text)) return { ok: false, reason: 'form' };
  const payload = withoutChecks(text, installationBlocks);
  if (payload === null) return { ok: false, reason: 'check' };
  let rest = BigInt(payload) >> printBits;
  const take = (bits: bigint): bigint => {
    const part = rest & ((1n << bits) - 1n);
    rest >>= bits;
    return part;
  };
  const serial = take(serialBits);
  const pool = Number(take(poolBits));
  const code = take(codeBits);
  const type = typeOfNumber.get(rest);
  const key = type === undefined ? null : keyOfFields({ type, code, pool, serial }, catalogue);
  return key === null ? { ok: false, reason: 'no-key' } : { ok: true, key };
}

/** The confirmation ID that answers an installation ID: 48 digits. */
export function confirmationId(installation: string): string {
  const size = confirmationBlocks * (confirmationBlockLength - 1);
  const text = digestBits(`urn:slmgr:lab:confirmation:${digitsOf(installation)}`, 132).toString();
  return withChecks(text.slice(-size).padStart(size, '0'), confirmationBlocks);
}

/** How a typed confirmation ID fits an installation ID. */
export type ConfirmationCheck = 'right' | 'not-digits' | 'length' | 'check-digits' | 'mismatch';

/** Checks a typed confirmation ID against the installation ID that it should answer. */
export function checkConfirmationId(typed: string, installation: string): ConfirmationCheck {
  const text = digitsOf(typed);
  if (!/^\d+$/.test(text)) return 'not-digits';
  if (text.length !== confirmationBlocks * confirmationBlockLength) return 'length';
  if (withoutChecks(text, confirmationBlocks) === null) return 'check-digits';
  return text === confirmationId(installation) ? 'right' : 'mismatch';
}
