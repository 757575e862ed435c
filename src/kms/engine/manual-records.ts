import { kmsServiceName, type PublishedRecord } from './publish-plan';

function bindLine(record: PublishedRecord): string {
  const head = `${record.name}. ${String(record.ttl)} IN ${record.type}`;
  if (record.type !== 'SRV') return `${head} ${record.address}`;
  const numbers = [record.priority, record.weight, record.port].map(String).join(' ');
  return `${head} ${numbers} ${record.target}.`;
}

/** Lines of a BIND zone file, absolute names, one record each (K7.1). */
export function bindLines(records: readonly PublishedRecord[]): readonly string[] {
  return records.map(bindLine);
}

/** The name of a record relative to its zone, as Windows' DNS commands want it. */
function relativeName(record: PublishedRecord): string {
  if (record.type === 'SRV') return kmsServiceName;
  const suffix = `.${record.zone}`;
  return record.name.endsWith(suffix) ? record.name.slice(0, -suffix.length) : record.name;
}

function windowsLine(record: PublishedRecord): string {
  const common = `-ZoneName "${record.zone}" -Name "${relativeName(record)}"`;
  const ttl = `-TimeToLive ([TimeSpan]::FromSeconds(${String(record.ttl)}))`;
  switch (record.type) {
    case 'SRV':
      return (
        `Add-DnsServerResourceRecord -Srv ${common} -DomainName "${record.target}." -Priority ${record.priority} ` +
        `-Weight ${record.weight} -Port ${record.port} ${ttl}`
      );
    case 'A':
      return `Add-DnsServerResourceRecordA ${common} -IPv4Address "${record.address}" ${ttl}`;
    case 'AAAA':
      return `Add-DnsServerResourceRecordAAAA ${common} -IPv6Address "${record.address}" ${ttl}`;
  }
}

/** Commands for Windows' DNS server (PowerShell module DnsServer), one record each. */
export function windowsDnsLines(records: readonly PublishedRecord[]): readonly string[] {
  return records.map(windowsLine);
}
