import { isIP } from 'node:net';
import * as z from 'zod';
import { bindLines, windowsDnsLines } from '../../../kms/engine/manual-records';
import {
  recordsOfHost,
  unpublishHost,
  type HostRecordPorts,
  type Unpublished,
} from '../../../serve/network/host-records';
import { unpublishRetiredHost } from '../../../serve/network/retired-host';
import { findMachine } from '../../../lab/estate/machines';
import { sqliteDriver } from '../../../lab/store/drivers';
import { formatHresult } from '../../../licensing/hresult';
import type { Console } from '../../console';
import { defineCommand, UsageError, type CommandResult } from '../../framework/command';
import { flag, single } from '../../framework/fields';
import { machineName, machineWord } from '../lab/fields';
import { withLaboratory } from '../../targets/laboratory';
import { dataFolder } from './home';

const address = single(z.string().refine((value) => isIP(value) !== 0, 'must be an IP address'));

const record = z.object({
  name: z.string(),
  zone: z.string(),
  type: z.enum(['SRV', 'A', 'AAAA']),
  ttl: z.int(),
  priority: z.int().optional(),
  weight: z.int().optional(),
  port: z.int().optional(),
  target: z.string().optional(),
  address: z.string().optional(),
});

/** slmgr kms dns-record NAME --bind|--windows */
export const kmsDnsRecord = defineCommand({
  name: 'kms dns-record',
  summary: 'Print the DNS records of a KMS host for manual creation',
  description:
    'Lines of a BIND zone file, or commands of the PowerShell module DnsServer for a Windows DNS server. Domains, ' +
    'priority and weight are those of DnsDomainPublishList where the host has one. The address is the one that the ' +
    'host listens on while "slmgr kms serve" runs, or the one of --advertise.',
  positionals: [machineWord],
  options: ['bind', 'windows', 'advertise'],
  examples: [
    { line: 'slmgr kms dns-record KMS01 --bind', does: '_vlmcs._tcp.lab.example. 3600 IN SRV 0 0 1688 ...' },
    {
      line: 'slmgr kms dns-record KMS01 --windows --advertise 192.0.2.10',
      does: 'Add-DnsServerResourceRecord ...',
    },
  ],
  data: z.object({ machine: z.string(), records: z.array(record), lines: z.array(z.string()) }),
  input: z.object({ name: machineName, bind: flag, windows: flag, advertise: address.optional() }),
  run: async ({ name, bind, windows, advertise }, context) => {
    if (bind === windows) throw new UsageError('Say either --bind or --windows.');
    const { machine, records, served } = await withLaboratory(context, ({ store }) =>
      recordsOfHost(portsOf(store, context.console), name, advertise === undefined ? [] : [advertise]),
    );
    const lines = bind ? bindLines(records) : windowsDnsLines(records);
    const isMadeUp = !served && advertise === undefined;
    const note = `${machine} is not served: its address is the lab's own (--advertise ADDR names another).`;
    if (isMadeUp && context.console.errIsTerminal) context.console.err(`slmgr: ${note}\n`);
    return {
      data: { machine, records: [...records], lines: [...lines] },
      text: () => lines.map((line) => `${line}\n`).join(''),
      messages: isMadeUp ? [note] : [],
      target: { kind: 'simulated', machine },
    };
  },
});

/** slmgr kms unpublish NAME */
export const kmsUnpublish = defineCommand({
  name: 'kms unpublish',
  summary: "Remove a KMS host's records from DNS",
  description:
    'Hosts never remove their records of themselves. The SRV records of this host in its domains and the addresses of its ' +
    'name go; those of other hosts stay. A machine that was removed from the estate is looked for in the domains of the ' +
    'estate. A host that goes on publishing (slmgr /cdns ends it) comes back within a day.',
  positionals: [machineWord],
  options: [],
  examples: [{ line: 'slmgr kms unpublish KMS01', does: 'clients find it no more' }],
  data: z.object({
    machine: z.string(),
    domains: z.array(
      z.object({ domain: z.string(), hresult: z.string().nullable(), problem: z.string().nullable() }),
    ),
  }),
  input: z.object({ name: machineName }),
  run: async ({ name }, context) =>
    unpublished(
      await withLaboratory(context, async (laboratory) => {
        const { store } = laboratory;
        const isThere = store.read((reader) => findMachine(reader, name) !== null);
        const retired = isThere ? null : await unpublishRetiredHost(store, name);
        return retired ?? unpublishHost(portsOf(store, context.console), name);
      }),
    ),
});

function portsOf(store: HostRecordPorts['store'], console: Console): HostRecordPorts {
  return { store, driver: sqliteDriver(), home: dataFolder(console) };
}

function unpublished({ machine, domains }: Unpublished): CommandResult {
  const failed = domains.find(({ hresult }) => hresult !== 0);
  const lines = domains.map(({ domain, hresult, problem }) =>
    hresult === 0
      ? `Removed ${machine} from ${domain}.`
      : `${machine} is not removed from ${domain}: ${formatHresult(hresult)}: ${problem ?? ''}`,
  );
  return {
    data: {
      machine,
      domains: domains.map(({ domain, hresult, problem }) => ({
        domain,
        hresult: hresult === 0 ? null : formatHresult(hresult),
        problem,
      })),
    },
    text: () => lines.map((line) => `${line}\n`).join(''),
    messages: lines,
    exitCode: failed === undefined ? 0 : 1,
    hresult: failed?.hresult ?? null,
    target: { kind: 'simulated', machine },
  };
}
