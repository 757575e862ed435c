import {
  type AddressPublication,
  type PublicationPlan,
  type ServicePublication,
} from '../../dns/publication';
import { publishedTtl, type PublishedRecord, type PublishPlan } from '../engine/publish-plan';

/** A host's publish plan as the DNS publisher takes it: the SRV records one by one, the addresses gathered by name. */
export function toPublicationPlan(plan: PublishPlan): PublicationPlan {
  const ttl = Math.max(...plan.records.map((record) => record.ttl), 0);
  return {
    services: plan.records.flatMap(serviceOf),
    addresses: gatherAddresses(plan.records),
    ttl: plan.records.length === 0 ? publishedTtl : ttl,
  };
}

function serviceOf(record: PublishedRecord): ServicePublication[] {
  if (record.type !== 'SRV') return [];
  const { zone, priority, weight, port, target } = record;
  return [{ domain: zone, priority, weight, port, target }];
}

function gatherAddresses(records: readonly PublishedRecord[]): AddressPublication[] {
  const byName = new Map<string, string[]>();
  for (const record of records) {
    if (record.type === 'SRV') continue;
    byName.set(record.name, [...(byName.get(record.name) ?? []), record.address]);
  }
  return [...byName].map(([name, addresses]) => ({ name, addresses }));
}
