import { parseDmtf } from './dmtf';
import type { Instance } from './provider';
import { numberOf, textOf } from './values';

/** What SubscriptionType says where there is a subscription; machines without one report 120 or lack the property. */
const subscriptionTypes: Readonly<Record<number, string>> = {
  0: 'User based subscription',
  1: 'Device based subscription',
  2: 'Azure based subscription',
};

/** SubscriptionStatus by number; every other number is "Not active". */
const subscriptionStatuses: Readonly<Record<number, string>> = {
  1: 'Active',
  100: 'Disabled',
  120: 'Expired',
};

/** How good a status is. */
export type SubscriptionMood = 'active' | 'inactive' | 'ended';

/** The subscription by which an edition is granted. */
export interface SubscriptionFacts {
  readonly edition: string;
  /** 0 user, 1 device, 2 Azure. */
  readonly type: number;
  readonly status: number;
  /** As the machine writes it; "" where it is not known. */
  readonly expiry: string;
}

/** Reads the service's subscription; null where it has none. */
export function subscriptionOf(service: Instance<'SoftwareLicensingService'>): SubscriptionFacts | null {
  const type = numberOf(service.SubscriptionType);
  if (type === null || !Object.hasOwn(subscriptionTypes, type)) return null;
  const expiry = textOf(service.SubscriptionExpiry).trim();
  return {
    edition: textOf(service.SubscriptionEdition),
    type,
    status: numberOf(service.SubscriptionStatus) ?? 0,
    expiry: expiry.toLowerCase() === '<unspecified>' ? '' : expiry,
  };
}

export function subscriptionTypeName(type: number): string {
  return subscriptionTypes[type] ?? 'Unknown';
}

export function subscriptionStatusName(status: number): string {
  return subscriptionStatuses[status] ?? 'Not active';
}

export function subscriptionMood(status: number): SubscriptionMood {
  if (status === 1) return 'active';
  return status === 100 || status === 120 ? 'ended' : 'inactive';
}

/** The end of a subscription as epoch milliseconds; null where the machine's text is no date of a known form. */
export function subscriptionEnd({ expiry }: SubscriptionFacts): number | null {
  const text = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d)?$/.test(expiry)
    ? `${expiry.replace(' ', 'T')}Z`
    : expiry;
  if (!/^\d{4}-\d\d-\d\d/.test(text)) return parseDmtf(text);
  const instant = Date.parse(text);
  return Number.isNaN(instant) ? null : instant;
}
