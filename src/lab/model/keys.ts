import { hostGroupOf, hostGroups } from '../../licensing/catalogue/host-groups';
import { sha1 } from '../../licensing/catalogue/sha1';
import type { Catalogue, Edition, HostGroupId } from '../../licensing/catalogue/types';

/**
 * Product keys. Accepted are the published setup and AVMA keys and the keys that the lab mints. A minted key begins
 * with LAB, letters that Windows' keys never begin with in this order (L and A are not in their alphabet), so that it
 * is no product key anywhere else:
 *
 *   LAB t 1 - c c c c p - p s s s s - s s s s s - x x x x x
 *
 * t type, c code of the edition or host key group, p activations of a MAK, s serial, x check characters.
 */

/** Keys that `lab mint-key` makes, and those that machines of the OEM and evaluation channels come with. */
export type LabKeyType = 'csvlk' | 'mak' | 'retail' | 'oem' | 'evaluation';

/** A key of the lab, read. */
export interface LabKey {
  readonly type: LabKeyType;
  readonly text: string;
  /** What it is for; null for a csvlk, which is for a group. */
  readonly edition: Edition | null;
  readonly hostGroup: HostGroupId | null;
  /** Activations that a MAK holds; 0 for the other types. */
  readonly pool: number;
  readonly serial: bigint;
}

/** What a typed key is. */
export type ParsedKey =
  | { readonly kind: 'setup' | 'avma'; readonly text: string; readonly editions: readonly Edition[] }
  | { readonly kind: 'lab'; readonly text: string; readonly key: LabKey }
  /** `malformed`: no five groups of five; `check`: a lab key with a typing error; `foreign`: no key of ours. */
  | { readonly kind: 'invalid'; readonly reason: 'malformed' | 'check' | 'foreign' };

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const letterOfType = { csvlk: 'K', mak: 'M', retail: 'R', oem: 'P', evaluation: 'E' } as const;
const typeOfLetter = new Map<string, LabKeyType>(
  Object.entries(letterOfType).map(([type, letter]) => [letter, type as LabKeyType]),
);

/** Greatest pool that a MAK can carry. */
export const maximumPool = 1023;
/** Pool of a MAK for which none is named. */
export const defaultPool = 50;
const serialBits = 45;

/** A number in so many characters of the alphabet, most significant first. */
export function encodeBase32(value: bigint, length: number): string {
  let text = '';
  for (let rest = value; text.length < length; rest >>= 5n)
    text = (alphabet[Number(rest & 31n)] ?? '') + text;
  return text;
}

function decodeBase32(text: string): bigint | null {
  let value = 0n;
  for (const char of text) {
    const digit = alphabet.indexOf(char);
    if (digit < 0) return null;
    value = (value << 5n) | BigInt(digit);
  }
  return value;
}

/** The first bits of a digest as a number. */
export function digestBits(text: string, bits: number): bigint {
  let value = 0n;
  for (const byte of sha1(new TextEncoder().encode(text))) value = (value << 8n) | BigInt(byte);
  return value >> BigInt(160 - bits);
}

function codeOf(target: string): bigint {
  return digestBits(`urn:slmgr:lab:key-code:${target}`, 20);
}

function grouped(chars: string): string {
  return (chars.match(/.{5}/g) ?? []).join('-');
}

function checkCharacters(body: string): string {
  return encodeBase32(digestBits(`urn:slmgr:lab:key:${body}`, 25), 5);
}

/** A whole number below 2^bits from a source of numbers in [0, 1). */
export function randomBits(random: () => number, bits: number): bigint {
  let value = 0n;
  for (let have = 0; have < bits; have += 15) value = (value << 15n) | BigInt(Math.floor(random() * 0x8000));
  return value & ((1n << BigInt(bits)) - 1n);
}

/** What a key is to be for: an edition, or for a csvlk a host key group. */
export interface MintRequest {
  readonly type: LabKeyType;
  readonly edition: Edition;
  /** For a csvlk: another group than the edition's own. */
  readonly hostGroup?: HostGroupId;
  /** For a mak: its activations, 1 to {@link maximumPool}; {@link defaultPool} unless given. */
  readonly pool?: number;
}

function targetOf(request: MintRequest): string {
  return request.type === 'csvlk'
    ? `group:${request.hostGroup ?? hostGroupOf(request.edition)}`
    : request.edition.id;
}

