import * as z from 'zod';
import { parseServerAddress, type DnsServerAddress } from '../../dns/server-address';
import { single } from './fields';

/** The address of a DNS server: ADDR:PORT, ADDR, [IPv6]:PORT; port 53 where none is given. */
export const dnsServer: z.ZodType<DnsServerAddress> = single(
  z.string('an address is missing').transform((value, context) => {
    try {
      return parseServerAddress(value);
    } catch (error) {
      context.addIssue(error instanceof Error ? error.message : String(error));
      return z.NEVER;
    }
  }),
);
