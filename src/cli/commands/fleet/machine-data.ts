import * as z from 'zod';
import { daysUntil, isLicensed, isReached, type InventoryMachine } from '../../../fleet/inventory/machine';
import { licenseStatusName } from '../../../licensing/license-status';
import { isoOrNull } from '../lab/fields';

const instant = z.iso.datetime().nullable();
const text = z.string().nullable();
const status = z.object({ code: z.int(), name: z.string() });

export const machineProductData = z.object({
  activationId: z.string(),
  applicationId: z.string(),
  name: z.string(),
  channel: text,
  partialProductKey: text.describe('Last five characters'),
  licenseStatus: status,
  licenseStatusReason: text,
  expiresAt: instant,
  isAddon: z.boolean(),
  kmsHost: text.describe('The KMS host that it asks or asked last'),
  rearms: z.int().nullable(),
  hostCount: z.int().nullable().describe('Of a KMS host: its count'),
});

/** A machine of the inventory as documents carry it. */
export const machineData = z.object({
  id: z.int(),
  name: z.string(),
  licenseStatus: status.nullable().describe('Of the product that is worst off; null where it never answered'),
  licensed: z
    .boolean()
    .describe('All products were licensed when it last answered, and none has run out since'),
  reached: z.boolean().describe('The last attempt to read it succeeded'),
  daysRemaining: z.int().nullable(),
  expiresAt: instant.describe('The first end of a licence or grace among its products'),
  kind: text.describe('windows, simulated, snapshot; null where it never answered'),
  system: text,
  build: text,
  edition: text,
  uuid: text,
  clientMachineId: text,
  kmsSet: text.describe('The KMS host that is set on the machine'),
  rearms: z.int().nullable(),
  firstSeen: instant,
  lastSeen: instant.describe('Null where it never answered'),
  lastTried: instant,
  failure: z.object({ at: instant, step: text, hresult: text, message: z.string() }).nullable(),
  tags: z.record(z.string(), z.string()),
  products: z.array(machineProductData),
});

/** A machine's data; `now` in seconds. */
export function machineDataOf(machine: InventoryMachine, now: number): z.infer<typeof machineData> {
  const { id, name, kind, system, build, edition, uuid, kmsSet, rearms, failure, tags } = machine;
  return {
    id,
    name,
    licenseStatus: machine.status === null ? null : statusOf(machine.status),
    licensed: isLicensed(machine, now),
    reached: isReached(machine),
    daysRemaining: daysUntil(machine.expires, now),
    expiresAt: iso(machine.expires),
    ...{ kind, system, build, edition, uuid, clientMachineId: machine.cmid, kmsSet, rearms },
    firstSeen: iso(machine.firstSeen),
    lastSeen: iso(machine.lastSeen),
    lastTried: iso(machine.lastTried),
    failure: failure === null ? null : { ...failure, at: iso(failure.at) },
    tags: { ...tags },
    products: machine.products.map(productDataOf),
  };
}

function productDataOf(product: InventoryMachine['products'][number]): z.infer<typeof machineProductData> {
  const { activationId, applicationId, name, channel, partialKey, reason, isAddon, kmsHost } = product;
  return {
    ...{ activationId, applicationId, name, channel, isAddon, kmsHost },
    partialProductKey: partialKey,
    licenseStatus: statusOf(product.status),
    licenseStatusReason: reason,
    expiresAt: iso(product.expires),
    rearms: product.rearms,
    hostCount: product.hostCount,
  };
}

function statusOf(code: number): z.infer<typeof status> {
  return { code, name: licenseStatusName(code) };
}

/** Seconds since 1970 as documents write an instant. */
export function iso(seconds: number | null): string | null {
  return isoOrNull(seconds === null ? null : seconds * 1000);
}
