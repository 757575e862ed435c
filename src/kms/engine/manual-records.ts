import { kmsServiceName, type PublishedRecord } from './publish-plan';

/** A name in a zone file: what is not plain is written in decimal, as RFC 1035 (5.1) has it. */
function bindName(name: string): string {
  return Buffer.from(name).reduce((text, byte) => {
    const letter = String.fromCharCode(byte);
    return text + (/[\w.-]/.test(letter) ? letter : `\\${String(byte).padStart(3, '0')}`);
  }, '');
}

function bindLine(record: PublishedRecord): string {
  const head = `${bindName(record.name)}. ${String(record.ttl)} IN ${record.type}`;
  if (record.type !== 'SRV') return `${head} ${plainAddress(record.address)}`;
  const numbers = [record.priority, record.weight, record.port].map(String).join(' ');
  return `${head} ${numbers} ${bindName(record.target)}.`;
}

/** Lines of a BIND zone file, absolute names, one record each (K7.1). */
export function bindLines(records: readonly PublishedRecord[]): readonly string[] {
  return records.map(bindLine);
}

/** An address has nothing in it that could be anything else. */
function plainAddress(address: string): string {
  return address.replace(/[^0-9a-f:.]/gi, '');
}

/**
 * A text for PowerShell: as it is where it is plain; else in single quotes, in which nothing is replaced or run, every
 * quotation mark that ends them doubled (typographic ones do, too) and control characters put in by number.
 */
function powershellText(text: string): string {
  if (/^[\w.:-]*$/.test(text)) return `"${text}"`;
  const quoted = `'${text.replace(/['\u2018-\u201b]/g, '$&$&')}'`;
  const safe = quoted.replace(/[\p{Cc}\u2028\u2029]/gu, (letter) => `' + [char]${letter.charCodeAt(0)} + '`);
  return safe === quoted ? quoted : `(${safe})`;
}

/** The name of a record relative to its zone, as Windows' DNS commands want it. */
function relativeName(record: PublishedRecord): string {
  if (record.type === 'SRV') return kmsServiceName;
  const suffix = `.${record.zone}`;
  return record.name.endsWith(suffix) ? record.name.slice(0, -suffix.length) : record.name;
}

function windowsLine(record: PublishedRecord): string {
  const common = `-ZoneName ${powershellText(record.zone)} -Name ${powershellText(relativeName(record))}`;
  const ttl = `-TimeToLive ([TimeSpan]::FromSeconds(${String(record.ttl)}))`;
  switch (record.type) {
    case 'SRV':
      return (
        `Add-DnsServerResourceRecord -Srv ${common} -DomainName ${powershellText(`${record.target}.`)} -Priority ${record.priority} ` +
        `-Weight ${record.weight} -Port ${record.port} ${ttl}`
      );
    case 'A':
      return `Add-DnsServerResourceRecordA ${common} -IPv4Address "${plainAddress(record.address)}" ${ttl}`;
    case 'AAAA':
      return `Add-DnsServerResourceRecordAAAA ${common} -IPv6Address "${plainAddress(record.address)}" ${ttl}`;
  }
}

/** Commands for Windows' DNS server (PowerShell module DnsServer), one record each. */
export function windowsDnsLines(records: readonly PublishedRecord[]): readonly string[] {
  return records.map(windowsLine);
}
