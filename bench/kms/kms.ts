/**
 * The emulated KMS host over loopback, durable: requests per second against a plain TCP server that answers as many
 * bytes (the limit) and impacket's RPC server with an equally empty call; latency; 1 to 1,000 connections; memory with
 * many remembered requests. All servers are processes of their own and are asked by the same clients, in turn, the
 * order changing from round to round; a ratio is the median of the rounds' ratios. About two minutes by default.
 * Usage: npm run bench:kms -- [SECONDS OF A ROUND] [ROUNDS] [REMEMBERED REQUESTS]
 */
import { hostAnswerBatch } from '../../src/serve/kms-host/answer-batch';
import { openGroupCommit } from '../../src/lab/store/group-commit';
import { loadRequests } from '../../src/serve/kms-host/load-clients';
import { type LoadReport, runLoad } from '../../src/kms/net/load';
import { catalogue } from '../../src/licensing/catalogue/catalogue';
import { DiskEstate, estateNow } from '../../test/serve/kms-host/support';
import { freePort } from '../../test/fixtures/ports';
import { type MeasuredServer, startHost, startImpacket, startLimit } from './servers';

const seconds = Number(process.argv[2] ?? 2);
const rounds = Number(process.argv[3] ?? 5);
const remembered = Number(process.argv[4] ?? 1_000_000);
const rememberedClients = 50_000;
const warmUpMs = 1000;

interface Way {
  readonly name: string;
  readonly connections: number | null;
  readonly parallel: number;
}

interface Measured {
  readonly perSecond: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly cpuMicros: number;
}

function load(port: number, way: Way, durationMs = seconds * 1000): Promise<LoadReport> {
  const clients = { catalogue: catalogue(), product: 'Windows 7 Enterprise', clients: 1000, run: 7 };
  return runLoad({
    endpoint: { host: '127.0.0.1', port },
    request: loadRequests({ ...clients, now: () => estateNow }),
    connections: way.connections,
    parallel: way.parallel,
    rate: null,
    durationMs,
  });
}

async function measure(server: MeasuredServer, way: Way): Promise<Measured> {
  const before = server.cpuSeconds();
  const report = await load(server.port, way);
  if (report.failed > 0) console.log(`  (${report.failed} failed: ${JSON.stringify(report.failures)})`);
  const cpuMicros = ((server.cpuSeconds() - before) / Math.max(report.answered, 1)) * 1e6;
  const { p50, p95, p99 } = report.latencyMs;
  return { perSecond: report.perSecond, p50, p95, p99, cpuMicros };
}

interface Comparison {
  /** Middle, least and greatest of the rounds' ratios of throughput. */
  readonly ratio: { readonly middle: number; readonly least: number; readonly greatest: number };
  readonly ours: Measured;
  readonly theirs: Measured;
}

/** Rounds of both servers in turn (A B, B A, …), so that what else the computer does meets both of them. */
async function compare(host: MeasuredServer, other: MeasuredServer, way: Way): Promise<Comparison> {
  for (const server of [host, other]) await load(server.port, way, warmUpMs);
  const pairs: { readonly ours: Measured; readonly theirs: Measured }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const early = round % 2 === 0 ? await measure(host, way) : null;
    const theirs = await measure(other, way);
    pairs.push({ ours: early ?? (await measure(host, way)), theirs });
  }
  const ratios = pairs.map(({ ours, theirs }) => ours.perSecond / theirs.perSecond);
  return {
    ratio: { middle: median(ratios), least: Math.min(...ratios), greatest: Math.max(...ratios) },
    ours: middleOf(pairs.map(({ ours }) => ours)),
    theirs: middleOf(pairs.map(({ theirs }) => theirs)),
  };
}

