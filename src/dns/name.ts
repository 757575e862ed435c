import { type ByteReader } from './byte-reader';
import { DnsFormatError } from './format-error';

const MAX_LABEL = 63;
const MAX_NAME = 255;
/** A name of 255 octets has at most 127 labels, so an honest chain of pointers is never longer. */
const MAX_POINTERS = 127;
const DOT = 0x2e;
const BACKSLASH = 0x5c;

/**
 * A domain name as text: labels with dots between and none at the end, the root as ".". A dot or a backslash inside a
 * label has a backslash before it, an octet outside printable ASCII is written `\DDD` (RFC 1035 section 5.1), so that
 * every name on the wire has exactly one text. Case is kept and never counts in comparisons.
 */
export type DomainName = string;

/** The wire form of a name, uncompressed. A trailing dot is allowed. Throws {@link DnsFormatError}. */
export function encodeName(name: DomainName): Buffer {
  const parts: Buffer[] = [];
  let length = 1;
  for (const label of splitLabels(name)) {
    parts.push(Buffer.from([label.length]), label);
    length += 1 + label.length;
  }
  if (length > MAX_NAME) throw new DnsFormatError(`the name ${shown(name)} is longer than 255 octets`);
  return Buffer.concat([...parts, Buffer.from([0])]);
}

/**
 * Reads a name, following compression pointers, which must lead backwards (RFC 1035 section 4.1.4). The reader goes on
 * behind the name.
 */
export function readName(reader: ByteReader): DomainName {
  const { message } = reader;
  const labels: string[] = [];
  let length = 1;
  let pointers = 0;
  let start = reader.offset;
  let position = start;
  const next = (): number => {
    if (pointers === 0) return reader.u8();
    const octet = message[position];
    if (octet === undefined) throw new DnsFormatError('a compressed name leads out of the message');
    position += 1;
    return octet;
  };
  for (;;) {
    const size = next();
    if (size === 0) break;
    if (size >= 0xc0) {
      const target = ((size & 0x3f) << 8) | next();
      pointers += 1;
      if (target >= start || pointers > MAX_POINTERS)
        throw new DnsFormatError('a compressed name does not lead backwards');
      start = position = target;
    } else if (size > MAX_LABEL) {
      throw new DnsFormatError('a name has a label of an unknown kind');
    } else {
      length += 1 + size;
      if (length > MAX_NAME) throw new DnsFormatError('a name is longer than 255 octets');
      let label = '';
      for (let index = 0; index < size; index += 1) label += textOfOctet(next());
      labels.push(label);
    }
  }
  return labels.length === 0 ? '.' : labels.join('.');
}

/** True where two names are the same; ASCII case and a trailing dot do not count. */
export function sameName(left: DomainName, right: DomainName): boolean {
  return canonicalName(left) === canonicalName(right);
}

/** The one text that equal names share: lower case, no trailing dot. Throws {@link DnsFormatError}. */
export function canonicalName(name: DomainName): DomainName {
  const labels = splitLabels(name).map((label) => [...label].map(textOfOctet).join(''));
  return labels.length === 0 ? '.' : labels.join('.').toLowerCase();
}

/** True where `name` is `zone` or lies below it. */
export function isWithin(name: DomainName, zone: DomainName): boolean {
  const inner = canonicalName(name);
  const outer = canonicalName(zone);
  return outer === '.' || inner === outer || inner.endsWith(`.${outer}`);
}

/** One name below another: `joinNames('_vlmcs._tcp', 'corp.example')`. Throws where the result is no valid name. */
export function joinNames(relative: DomainName, origin: DomainName): DomainName {
  const whole = origin === '.' || origin === '' ? relative : `${relative}.${origin}`;
  encodeName(whole);
  return whole.replace(/\.$/, '');
}

function splitLabels(name: DomainName): Buffer[] {
  if (name === '.') return [];
  const labels: Buffer[] = [];
  let label: number[] = [];
  const finish = (): void => {
    if (label.length === 0) throw new DnsFormatError(`the name ${shown(name)} has an empty label`);
    if (label.length > MAX_LABEL)
      throw new DnsFormatError(`a label of ${shown(name)} is longer than 63 octets`);
    labels.push(Buffer.from(label));
    label = [];
  };
  for (let index = 0; index < name.length;) {
    const code = name.charCodeAt(index);
    if (code === DOT) {
      finish();
      index += 1;
    } else if (code === BACKSLASH) {
      const escape = readEscape(name, index);
      label.push(escape.octet);
      index += escape.length;
    } else {
      if (code <= 0x20 || code >= 0x7f)
        throw new DnsFormatError(`the name ${shown(name)} has a character that no name may have`);
      label.push(code);
      index += 1;
    }
  }
  if (label.length > 0 || labels.length === 0) finish();
  return labels;
}

function readEscape(name: string, index: number): { readonly octet: number; readonly length: number } {
  const decimal = /^\d{3}/.exec(name.slice(index + 1, index + 4))?.[0];
  if (decimal !== undefined && Number(decimal) <= 255) return { octet: Number(decimal), length: 4 };
  const code = name.charCodeAt(index + 1);
  if (decimal === undefined && code > 0x20 && code < 0x7f && !/\d/.test(name.charAt(index + 1)))
    return { octet: code, length: 2 };
  throw new DnsFormatError(`the name ${shown(name)} has a broken escape`);
}

function textOfOctet(octet: number): string {
  if (octet === DOT || octet === BACKSLASH) return `\\${String.fromCharCode(octet)}`;
  if (octet > 0x20 && octet < 0x7f) return String.fromCharCode(octet);
  return `\\${String(octet).padStart(3, '0')}`;
}

function shown(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 77)}...` : name);
}
