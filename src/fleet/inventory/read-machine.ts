import { formatHresult, hresult } from '../../licensing/hresult';
import type { ProductFacts, ServiceFacts } from '../../licensing/facts';
import { isLicensingError, type LicensingProvider } from '../../licensing/provider';
import { systemValues, type SystemValue } from '../../licensing/system-values';
import { effectiveKmsPort } from '../../licensing/windows';
import { isRemoteFailure } from '../../remote/remote-failure';
import { readLicenses, type LicenseReading } from '../../verbs/check';
import type { MachineFailure, MachineReading, ProductObservation } from './observation';

/**
 * Reads what the inventory keeps of a machine: its service, every product with a key, and the system's name, build and
 * UUID where the way gives them. `now` is the reader's clock in epoch milliseconds: ends of licences are told by it.
 * @throws LicensingError where the licensing cannot be read
 */
export async function readMachine(
  name: string,
  provider: LicensingProvider,
  now: () => number,
): Promise<MachineReading> {
  return (await readMachineWithLicenses(name, provider, now)).reading;
}

/** {@link readMachine}, with the licences as the machine told them. */
export async function readMachineWithLicenses(
  name: string,
  provider: LicensingProvider,
  now: () => number,
): Promise<{ readonly reading: MachineReading; readonly licenses: LicenseReading }> {
  const licenses = await readLicenses(provider);
  const system = await readSystem(provider);
  const reading = { ...readingOf(name, licenses, now()), kind: provider.description.kind, ...system };
  return { reading, licenses };
}

function readingOf(
  name: string,
  { now: machineNow, service, products }: LicenseReading,
  now: number,
): Omit<MachineReading, 'kind' | 'uuid' | 'system' | 'edition'> {
  const behind = now - machineNow;
  return {
    outcome: 'read',
    name,
    at: seconds(now),
    cmid: lowerOrNull(service.clientMachineId),
    build: textOrNull(service.version),
    kmsSet: hostText(service.kmsMachine, service.kmsPort),
    rearms: service.remainingWindowsRearmCount,
    products: products.map((product) => productOf(product, service, behind)),
  };
}

function productOf(product: ProductFacts, service: ServiceFacts, behind: number): ProductObservation {
  const { kmsClient, kmsHost } = product;
  return {
    activationId: product.activationId.toLowerCase(),
    applicationId: product.applicationId.toLowerCase(),
    name: product.name,
    channel: textOrNull(product.productKeyChannel) ?? describedChannels[product.channel],
    partialKey: textOrNull(product.partialProductKey)?.slice(-5) ?? null,
    status: product.licenseStatus,
    reason: product.licenseStatusReason === 0 ? null : formatHresult(hresult(product.licenseStatusReason)),
    expires: product.expiresAt === null ? null : seconds(product.expiresAt + behind),
    isAddon: product.isAddon === true,
    kmsHost:
      product.channel !== 'kms-client'
        ? null
        : (hostText(kmsClient.registeredMachine, kmsClient.registeredPort) ??
          hostText(service.kmsMachine, service.kmsPort) ??
          hostText(kmsClient.discoveredMachine, kmsClient.discoveredPort)),
    rearms: least(product.remainingAppRearmCount, product.remainingSkuRearmCount),
    hostCount: kmsHost === null ? null : kmsHost.currentCount,
  };
}

const describedChannels: Readonly<Record<ProductFacts['channel'], string | null>> = {
  'kms-client': 'Volume:GVLK',
  'kms-host': 'Volume:CSVLK',
  mak: 'Volume:MAK',
  'time-based': 'Retail:TB:Eval',
  'automatic-vm': 'AVMA',
  other: null,
};

function least(...numbers: readonly (number | null)[]): number | null {
  const known = numbers.filter((each): each is number => each !== null && each >= 0);
  return known.length === 0 ? null : Math.min(...known);
}

/** HOST, or HOST:PORT where the port is not the usual one; in lower case, as names of hosts compare. */
function hostText(host: string, port: number | null): string | null {
  if (host.trim() === '') return null;
  const used = effectiveKmsPort(port);
  return `${host.trim().toLowerCase()}${used === effectiveKmsPort(null) ? '' : `:${used}`}`;
}

async function readSystem(
  provider: LicensingProvider,
): Promise<Pick<MachineReading, 'uuid' | 'system' | 'edition'>> {
  const value = async ({ key, value: name }: SystemValue): Promise<string | null> => {
    try {
      return textOrNull((await provider.registry.getString(key, name)).data ?? '');
    } catch (error) {
      // Some ways give no registry; the licensing is what matters.
      if (isLicensingError(error)) return null;
      throw error;
    }
  };
  return {
    uuid: uuidOf(await value(systemValues.uuid)),
    system: await value(systemValues.productName),
    edition: await value(systemValues.edition),
  };
}

/** UUIDs of boards whose maker wrote none: they tell nobody apart. */
const emptyUuid = /^(?:0{8}-(?:0{4}-){3}0{12}|f{8}-(?:f{4}-){3}f{12}|03000200-0400-0500-0006-000700080009)$/;

function uuidOf(text: string | null): string | null {
  const uuid = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/.exec(text?.toLowerCase() ?? '')?.[0] ?? null;
  return uuid === null || emptyUuid.test(uuid) ? null : uuid;
}

/** That a machine could not be read; null for an error that is none of the way, the machine or the words. */
export function failureOf(name: string, error: unknown, now: number): MachineFailure | null {
  if (!(error instanceof Error)) return null;
  const facts = { outcome: 'failed', name, at: seconds(now), message: error.message } as const;
  if (isRemoteFailure(error)) {
    return { ...facts, step: error.step, hresult: formatHresult(error.hresult) };
  }
  if (isLicensingError(error)) return { ...facts, step: null, hresult: formatHresult(error.hresult) };
  return null;
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}

function textOrNull(text: string): string | null {
  return text.trim() === '' ? null : text.trim();
}

function lowerOrNull(text: string): string | null {
  return textOrNull(text)?.toLowerCase() ?? null;
}
