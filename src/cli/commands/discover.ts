import * as z from 'zod';
import {
  discoverKmsHosts,
  problemLine,
  type DiscoveredHost,
  type DiscoveryProblem,
  type DiscoveryReport,
} from '../../kms/discovery/discover';
import { findingWords } from '../../kms/discovery/probe';
import { formatHresult } from '../../licensing/hresult';
import { defineCommand, type CommandResult, type Style } from '../framework/command';
import { dnsServer } from '../framework/dns-server';
import { hostName } from '../framework/fields';
import { harmlessText } from '../../transports/harmless-text';
import { coloured, plain, table } from '../output/table';
import { planDiscovery, type DnsSource } from '../targets/discovery';

const finding = z.enum([
  'emulated-host',
  'rpc-refuses-interface',
  'not-rpc',
  'hung-up',
  'closed',
  'silent',
  'unresolved',
]);
const problem = z.object({ hresult: z.string(), message: z.string() }).nullable();

const data = z.object({
  /** The domain whose records these are; null where no domain has any. */
  domain: z.string().nullable(),
  dns: z.object({ kind: z.enum(['server', 'estate', 'system']), servers: z.array(z.string()) }),
  /** Domains asked, in order. */
  asked: z.array(z.object({ domain: z.string(), problem })),
  /** In the order in which a client would try them. */
  hosts: z.array(
    z.object({
      priority: z.int(),
      weight: z.int(),
      port: z.int(),
      target: z.string(),
      finding,
      reachable: z.boolean(),
      addresses: z.array(z.object({ address: z.string(), finding, latencyMs: z.number() })),
      problem,
    }),
  ),
  /** Records beyond the first 128, which were not probed. */
  leftOut: z.int(),
  problem,
});

/** slmgr discover [DOMAIN] */
export const discover = defineCommand({
  name: 'discover',
  summary: 'Find the KMS hosts of an organisation by their SRV records, and see what answers there',
  description:
    'Resolves each host of _vlmcs._tcp.DOMAIN, orders them as a client tries them, and probes each address by TCP and one ' +
    "RPC bind of this program's own interface, nothing more: an emulated host takes it, a genuine one refuses it. Without " +
    'DOMAIN: the domain of the estate, or those of this computer. Ends with 0 where all hosts can be reached, 1 where ' +
    'some cannot, 2 where none can, 3 without records or DNS.',
  positionals: [{ name: 'domain', summary: 'DNS domain', optional: true }],
  options: ['server', 'tsv'],
  examples: [
    { line: 'slmgr discover corp.example', does: 'with the DNS of this computer' },
    { line: 'slmgr discover corp.example --server 192.0.2.53:53 --json', does: 'with another DNS server' },
  ],
  data,
  input: z.object({ domain: hostName.optional(), server: dnsServer.optional() }),
  run: async ({ domain, server }, { console }) => {
    const plan = planDiscovery(console, domain ?? null, server ?? null);
    try {
      return shown(await discoverKmsHosts(plan, plan.domains), plan.source);
    } finally {
      plan.close();
    }
  },
});

function shown(report: DiscoveryReport, source: DnsSource): CommandResult {
  const { status } = report;
  return {
    data: jsonOf(report, source),
    text: (style) => textOf(report, style),
    table: { head, rows: report.hosts.flatMap((host) => rowsOf(host, plain)) },
    exitCode: status,
    hresult: report.problem?.hresult ?? null,
    messages: [summaryOf(report)],
  };
}

function jsonOf(report: DiscoveryReport, source: DnsSource): z.infer<typeof data> {
  const { domain, asked, hosts, leftOut } = report;
  return {
    domain,
    dns: { kind: source.kind, servers: [...source.servers] },
    asked: asked.map((each) => ({ domain: each.domain, problem: problemJson(each.problem) })),
    hosts: hosts.map(({ priority, weight, port, target, ...host }) => ({
      priority,
      weight,
      port,
      target,
      finding: host.finding,
      reachable: host.reachable,
      addresses: host.addresses.map((each) => ({ ...each })),
      problem: problemJson(host.problem),
    })),
    leftOut,
    problem: problemJson(report.problem),
  };
}

function problemJson(given: DiscoveryProblem | null): z.infer<typeof problem> {
  return given === null ? null : { hresult: formatHresult(given.hresult), message: given.message };
}

function textOf(report: DiscoveryReport, style: Style): string {
  const summary = `${harmlessText(summaryOf(report))}\n`;
  if (report.hosts.length === 0) return summary;
  const rows = report.hosts.flatMap((host) => rowsOf(host, style));
  return `${table(head, rows, style)}\n${summary}`;
}

const head = ['Priority', 'Weight', 'Host', 'Port', 'Address', 'ms', 'Finding'];

type Row = readonly (string | number | null)[];

/** A line for each address of a host. */
function rowsOf(
  { priority, weight, target, port, addresses, problem: why }: DiscoveredHost,
  style: Style,
): Row[] {
  const record: Row = [priority, weight, target, port];
  if (addresses.length === 0) {
    const words = why === null ? 'the name has no address' : problemLine(why);
    return [[...record, null, null, coloured(words, 'bad', style)]];
  }
  return addresses.map(({ address, finding: found, latencyMs }) => [
    ...record,
    address,
    latencyMs,
    coloured(findingWords[found], moods[found], style),
  ]);
}

const moods = {
  'emulated-host': 'good',
  'rpc-refuses-interface': 'good',
  'not-rpc': 'bad',
  'hung-up': 'bad',
  closed: 'bad',
  silent: 'bad',
} as const;

function summaryOf({ domain, hosts, leftOut, problem: why }: DiscoveryReport): string {
  if (domain === null) return why === null ? 'No domain was asked.' : `No KMS host: ${problemLine(why)}`;
  const reached = hosts.filter(({ reachable }) => reachable).length;
  const more = leftOut === 0 ? '' : `; ${leftOut} more records were not probed`;
  return `${domain}: ${reached} of ${hosts.length} KMS hosts can be reached${more}`;
}
