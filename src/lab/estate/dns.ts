import { EstateError } from './errors';
import { requireEstate, type Laboratory } from './laboratory';
import { checkDomain } from './names';
import type { DnsRecord, DnsRecordType, EstateStore } from './store-port';

const types: readonly DnsRecordType[] = ['SRV', 'A', 'AAAA', 'TXT', 'CNAME'];
const defaultTtl = 3600;

/** The records of the estate's own zone. */
export function listDnsRecords(store: EstateStore): readonly DnsRecord[] {
  return store.read((reader) => {
    requireEstate(reader.estate());
    return reader.dnsRecords();
  });
}

export interface NewRecord {
  /** Absolute, or a name in the estate's domain ("_vlmcs._tcp"). */
  readonly name: string;
  readonly type: string;
  /** Presentation form: "0 0 1688 kms01.lab.example" for SRV. */
  readonly data: string;
  readonly ttl?: number;
}

/**
 * Adds a record by hand, as the deployment guide does.
 * @throws EstateError `invalid` for a name, a type or data that DNS does not have
 */
export function addDnsRecord(laboratory: Pick<Laboratory, 'store'>, wanted: NewRecord): DnsRecord {
  return laboratory.store.write((writer) => {
    const { domain } = requireEstate(writer.estate());
    const type = checkType(wanted.type);
    const record: DnsRecord = {
      name: absoluteName(wanted.name, domain),
      type,
      ttl: checkTtl(wanted.ttl ?? defaultTtl),
      data: checkData[type](wanted.data.trim()),
    };
    writer.putDnsRecord(record);
    return record;
  });
}

/** Removes the records of a name and type, or the one with this data; how many went. */
export function removeDnsRecords(
  laboratory: Pick<Laboratory, 'store'>,
  which: { readonly name: string; readonly type: string; readonly data: string | null },
): number {
  return laboratory.store.write((writer) => {
    const { domain } = requireEstate(writer.estate());
    const type = checkType(which.type);
    const data = which.data === null ? null : checkData[type](which.data.trim());
    return writer.removeDnsRecords({ name: absoluteName(which.name, domain), type, data });
  });
}

/**
 * Removes what the estate's own zone still has of a host that is no machine any more: the SRV records that name it, and
 * then its addresses. The domains in which it was found; none where no record names it.
 */
export function forgetRetiredHost(laboratory: Pick<Laboratory, 'store'>, host: string): readonly string[] {
  return laboratory.store.write((writer) => {
    const { domain } = requireEstate(writer.estate());
    const target = absoluteName(host, domain);
    const named = writer
      .dnsRecords()
      .filter(
        ({ type, name, data }) => type === 'SRV' && name.startsWith(srvOwner) && targetOf(data) === target,
      );
    for (const { name, type, data } of named) writer.removeDnsRecords({ name, type, data });
    for (const type of named.length === 0 ? [] : (['A', 'AAAA'] as const))
      writer.removeDnsRecords({ name: target, type, data: null });
    return [...new Set(named.map(({ name }) => name.slice(srvOwner.length)))];
  });
}

const srvOwner = '_vlmcs._tcp.';

function targetOf(data: string): string | undefined {
  return data.split(' ').at(-1)?.toLowerCase().replace(/\.$/, '');
}

/** Whether a record of a type can have this data, as {@link addDnsRecord} writes it. */
export function isDnsData(type: DnsRecordType, data: string): boolean {
  try {
    return checkData[type](data) === data;
  } catch (error) {
    if (error instanceof EstateError) return false;
    throw error;
  }
}

/** A name with a dot at its end, or in the estate's domain, is absolute; one without a domain is put into it. */
export function absoluteName(name: string, domain: string | null): string {
  const lower = checkDomain(name).toLowerCase();
  const zone = domain?.toLowerCase() ?? null;
  const isRelative = !name.endsWith('.') && zone !== null && lower !== zone && !lower.endsWith(`.${zone}`);
  const hasOwnDomain = lower.replace(/^(?:_[^.]+\.)+/, '').includes('.');
  return isRelative && !hasOwnDomain ? `${lower}.${zone}` : lower;
}

function checkType(type: string): DnsRecordType {
  const wanted = type.toUpperCase();
  const found = types.find((each) => each === wanted);
  if (found !== undefined) return found;
  throw new EstateError('invalid', `"${type}" is no record type of the estate's zone: ${types.join(', ')}.`);
}

function checkTtl(ttl: number): number {
  if (Number.isInteger(ttl) && ttl >= 0 && ttl <= 0x7fff_ffff) return ttl;
  throw new EstateError('invalid', 'A TTL is a whole number of seconds, 0 to 2147483647.');
}

const checkData: Readonly<Record<DnsRecordType, (data: string) => string>> = {
  SRV: srvData,
  A: (data) => {
    if (/^(?:\d{1,3}\.){3}\d{1,3}$/.test(data) && data.split('.').every((part) => Number(part) <= 255))
      return data;
    throw badData('A', 'an IPv4 address', data);
  },
  AAAA: (data) => {
    if (/^[0-9a-f:.]{2,45}$/i.test(data) && data.includes(':')) return data.toLowerCase();
    throw badData('AAAA', 'an IPv6 address', data);
  },
  TXT: (data) => {
    if (/^\P{Cc}{0,255}$/u.test(data)) return data;
    throw badData('TXT', 'at most 255 characters of one line', data);
  },
  CNAME: (data) => checkDomain(data),
};

function srvData(data: string): string {
  const [priority = '', weight = '', port = '', target = '', ...rest] = data.split(/\s+/);
  const numbers = [priority, weight, port];
  const isSrv =
    numbers.every((each) => /^\d{1,5}$/.test(each) && Number(each) <= 65_535) && rest.length === 0;
  if (!isSrv || target === '') throw badData('SRV', 'PRIORITY WEIGHT PORT TARGET', data);
  return `${numbers.map(Number).join(' ')} ${checkDomain(target)}`;
}

function badData(type: DnsRecordType, wanted: string, data: string): EstateError {
  return new EstateError('invalid', `"${data}" is no data of a record ${type}: ${wanted}.`);
}
