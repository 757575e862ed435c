import * as z from 'zod';
import { createDnsClient } from '../../../dns/net/client';
import { systemServers } from '../../../dns/net/system';
import type { Discovered } from '../../../fleet/discovery/discovered';
import { dnsCandidates } from '../../../fleet/discovery/dns-candidates';
import { mostTargets } from '../../../fleet/targets/evaluate';
import { parseExpression } from '../../../fleet/targets/expression';
import { expandPattern, sizeOfPattern } from '../../../fleet/targets/ranges';
import { discoveryData, discoveryInput, discoveryOptions } from '../../fleet/conclude-discovery';
import { runDiscovery } from '../../fleet/run-discovery';
import { defineCommand } from '../../framework/command';
import { dnsServer } from '../../framework/dns-server';
import { duration, hostName, text } from '../../framework/fields';
import { Refusal } from '../../refusal';
import { rawOptions } from '../../targets/open-target';
import { remoteOptionNames } from '../../targets/remote-options';

const silenceMs = 5000;

/** slmgr fleet discover dns */
export const fleetDiscoverDns = defineCommand({
  name: 'fleet discover dns',
  summary: 'Find machines by DNS: SRV records, names with an address, a whole zone',
  description:
    'Asks for the SRV records of KMS hosts, domain controllers, Kerberos and SSH in the domain, for the addresses of the names that are ' +
    'given, and for the whole zone, which most servers give to their secondaries alone. Connects to no machine unless --scan says so. Ends ' +
    'with 0 where machines were found, 3 where something could not be asked or read, 4 where none was.',
  positionals: [
    { name: 'domain', summary: 'DNS domain' },
    {
      name: 'names',
      summary: 'Names to ask for, within the domain: PC-[001-050]',
      many: true,
      optional: true,
    },
  ],
  options: ['server', 'deadline', ...discoveryOptions, ...remoteOptionNames],
  examples: [
    {
      line: 'slmgr fleet discover dns corp.example',
      does: 'KMS hosts, domain controllers, and the zone where it is given',
    },
    {
      line: "slmgr fleet discover dns corp.example 'PC-[001-500]' --add",
      does: 'those of 500 names that have an address',
    },
    {
      line: 'slmgr fleet discover dns corp.example --server 192.0.2.53 --json',
      does: 'with another DNS server',
    },
  ],
  data: discoveryData,
  input: z.object({
    domain: hostName,
    names: z.array(text).default([]),
    server: dnsServer.optional(),
    deadline: duration.optional(),
    ...discoveryInput,
  }),
  run: (input, context) => {
    const servers = input.server === undefined ? systemServers() : [input.server];
    const names = namesOf(input.names);
    const search = (signal: AbortSignal): Promise<Discovered> =>
      dnsCandidates({
        dns: createDnsClient({ servers, signal }),
        domain: input.domain.replace(/\.$/, ''),
        names,
        transferFrom: input.server === undefined ? null : [input.server],
        timeoutMs: silenceMs,
        signal,
      }).catch((error: unknown) => {
        if (!(error instanceof Error && error.name === 'DnsError')) throw error;
        const { hresult } = error as unknown as { readonly hresult: Refusal['hresult'] };
        throw new Refusal(`${input.domain} was not searched: ${error.message}`, {
          cause: error,
          ...(hresult === null ? {} : { hresult }),
        });
      });
    return runDiscovery({ input, options: rawOptions(context), search }, context);
  },
});

/** Names with ranges, as expressions have them; who is known plays no part here. */
function namesOf(words: readonly string[]): readonly string[] {
  const found = words.flatMap((word) => {
    try {
      return parseExpression(word).steps.flatMap(({ operator, term, text: written }) => {
        if (operator !== ',' || term.kind !== 'names') {
          throw new Refusal(`${written} is no name that can be asked for: PC-001, PC-[001-050].`);
        }
        if (sizeOfPattern(term.pieces) > mostTargets)
          throw new Refusal(`${written} is more than ${mostTargets} names.`);
        return expandPattern(term.pieces);
      });
    } catch (error) {
      if (error instanceof Error && error.name === 'ExpressionError') {
        throw new Refusal(error.message, { cause: error });
      }
      throw error;
    }
  });
  if (found.length > mostTargets) throw new Refusal(`That is more than ${mostTargets} names.`);
  return [...new Set(found)];
}
