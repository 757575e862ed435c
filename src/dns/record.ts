import { ByteReader, u16, u32, u48 } from './byte-reader';
import { DnsFormatError } from './format-error';
import { formatIpv4, formatIpv6, parseIpv4, parseIpv6 } from './ip-address';
import { encodeName, readName, type DomainName } from './name';
import { recordType } from './protocol';

/** Data of a service location record (RFC 2782). */
export interface SrvData {
  readonly kind: 'srv';
  /** 0 to 65535; a lower number is tried first. */
  readonly priority: number;
  /** 0 to 65535; the share of the load among equal priorities. */
  readonly weight: number;
  readonly port: number;
  readonly target: DomainName;
}

/** Data of a start of authority record (RFC 1035 section 3.3.13). */
export interface SoaData {
  readonly kind: 'soa';
  readonly primary: DomainName;
  readonly mailbox: DomainName;
  readonly serial: number;
  readonly refresh: number;
  readonly retry: number;
  readonly expire: number;
  readonly minimum: number;
}

/** Data of a transaction signature (RFC 8945 section 4.2). */
export interface TsigData {
  readonly kind: 'tsig';
  readonly algorithm: DomainName;
  /** Seconds since 1970, 48 bits. */
  readonly timeSigned: number;
  /** Seconds by which the clocks may differ. */
  readonly fudge: number;
  readonly mac: Buffer;
  readonly originalId: number;
  readonly error: number;
  readonly otherData: Buffer;
}

/** What a record says. `empty` is a record without data, as updates use it to delete and to require. */
export type RecordData =
  | { readonly kind: 'empty' }
  | { readonly kind: 'address'; readonly address: string }
  | { readonly kind: 'name'; readonly target: DomainName }
  | SrvData
  | SoaData
  | TsigData
  | { readonly kind: 'raw'; readonly bytes: Buffer };

/** One resource record. */
export interface ResourceRecord {
  readonly name: DomainName;
  readonly type: number;
  readonly class: number;
  /** Seconds, 0 to 4294967295. */
  readonly ttl: number;
  readonly data: RecordData;
}

/** The data's octets, names uncompressed (RFC 3597 section 4 asks that of the types here). Throws {@link DnsFormatError}. */
export function encodeRecordData(data: RecordData): Buffer {
  switch (data.kind) {
    case 'empty':
      return Buffer.alloc(0);
    case 'address':
      return encodeAddress(data.address);
    case 'name':
      return encodeName(data.target);
    case 'srv':
      return Buffer.concat([u16(data.priority), u16(data.weight), u16(data.port), encodeName(data.target)]);
    case 'soa':
      return encodeSoa(data);
    case 'tsig':
      return encodeTsig(data);
    case 'raw':
      return data.bytes;
  }
}

function encodeAddress(address: string): Buffer {
  const bytes = parseIpv4(address) ?? parseIpv6(address);
  if (bytes === null) throw new DnsFormatError(`${JSON.stringify(address)} is not an IP address`);
  return bytes;
}

function encodeSoa(data: SoaData): Buffer {
  const numbers = [data.serial, data.refresh, data.retry, data.expire, data.minimum].map(u32);
  return Buffer.concat([encodeName(data.primary), encodeName(data.mailbox), ...numbers]);
}

function encodeTsig(data: TsigData): Buffer {
  return Buffer.concat([
    encodeName(data.algorithm),
    u48(data.timeSigned),
    u16(data.fudge),
    u16(data.mac.length),
    data.mac,
    u16(data.originalId),
    u16(data.error),
    u16(data.otherData.length),
    data.otherData,
  ]);
}

/** Reads `length` octets of data of a type. Throws {@link DnsFormatError} where they do not fill exactly that length. */
export function readRecordData(reader: ByteReader, type: number, length: number): RecordData {
  if (length > reader.remaining) throw new DnsFormatError('a record is longer than its message');
  if (length === 0) return { kind: 'empty' };
  const start = reader.offset;
  const data = readKnownData(new ByteReader(reader.message, start, start + length), type);
  reader.skip(length);
  return data;
}

function readKnownData(reader: ByteReader, type: number): RecordData {
  const data = decodeByType(reader, type);
  if (reader.remaining !== 0)
    throw new DnsFormatError(`a record of type ${type} has ${reader.remaining} octets too many`);
  return data;
}

function decodeByType(reader: ByteReader, type: number): RecordData {
  switch (type) {
    case recordType.A:
      return { kind: 'address', address: formatIpv4(reader.take(4)) };
    case recordType.AAAA:
      return { kind: 'address', address: formatIpv6(reader.take(16)) };
    case recordType.CNAME:
    case recordType.NS:
    case recordType.PTR:
      return { kind: 'name', target: readName(reader) };
    case recordType.SRV:
      return {
        kind: 'srv',
        priority: reader.u16(),
        weight: reader.u16(),
        port: reader.u16(),
        target: readName(reader),
      };
    case recordType.SOA:
      return readSoa(reader);
    case recordType.TSIG:
      return readTsig(reader);
    default:
      return { kind: 'raw', bytes: reader.take(reader.remaining) };
  }
}

function readSoa(reader: ByteReader): SoaData {
  return {
    kind: 'soa',
    primary: readName(reader),
    mailbox: readName(reader),
    serial: reader.u32(),
    refresh: reader.u32(),
    retry: reader.u32(),
    expire: reader.u32(),
    minimum: reader.u32(),
  };
}

function readTsig(reader: ByteReader): TsigData {
  return {
    kind: 'tsig',
    algorithm: readName(reader),
    timeSigned: reader.u48(),
    fudge: reader.u16(),
    mac: reader.take(reader.u16()),
    originalId: reader.u16(),
    error: reader.u16(),
    otherData: reader.take(reader.u16()),
  };
}
