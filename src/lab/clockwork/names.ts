import type { MachineState } from '../model/state';

/** A machine's full name: with its primary DNS suffix, or the AD domain where it has no suffix; its name alone else. */
export function fullName(machine: Pick<MachineState, 'name' | 'dns' | 'domain'>): string {
  const suffix = machine.dns.primary ?? machine.domain;
  return suffix === null || suffix === '' ? machine.name : `${machine.name}.${suffix}`;
}

/** The first label of a host name in lower case: the only machine that the name can mean. */
export function firstLabel(hostName: string): string {
  return (hostName.split('.', 1)[0] ?? '').toLowerCase();
}

/** Whether a host name means the machine: NAME, or NAME.domain with a domain of the machine, in any case. */
export function isNameOf(hostName: string, machine: Pick<MachineState, 'name' | 'dns' | 'domain'>): boolean {
  const wanted = hostName.toLowerCase().replace(/\.$/, '');
  const name = machine.name.toLowerCase();
  if (wanted === name) return true;
  return [machine.dns.primary, machine.domain].some(
    (suffix) => suffix !== null && wanted === `${name}.${suffix.toLowerCase().replace(/\.$/, '')}`,
  );
}

/**
 * The address of a machine that has no socket: one of 198.18.0.0/15, the range for tests of network devices
 * (RFC 2544), always the same for the same name.
 */
export function simulatedAddress(name: string): string {
  let hash = 0x811c9dc5;
  for (const char of name.toLowerCase())
    hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  const host = 1 + (hash % 0x1fffe);
  return `198.${String(18 + (host >>> 16))}.${String((host >>> 8) & 0xff)}.${String(host & 0xff)}`;
}
