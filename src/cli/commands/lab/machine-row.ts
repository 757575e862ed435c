import * as z from 'zod';
import type { Catalogue } from '../../../licensing/catalogue/types';
import { licenseStatuses, licenseStatusName } from '../../../licensing/license-status';
import { isSetAside } from '../../../lab/clockwork/due';
import type { StoredMachine } from '../../../lab/estate/store-port';
import { licenseStatusCode, type MachineState, type ProductState } from '../../../lab/model/state';
import { currentSubscription } from '../../../lab/model/subscription';
import { isoOrNull, isoTime } from './fields';

const licenseStatus = z.object({ code: z.int(), name: z.string() });

/** A machine's subscription, with the numbers of SubscriptionType and SubscriptionStatus. */
export const subscriptionRow = z.object({
  edition: z.string(),
  type: z.int(),
  status: z.int(),
  expiresAt: isoTime.nullable(),
});
export const firewallRow = z.object({ ports: z.array(z.int()), wmi: z.boolean() });

/** As it is at the estate's time `now`. */
export function subscriptionRowOf(
  machine: MachineState,
  now: number,
): z.infer<typeof subscriptionRow> | null {
  const subscription = currentSubscription(machine, now);
  if (subscription === null) return null;
  const { edition, type, status, endsAt } = subscription;
  return { edition, type, status, expiresAt: isoOrNull(endsAt) };
}

export function firewallRowOf({ firewall }: MachineState): z.infer<typeof firewallRow> | null {
  return firewall == null ? null : { ports: [...firewall.ports], wmi: firewall.wmi };
}

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
  /** What grants the edition by subscription; null: nothing does. */
  subscription: subscriptionRow.nullable(),
  /** TCP ports and WMI that a firewall lets in; null: nothing is blocked. */
  firewall: firewallRow.nullable(),
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

/** The JSON form of a machine at the estate's time `now`. */
export function machineRowOf(machine: StoredMachine, catalogue: Catalogue, now: number): MachineRow {
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
    subscription: subscriptionRowOf(state, now),
    firewall: firewallRowOf(state),
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
