import { type PublicationOutcome, type PublicationPlan } from './publication';
import { type Resolution, type SrvRecord } from './resolver';

/**
 * Port: the DNS that an estate's hosts publish to and its clients ask. Two kinds implement it: the zone that the
 * estate itself keeps, and a real DNS server.
 */
export interface EstateDns {
  readonly kind: 'built-in' | 'server';
  /** SRV records of the KMS hosts of a domain, or the error as Windows numbers it (K6.11). Never rejects for DNS. */
  resolveKmsService(domain: string): Promise<Resolution<SrvRecord>>;
  /** Addresses of a host name; an IP address resolves to itself. Never rejects for DNS. */
  resolveHost(name: string): Promise<Resolution<string>>;
  /** Publishes what a host's plan says; one outcome for each part. */
  publish(plan: PublicationPlan): Promise<readonly PublicationOutcome[]>;
  /** Takes it back. */
  unpublish(plan: PublicationPlan): Promise<readonly PublicationOutcome[]>;
}
