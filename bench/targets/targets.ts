/**
 * Names of machines in great numbers: files that are read, expressions that are expanded and folded. Times are processor
 * time of processes of the built program less that of one that reads a file with one name, the least of the rounds, as a
 * busy machine makes everything slower and nothing faster. Ends non-zero where a limit is missed.
 * Usage: tsx bench/targets/targets.ts [ROUNDS]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { evaluate } from '../../src/fleet/targets/evaluate';
import { parseExpression } from '../../src/fleet/targets/expression';
import { foldNames } from '../../src/fleet/targets/fold';
import { joinSources } from '../../src/fleet/targets/known-targets';

const launcher = join(__dirname, '../../bin/slmgr');
const folder = mkdtempSync(join(tmpdir(), 'slmgr-bench-targets-'));
const rounds = Number(process.argv[2] ?? '3');

/** Runs the program; seconds of processor time, and its greatest memory in MiB. */
function run(file: string, expression = '@all'): readonly [seconds: number, mebibytes: number] {
  const words = ['targets', expression, '--targets', file, '--folded'];
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--require', join(folder, 'usage.cjs'), launcher, ...words],
    { env: { ...process.env, SLMGR_HOME: join(folder, 'home') }, encoding: 'utf8', maxBuffer: 1 << 26 },
  );
  if (status !== 0) throw new Error(`${file}: ${stderr}`);
  const [, seconds = '0', mebibytes = '0'] = /usage (\S+) (\S+)/.exec(stderr) ?? [];
  return [Number(seconds), Number(mebibytes)];
}

/** The least that names of a file cost: what is read is split, trimmed and kept in a Map. */
function bareSeconds(file: string): number {
  return timed(() => {
    const found = new Map<string, string>();
    for (const line of readFileSync(file, 'utf8').split('\n')) found.set(line.trim().toLowerCase(), line);
    return found.size;
  });
}

function ini(hosts: number): string {
  const lines = ['[all:vars]', 'ansible_user=admin'];
  for (let group = 0; group < hosts / 100; group += 1) {
    lines.push(`[g${group}]`);
    for (let at = 0; at < 100; at += 1) {
      const host = group * 100 + at;
      lines.push(
        `pc${host}.corp.example ansible_host=10.0.${(host >> 8) & 255}.${host & 255} site=s${group % 10}`,
      );
    }
    lines.push(`[g${group}:vars]`, `rack=r${group}`);
  }
  for (let region = 0; region < hosts / 1000; region += 1) {
    lines.push(`[region${region}:children]`);
    for (let at = 0; at < 10; at += 1) lines.push(`g${region * 10 + at}`);
  }
  return lines.join('\n');
}

function names(count: number): readonly string[] {
  return Array.from({ length: count }, (_each, at) => `pc-${String(at).padStart(6, '0')}.corp.example`);
}

function least(measure: () => number): number {
  return Math.min(...Array.from({ length: rounds }, measure));
}

function tell(what: string, seconds: number, limit: number, more = ''): void {
  const isMet = seconds <= limit;
  if (!isMet) process.exitCode = 1;
  console.log(
    `${what.padEnd(52)} ${seconds.toFixed(2)} s (limit ${limit}: ${isMet ? 'met' : 'MISSED'})${more}`,
  );
}

function timed(work: () => unknown): number {
  const begun = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1e6;
}

function main(): void {
  writeFileSync(
    join(folder, 'usage.cjs'),
    "process.on('exit', () => { const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage(); require('fs').writeSync(2, `usage ${(userCPUTime + systemCPUTime) / 1e6} ${Math.round(maxRSS / 1024)}\\n`); });",
  );
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const one = file('one.txt', 'pc\n');
  const files = [
    ['an Ansible INI with 50,000 hosts in 500 groups', file('hosts.ini', ini(50_000)), 2],
    ['a plain file with 500,000 names', file('names.txt', `${names(500_000).join('\n')}\n`), 5],
    ['a plain file with 100,000 names', file('fewer.txt', `${names(100_000).join('\n')}\n`), 1],
  ] as const;
  const start = least(() => run(one)[0]);
  const bare = least(() => bareSeconds(join(folder, 'names.txt')));
  console.log(`bare Node, 500,000 names of a file into a Map: ${bare.toFixed(2)} s`);
  console.log(`one name: ${start.toFixed(2)} s, taken off below`);
  for (const [what, path, limit] of files) {
    let memory = 0;
    const seconds = least(() => {
      const [taken, mebibytes] = run(path);
      memory = mebibytes;
      return taken;
    });
    const own = seconds - start;
    tell(what, own, limit, `, ${memory} MiB, ${(own / bare).toFixed(1)} times bare Node`);
  }
  const all = names(100_000);
  tell(
    '100,000 names folded',
    least(() => timed(() => foldNames(all))),
    0.5,
  );
  const expression = 'pc-[000000-099999].corp.example';
  const known = joinSources([{ kind: 'file', label: 'bench', names: all, groups: new Map() }]);
  tell(
    '100,000 names expanded and found',
    least(() => timed(() => evaluate(parseExpression(expression), known))),
    0.5,
  );
  rmSync(folder, { recursive: true });
}

main();