function textOf(type: LabKeyType, target: string, pool: number, serial: bigint): string {
  const code = encodeBase32(codeOf(target), 4);
  const body = `LAB${letterOfType[type]}1${code}${encodeBase32(BigInt(pool), 2)}${encodeBase32(serial, 9)}`;
  return grouped(body + checkCharacters(body));
}

/**
 * Mints a key of the lab's own name space. Equal sources of numbers give equal keys.
 *
 * @throws RangeError for a pool outside 1 to {@link maximumPool}
 */
export function mintKey(request: MintRequest, random: () => number): string {
  const pool = request.type === 'mak' ? (request.pool ?? defaultPool) : 0;
  if (request.type === 'mak' && !(Number.isInteger(pool) && pool >= 1 && pool <= maximumPool)) {
    throw new RangeError(
      `A MAK of the lab holds 1 to ${String(maximumPool)} activations, not ${String(pool)}`,
    );
  }
  return textOf(request.type, targetOf(request), pool, randomBits(random, serialBits));
}

const targets = new WeakMap<Catalogue, ReadonlyMap<bigint, Edition | HostGroupId>>();

function targetsOf(catalogue: Catalogue): ReadonlyMap<bigint, Edition | HostGroupId> {
  const known = targets.get(catalogue);
  if (known !== undefined) return known;
  const made = new Map<bigint, Edition | HostGroupId>([
    ...hostGroups.map(({ id }) => [codeOf(`group:${id}`), id] as const),
    ...catalogue.editions.map((edition) => [codeOf(edition.id), edition] as const),
  ]);
  targets.set(catalogue, made);
  return made;
}

/** Fields of a lab key without its check: for the key itself and for what an installation ID carries. */
export interface LabKeyFields {
  readonly type: LabKeyType;
  readonly code: bigint;
  readonly pool: number;
  readonly serial: bigint;
}

/** The fields of a key of the lab. */
export function fieldsOf(key: LabKey): LabKeyFields {
  const target = key.edition === null ? `group:${String(key.hostGroup)}` : key.edition.id;
  return { type: key.type, code: codeOf(target), pool: key.pool, serial: key.serial };
}

/** The key with these fields; null where the code names nothing of the catalogue. */
export function keyOfFields(fields: LabKeyFields, catalogue: Catalogue): LabKey | null {
  const target = targetsOf(catalogue).get(fields.code);
  if (target === undefined || (typeof target === 'string') !== (fields.type === 'csvlk')) return null;
  const isGroup = typeof target === 'string';
  return {
    type: fields.type,
    text: textOf(fields.type, isGroup ? `group:${target}` : target.id, fields.pool, fields.serial),
    edition: isGroup ? null : target,
    hostGroup: isGroup ? target : null,
    pool: fields.pool,
    serial: fields.serial,
  };
}

function readLabKey(chars: string, catalogue: Catalogue): LabKey | null {
  const type = typeOfLetter.get(chars.charAt(3));
  const [code, pool, serial] = [chars.slice(5, 9), chars.slice(9, 11), chars.slice(11, 20)].map(decodeBase32);
  if (type === undefined || code == null || pool == null || serial == null) return null;
  if (checkCharacters(chars.slice(0, 20)) !== chars.slice(20)) return null;
  return keyOfFields({ type, code, pool: Number(pool), serial }, catalogue);
}

/** Reads a product key in any case, with blanks around it. */
export function parseKey(typed: string, catalogue: Catalogue): ParsedKey {
  const text = typed.trim().toUpperCase();
  if (!/^[A-Z0-9]{5}(?:-[A-Z0-9]{5}){4}$/.test(text)) return { kind: 'invalid', reason: 'malformed' };
  const setup = catalogue.editionsOfSetupKey(text);
  if (setup.length > 0) return { kind: 'setup', text, editions: setup };
  const avma = catalogue.editionsOfAvmaKey(text);
  if (avma.length > 0) return { kind: 'avma', text, editions: avma };
  if (!/^LAB[A-Z]1/.test(text)) return { kind: 'invalid', reason: 'foreign' };
  const key = readLabKey(text.replaceAll('-', ''), catalogue);
  return key === null ? { kind: 'invalid', reason: 'check' } : { kind: 'lab', text, key };
}

/** Last five characters of a key: PartialProductKey. */
export function partialKey(text: string): string {
  return text.slice(-5);
}
