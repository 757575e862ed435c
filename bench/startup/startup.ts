/**
 * Start-up against a bare Node in the same run: `slmgr /?` and `slmgr /dli` on a simulated machine, medians of
 * interleaved runs. Ends non-zero where a ratio is above its limit. Usage: tsx bench/startup/startup.ts [RUNS]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const program = join(__dirname, '../../bin/slmgr');
const home = mkdtempSync(join(tmpdir(), 'slmgr-startup-'));
const env = { ...process.env, SLMGR_HOME: home };

interface Row {
  readonly name: string;
  readonly args: readonly string[];
  readonly status: number;
  /** Greatest ratio to the first row. */
  readonly limit: number | null;
  readonly times: number[];
}

const rows: readonly Row[] = [
  { name: 'node -e 0', args: ['-e', '0'], status: 0, limit: null, times: [] },
  { name: 'slmgr /?', args: [program, '/?'], status: 1, limit: 1.15, times: [] },
  { name: 'slmgr /dli', args: [program, '/dli'], status: 0, limit: 1.35, times: [] },
];

function run(row: Row): number {
  const begun = process.hrtime.bigint();
  const { status, stderr } = spawnSync(process.execPath, row.args, {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const took = Number(process.hrtime.bigint() - begun) / 1e6;
  if (status !== row.status)
    throw new Error(`${row.name} ended with ${status ?? 'a signal'}: ${String(stderr)}`);
  return took;
}

function median(times: readonly number[]): number {
  const sorted = [...times].sort((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function main(): void {
  const runs = Number(process.argv[2] ?? '41');
  try {
    for (const row of rows) run(row);
    for (let at = 0; at < runs; at += 1) for (const row of rows) row.times.push(run(row));
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
  const bare = median(rows[0]!.times);
  for (const { name, times, limit } of rows) {
    const ratio = median(times) / bare;
    const verdict =
      limit === null ? '' : ratio <= limit ? `  (limit ${limit}: met)` : `  (limit ${limit}: MISSED)`;
    console.log(
      `${name.padEnd(12)} ${median(times).toFixed(1).padStart(7)} ms  x${ratio.toFixed(2)}${verdict}`,
    );
    if (limit !== null && ratio > limit) process.exitCode = 1;
  }
  console.log(`median of ${runs} interleaved runs, Node ${process.versions.node}`);
}

main();
