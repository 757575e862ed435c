/**
 * The inventory of 100,000 machines with three products each after a year of daily scans: its size on disk, and how long
 * commands of the built program take over it. The first scan, and all scans of some machines, go through the recorder as
 * `fleet scan` does; the others' changes are written as it writes them, day by day, which is compared.
 * Usage: tsx bench/fleet/store.ts [MACHINES] [DAYS] [FOLDER]; what is in FOLDER already is measured as it is, and kept
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteInventory } from '../../src/cli/fleet/open-sqlite';
import { fieldCodes } from '../../src/fleet/inventory/changes';
import type { MachineReading, ProductObservation } from '../../src/fleet/inventory/observation';
import { sqliteDriver } from '../../src/lab/store/drivers';

const launcher = join(__dirname, '../../bin/slmgr');
const [machines = 100_000, days = 365] = process.argv.slice(2, 4).map(Number);
const [, , , , kept] = process.argv;
const recorded = Math.min(100, machines);
const atOnce = 1000;
const day = 86_400;
const today = Math.floor(Date.now() / 1000);
const start = today - (days - 1) * day;
const mebibyte = 1024 * 1024;

/** A client of KMS renews once in seven days, its products on the same day. */
const renewal = 7;

const products = [
  ['Windows(R), Enterprise edition', '2YT43', false],
  ['Office 21, Office21ProPlus2021VL_KMS_Client_AE edition', '6F7TH', false],
  ['Windows(R), Client-ESU-Year1', 'J7X8Q', true],
] as const;

function nameOf(at: number): string {
  return `PC-${String(at).padStart(6, '0')}`;
}

/** The last day by then on which a machine renewed. */
function renewedOn(at: number, on: number): number {
  return on - ((on + at) % renewal);
}

function productsOf(at: number, on: number): readonly ProductObservation[] {
  return products.map(([name, partialKey, isAddon], index) => ({
    activationId: `00000000-0000-0000-0000-00000000000${index}`,
    applicationId: '55c92734-d682-4d71-983e-d6ec3f16059f',
    name,
    channel: 'Volume:GVLK',
    partialKey,
    status: at % 50 === 0 ? 5 : 1,
    reason: at % 50 === 0 ? '0xC004F056' : null,
    expires: endOf(at, on),
    isAddon,
    kmsHost: `kms0${at % 4}.corp.example`,
    rearms: null,
    hostCount: null,
  }));
}

function endOf(at: number, on: number): number {
  return start + (renewedOn(at, on) + 180) * day;
}

function reading(at: number, on: number): MachineReading {
  const name = nameOf(at);
  return {
    outcome: 'read',
    name,
    at: start + on * day,
    kind: 'windows',
    uuid: `4c4c4544-0000-0000-0000-${String(at).padStart(12, '0')}`,
    cmid: `aaaaaaaa-0000-0000-0000-${String(at).padStart(12, '0')}`,
    system: at % 3 === 0 ? 'Windows 11 Enterprise' : 'Windows 10 Enterprise',
    build: '10.0.19045.1',
    edition: 'Enterprise',
    kmsSet: null,
    rearms: 1000,
    products: productsOf(at, on),
    way: { via: 'ssh', address: name.toLowerCase(), user: null, port: null },
  };
}

async function record(folder: string, last: number, onDays: readonly number[]): Promise<void> {
  const inventory = await openSqliteInventory(folder, sqliteDriver());
  for (const on of onDays) {
    for (let at = 0; at < last; at += atOnce) {
      const many = Math.min(atOnce, last - at);
      await inventory.record(Array.from({ length: many }, (_each, index) => reading(at + index, on)));
    }
  }
  await inventory.count(today);
  await inventory.close();
}

/** The year of the machines that are not recorded one by one, in the order in which scans would write it. */
function writeYear(file: string): void {
  const database = sqliteDriver().open(file);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF');
  for (let on = 1; on < days; on += 1) {
    // Names were given in order: a machine's place is its id less one.
    database.exec(`
      INSERT INTO change (machine_id, product_id, field, at, value)
      SELECT machine_id, id, ${fieldCodes.expires}, ${start + on * day}, ${start + (on + 180) * day}
      FROM product WHERE machine_id > ${recorded} AND (${on} + machine_id - 1) % ${renewal} = 0`);
  }
  database.exec(`
    UPDATE machine SET last_seen = ${today}, last_tried = ${today} WHERE id > ${recorded};
    UPDATE product SET expires =
      ${start} + (${days - 1} - ((${days - 1} + machine_id - 1) % ${renewal}) + 180) * ${day} WHERE machine_id > ${recorded};
    UPDATE machine SET expires = (SELECT min(expires) FROM product WHERE machine_id = machine.id) WHERE id > ${recorded};
    PRAGMA wal_checkpoint(TRUNCATE)`);
  database.close();
}

