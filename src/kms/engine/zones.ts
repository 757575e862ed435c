import { type DnsZoneFacts } from './client-types';

/** A zone as it is compared and asked: without the last dot, lower case. */
function normalZone(zone: string): string {
  return zone.trim().replace(/\.+$/, '').toLowerCase();
}

function firstSuffix(facts: DnsZoneFacts): string {
  const primary = normalZone(facts.primarySuffix ?? '');
  if (primary !== '') return primary;
  return normalZone(facts.adDomain ?? facts.dhcpDomain ?? '');
}

/**
 * Zones to ask for SRV records, in order and each once: the `/skms-domain` zone alone where it is set (K6.8), else
 * the primary suffix, or without one the AD domain of a member and the DHCP domain of a workgroup machine, then the
 * suffix search list (K6.10). Empty: no suffix at all (0x8007007B, K6.11).
 */
export function zonesToAsk(facts: DnsZoneFacts): readonly string[] {
  const lookup = normalZone(facts.lookupDomain ?? '');
  if (lookup !== '') return [lookup];
  const zones = [firstSuffix(facts), ...facts.searchList.map(normalZone)];
  return [...new Set(zones.filter((zone) => zone !== ''))];
}
