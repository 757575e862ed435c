import { labNamespaces } from '../../licensing/catalogue/namespaces';
import { formatUuid, uuid5 } from '../../licensing/catalogue/uuid5';
import type { Channel } from '../../licensing/catalogue/types';
import { digestBits, encodeBase32 } from './keys';
import { dayMs, type ModelContext } from './context';
import type { Cmid, MachineState } from './state';

/** A random GUID (version 4), lower case: a client machine ID (K2.1). */
export function newCmid(random: () => number): Cmid {
  const bytes = Uint8Array.from({ length: 16 }, () => Math.floor(random() * 256));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return formatUuid(bytes) as Cmid;
}

/** The machine to those who count machines: its name and its hardware. */
export function hardwareIdOf(machine: Pick<MachineState, 'name' | 'hardware'>): string {
  const text = `urn:slmgr:lab:hardware:${machine.name.toLowerCase()}:${String(machine.hardware)}`;
  return encodeBase32(digestBits(text, 80), 16);
}

/** UUID of the machine's board (SMBIOS), lower case; another one after a change of hardware. */
export function uuidOf(machine: Pick<MachineState, 'name' | 'hardware'>): string {
  return uuid5(labNamespaces.hardware, hardwareIdOf(machine));
}

const channelDigits: Record<Channel, string> = {
  retail: '00',
  oem: '02',
  gvlk: '03',
  mak: '03',
  csvlk: '03',
  evaluation: '04',
  avma: '05',
};

/** First group of a lab ePID: no real product has it (K14.2). */
export const labPidGroup = '99999';

function dayOfYear(at: number): string {
  const date = new Date(at);
  const first = Date.UTC(date.getUTCFullYear(), 0, 1);
  const day = Math.floor((at - first) / dayMs) + 1;
  return `${String(day).padStart(3, '0')}${String(date.getUTCFullYear()).padStart(4, '0')}`;
}

function digits(random: () => number, count: number): string {
  return Array.from({ length: count }, () => String(Math.floor(random() * 10))).join('');
}

/**
 * A synthetic extended PID in the layout of printed ones (K14.2): 5-5-3-6-2 digits, language, build.0000, day and
 * year of the installation.
 */
export function newExtendedPid(machine: MachineState, channel: Channel, context: ModelContext): string {
  const { random, now } = context;
  const build = machine.version.split('.')[2] ?? '0';
  return [
    labPidGroup,
    digits(random, 5),
    digits(random, 3),
    digits(random, 6),
    channelDigits[channel],
    String(machine.lcid),
    `${build}.0000`,
    dayOfYear(now),
  ].join('-');
}