function middleOf(runs: readonly Measured[]): Measured {
  return {
    perSecond: median(runs.map((run) => run.perSecond)),
    p50: median(runs.map((run) => run.p50)),
    p95: median(runs.map((run) => run.p95)),
    p99: median(runs.map((run) => run.p99)),
    cpuMicros: median(runs.map((run) => run.cpuMicros)),
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function line(name: string, { perSecond, p50, p95, p99, cpuMicros }: Measured): string {
  const latency = [p50, p95, p99].map((value) => value.toFixed(2)).join(' / ');
  return `  ${name.padEnd(9)} ${perSecond.toFixed(0).padStart(6)}/s   p50/p95/p99 ${latency} ms   ${cpuMicros.toFixed(0)} µs CPU each`;
}

function told({ ratio: { middle, least, greatest } }: Comparison): string {
  return `${middle.toFixed(2)} (rounds: ${least.toFixed(2)} to ${greatest.toFixed(2)})`;
}

async function againstLimit(host: MeasuredServer, limit: MeasuredServer): Promise<void> {
  const ways = [
    { name: 'a connection per request', connections: null, parallel: 64, wanted: 0.7 },
    { name: '64 kept connections', connections: 64, parallel: 64, wanted: 0.5 },
  ];
  for (const way of ways) {
    const result = await compare(host, limit, way);
    console.log(`${way.name}: ${told(result)} of the limit; wanted: ${way.wanted}`);
    console.log(`${line('host', result.ours)}\n${line('limit', result.theirs)}`);
  }
}

async function againstImpacket(host: MeasuredServer): Promise<void> {
  const impacket = await startImpacket();
  if (impacket === null) {
    console.log("impacket: skipped, Debian's python3-impacket is not installed");
    return;
  }
  // Its server serves one connection after the other.
  const ways = [
    { name: 'a connection per request, one at a time', connections: null, parallel: 1 },
    { name: 'one kept connection', connections: 1, parallel: 1 },
  ];
  for (const way of ways) {
    const result = await compare(host, impacket, way);
    console.log(`${way.name}: ${told(result)} times impacket's server`);
    console.log(`${line('host', result.ours)}\n${line('impacket', result.theirs)}`);
  }
  await impacket.stop();
}

async function overConnections(host: MeasuredServer, limit: MeasuredServer): Promise<void> {
  console.log('kept connections: host/s, limit/s, ratio, p99 of the host (one round each)');
  for (const connections of [1, 4, 16, 64, 256, 1000]) {
    const way = { name: String(connections), connections, parallel: connections };
    const ours = await measure(host, way);
    const theirs = await measure(limit, way);
    const ratio = (ours.perSecond / theirs.perSecond).toFixed(2);
    const numbers = [
      ours.perSecond.toFixed(0),
      theirs.perSecond.toFixed(0),
      ratio,
      `${ours.p99.toFixed(1)} ms`,
    ];
    console.log(`  ${way.name.padStart(5)}: ${numbers.join(', ')}`);
  }
}

async function memory(): Promise<void> {
  const estate = new DiskEstate();
  estate.addHost('KMS01', await freePort());
  const idle = await startHost(estate.home);
  const before = idle.residentMiB();
  await idle.stop();
  const batches = openGroupCommit(estate.home);
  const handle = hostAnswerBatch({
    batches,
    catalogue: catalogue(),
    machine: 'KMS01',
    realNow: Date.now,
  });
  const request = loadRequests({
    ...{ catalogue: catalogue(), product: 'Windows 7 Enterprise', clients: rememberedClients, run: 9 },
    now: () => estateNow,
  });
  const batch = 2000;
  for (let index = 0; index < remembered; index += batch) {
    await handle(Array.from({ length: Math.min(batch, remembered - index) }, (_, at) => request(index + at)));
  }
  await batches.close();
  const host = await startHost(estate.home);
  await load(host.port, { name: '', connections: 16, parallel: 16 }, 1000);
  const sizes = `${before.toFixed(0)} MiB fresh, ${host.residentMiB().toFixed(0)} MiB with them and under load`;
  console.log(`memory with ${remembered} remembered requests of ${rememberedClients} CMIDs: ${sizes}`);
  await host.stop();
  estate.remove();
}

async function main(): Promise<void> {
  const estate = new DiskEstate();
  estate.addHost('KMS01', await freePort());
  const host = await startHost(estate.home);
  const limit = await startLimit();
  await againstLimit(host, limit);
  await againstImpacket(host);
  await overConnections(host, limit);
  await host.stop();
  await limit.stop();
  estate.remove();
  await memory();
}

void main();
