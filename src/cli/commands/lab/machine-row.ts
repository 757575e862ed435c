import * as z from 'zod';
import type { Catalogue } from '../../../licensing/catalogue/types';
import { licenseStatuses, licenseStatusName } from '../../../licensing/license-status';
import { isSetAside } from '../../../lab/clockwork/due';
import type { StoredMachine } from '../../../lab/estate/store-port';
import { licenseStatusCode, type ProductState } from '../../../lab/model/state';
import { isoOrNull, isoTime } from './fields';

const licenseStatus = z.object({ code: z.int(), name: z.string() });

/** A machine as `lab list` and `lab show` have it. */
export const machineRow = z.object({
  name: z.string(),
  domain: z.string().nullable(),
  running: z.boolean(),
  virtual: z.boolean(),
  elevated: z.boolean(),
  restartWanted: z.boolean(),
  clientMachineId: z.string(),
  clockSkewSeconds: z.number(),
  slic: z.enum(['none', 'marker', 'no-marker']),
  /** Product key in the firmware (OEM:DM). */
  firmwareKey: z.string().nullable(),
  dnsSuffix: z.string().nullable(),
  rearmsRemaining: z.int(),
  nextDue: isoTime.nullable(),
  /** It stayed due whatever it did, and was set aside: it does nothing of itself until something changes it. */
  stuck: z.boolean(),
  products: z.array(
    z.object({
      product: z.string(),
      activationId: z.string(),
      channel: z.string(),
      partialProductKey: z.string().nullable(),
      licenseStatus,
      expiresAt: isoTime.nullable(),
      kmsHost: z.boolean(),
    }),
  ),
});
export type MachineRow = z.infer<typeof machineRow>;

/** The JSON form of a machine. */
export function machineRowOf(machine: StoredMachine, catalogue: Catalogue): MachineRow {
  const { state, nextDue } = machine;
  return {
    name: state.name,
    domain: state.domain,
    running: state.running,
    virtual: state.virtual,
    elevated: state.elevated,
    restartWanted: state.restartWanted,
    clientMachineId: state.cmid,
    clockSkewSeconds: state.clockSkewMs / 1000,
    slic: state.slic,
    firmwareKey: state.firmwareKey ?? null,
    dnsSuffix: state.dns.primary,
    rearmsRemaining: state.windowsRearmsLeft,
    nextDue: isoOrNull(nextDue),
    stuck: isSetAside(machine),
    products: inUse(state.products).map((product) => productOf(product, catalogue)),
  };
}

/**
 * Without those whose key another channel of their edition has taken over, as a KMS host key does; the first of an
 * edition that has no key at all.
 */
export function inUse(products: readonly ProductState[]): readonly ProductState[] {
  return products.filter(
    (product) =>
      product.key !== null ||
      (product === products.find(({ edition }) => edition === product.edition) &&
        products.every(({ key, edition }) => key === null || edition !== product.edition)),
  );
}

export function productOf(product: ProductState, catalogue: Catalogue): MachineRow['products'][number] {
  const code = licenseStatusCode[product.license.status];
  return {
    product: catalogue.edition(product.edition).friendlyName,
    activationId: product.activationId,
    channel: product.channel,
    partialProductKey: product.key === null ? null : product.key.text.slice(-5),
    licenseStatus: { code, name: licenseStatusName(code) },
    expiresAt: isoOrNull(product.license.until),
    kmsHost: product.kmsHost !== null,
  };
}

/** A licence status in slmgr's word, short. */
export function statusWord(code: number): string {
  const known = Object.hasOwn(licenseStatuses, code) ? licenseStatuses[code as 0].label : String(code);
  return known.replace(/ \(.*|\.$/g, '');
}