function changesOf(file: string, condition: string): number {
  const database = sqliteDriver().open(file);
  const row = database.prepare(`SELECT count(*) AS n FROM change WHERE ${condition}`).get();
  database.close();
  return Number((row as { readonly n: number | bigint }).n);
}

/**
 * Seconds of processor time that the program takes for a line, the least of three: a busy computer makes everything
 * slower and nothing faster.
 */
function seconds(folder: string, ...words: readonly string[]): readonly [taken: number, lines: number] {
  const taken: number[] = [];
  let lines = 0;
  for (let round = 0; round < 3; round += 1) {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--require', join(folder, 'usage.cjs'), launcher, ...words],
      { env: { ...process.env, SLMGR_HOME: folder }, encoding: 'utf8', maxBuffer: 1 << 30 },
    );
    if (status !== 0) throw new Error(`${words.join(' ')}: ${status} ${stderr}`);
    taken.push(Number(/usage (\S+)/.exec(stderr)?.[1]));
    lines = stdout.split('\n').length;
  }
  return [Math.min(...taken), lines];
}

const usage =
  "process.on('exit', () => { const { userCPUTime, systemCPUTime } = process.resourceUsage(); require('fs').writeSync(2, `usage ${(userCPUTime + systemCPUTime) / 1e6}\\n`); });";

interface Limit {
  readonly limit: number;
  readonly unit: 's' | 'MiB';
}

function tell(what: string, value: number, { limit, unit }: Limit, more = ''): void {
  const isMet = value <= limit;
  if (!isMet) process.exitCode = 1;
  const judged = `limit ${limit}: ${isMet ? 'met' : 'MISSED'}`;
  console.log(`${what.padEnd(64)} ${value.toFixed(2)} ${unit} (${judged})${more}`);
}

async function fill(folder: string, file: string): Promise<void> {
  const begun = performance.now();
  await record(folder, machines, [0]);
  const first = (performance.now() - begun) / 1000;
  console.log(`first scan of ${machines} machines kept in ${first.toFixed(1)} s`);
  await record(
    folder,
    recorded,
    Array.from({ length: days - 1 }, (_each, index) => index + 1),
  );
  writeYear(file);
  const one = changesOf(file, `machine_id <= ${recorded}`) / recorded;
  const other = changesOf(file, `machine_id > ${recorded}`) / Math.max(1, machines - recorded);
  console.log(
    `changes of a machine: ${one.toFixed(2)} recorded day by day, ${other.toFixed(2)} written at once`,
  );
}

async function main(): Promise<void> {
  const folder = kept ?? mkdtempSync(join(tmpdir(), 'slmgr-bench-fleet-'));
  const file = join(folder, 'fleet.db');
  try {
    if (!existsSync(file)) await fill(folder, file);
    tell(`${machines} machines, ${days} daily scans on disk`, statSync(file).size / mebibyte, {
      limit: 1024,
      unit: 'MiB',
    });
    writeFileSync(join(folder, 'usage.cjs'), usage);
    const [bare] = seconds(folder, 'fleet', 'runs', '--tsv');
    console.log(`fleet runs, of which there are none, taken off below: ${bare.toFixed(2)} s`);
    const filters = [
      'status != licensed and days < 30',
      'name = PC-004711',
      'system ~ "Windows 11*" and kms = kms02.corp.example',
    ];
    for (const where of filters) {
      const [taken, lines] = seconds(folder, 'fleet', 'list', '--where', where, '--tsv');
      tell(`fleet list --where '${where}'`, taken - bare, { limit: 0.5, unit: 's' }, `, ${lines} lines`);
    }
    for (const since of ['1d', '7d']) {
      const [taken, lines] = seconds(folder, 'fleet', 'history', '--since', since, '--tsv');
      tell(`fleet history --since ${since}`, taken - bare, { limit: 1, unit: 's' }, `, ${lines} lines`);
    }
  } finally {
    if (kept === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

void main();
