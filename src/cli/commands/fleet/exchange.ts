import * as z from 'zod';
import {
  machineLine,
  readMachineLine,
  type ExportedMachine,
  type NamedMachine,
} from '../../../fleet/inventory/machine-lines';
import type { Inventory } from '../../../fleet/inventory/inventory';
import { decodeExactText, readFileUpTo } from '../../../transports/local/bounded-file';
import { systemReason } from '../../../transports/local/system-reason';
import { defineCommand, UsageError, type CommandContext } from '../../framework/command';
import { oneOf, option, text } from '../../framework/fields';
import { exportCsv, importCsv } from '../../fleet/machines-csv';
import { writeNamedFile } from '../../output/named-file';
import { Refusal } from '../../refusal';
import { condition } from './condition-option';
import { namesMeant, secondsNow, withInventory } from './with-inventory';

const formats = ['csv', 'ndjson'] as const;
type Format = (typeof formats)[number];

/** slmgr fleet export */
export const fleetExport = defineCommand({
  name: 'fleet export',
  summary: 'Write machines of the inventory as a table or as lines of JSON',
  description:
    'CSV is for spreadsheets: the columns of lists, the way to each machine and its tags; what would be a formula has an apostrophe in ' +
    'front. NDJSON holds all that is known of each machine but its history, to be imported elsewhere. Neither holds a password or a ' +
    'product key.',
  positionals: [
    { name: 'expression', summary: 'Machines of the inventory; all if none is named', optional: true },
  ],
  options: ['where', 'format', 'out', 'store'],
  examples: [
    { line: 'slmgr fleet export --out machines.csv', does: 'a table for a spreadsheet' },
    { line: 'slmgr fleet export --where "tag.site = berlin" --format ndjson', does: 'one site, whole' },
  ],
  data: z.object({ machines: z.int(), format: z.enum(formats), text: z.string().nullable() }),
  input: z.object({
    expression: text.optional(),
    where: condition.optional(),
    format: oneOf(...formats).optional(),
    out: option.optional(),
    store: option.optional(),
  }),
  run: async ({ expression, where, format: said, out }, context) => {
    const now = secondsNow(context);
    const format = said ?? (out === undefined ? 'csv' : formatOfName(out));
    const machines = await withInventory(context, (inventory) =>
      exported(inventory, expression, where === undefined ? undefined : { condition: where, now }),
    );
    const whole = format === 'csv' ? exportCsv(machines, now) : linesOf(machines);
    if (out !== undefined) writeNamedFile(out, whole);
    return {
      data: { machines: machines.length, format, text: out === undefined ? whole : null },
      text: () => (out === undefined ? whole : `${out} has ${countText(machines.length)}.\n`),
    };
  },
});

async function exported(
  inventory: Inventory,
  expression: string | undefined,
  where: Parameters<Inventory['targets']>[0],
): Promise<readonly ExportedMachine[]> {
  const ways = new Map((await inventory.targets()).map(({ name, way }) => [name, way]));
  const machines = await inventory.machines({ names: await namesMeant(expression, inventory), where });
  return machines.map((machine) => ({ ...machine, way: ways.get(machine.name) ?? null }));
}

function linesOf(machines: readonly ExportedMachine[]): string {
  return machines.map((machine) => `${machineLine(machine)}\n`).join('');
}

function formatOfName(name: string): Format {
  const found = formats.find((format) => name.toLowerCase().endsWith(`.${format}`));
  if (found !== undefined) return found;
  throw new UsageError(`--out ${name}: --format csv or --format ndjson says what it is to be.`);
}

const largestFile = 512 * 1024 * 1024;
const mostMachines = 1_000_000;

/** slmgr fleet import */
export const fleetImport = defineCommand({
  name: 'fleet import',
  summary: 'Take machines over from what "fleet export" wrote, or from a table',
  description:
    'All of the file or nothing. Lines of JSON bring all that was known of a machine; what is known here of a later time stays. A table ' +
    '(CSV with a header) brings names, ways (via, address, login, port) and tags (tag.KEY): what machines say of themselves is read from ' +
    'them ("slmgr fleet scan").',
  positionals: [{ name: 'file', summary: 'CSV or NDJSON; - is standard input', holds: 'file' }],
  options: ['format', 'store'],
  examples: [
    { line: 'slmgr fleet import machines.csv', does: 'names and tags from a table' },
    {
      line: 'slmgr fleet import fleet.ndjson --store postgres://fleet@db/fleet',
      does: 'into that of a team',
    },
  ],
  data: z.object({ machines: z.int(), format: z.enum(formats) }),
  input: z.object({ file: text, format: oneOf(...formats).optional(), store: option.optional() }),
  run: async ({ file, format: said }, context) => {
    const content = await contentOf(file, context);
    const format = said ?? (/^\ufeff?\s*\{/.test(content) ? 'ndjson' : 'csv');
    const read = format === 'csv' ? importCsv(content, mostMachines) : machinesOf(content);
    if (typeof read === 'string') {
      throw new Refusal(`${file} is not taken over: ${read}. Nothing was changed.`);
    }
    refuseTwice(file, read);
    await withInventory(context, (inventory) => inventory.import(read, secondsNow(context)));
    return {
      data: { machines: read.length, format },
      text: () => `${countText(read.length)} taken over.\n`,
    };
  },
});

async function contentOf(file: string, { console }: CommandContext): Promise<string> {
  if (file === '-') return console.readInput(largestFile);
  try {
    return decodeExactText(readFileUpTo(file, largestFile));
  } catch (error) {
    throw new Refusal(`${file} cannot be read: ${systemReason(error)}`, { cause: error });
  }
}

function machinesOf(content: string): readonly ExportedMachine[] | string {
  const machines: ExportedMachine[] = [];
  for (const [at, line] of content
    .replace(/^\ufeff/, '')
    .split('\n')
    .entries()) {
    if (line.trim() === '') continue;
    if (machines.length >= mostMachines) return `it has more than ${mostMachines} machines`;
    const machine = readMachineLine(line);
    if (typeof machine === 'string') return `line ${at + 1}: ${machine}`;
    machines.push(machine);
  }
  return machines;
}

function refuseTwice(file: string, machines: readonly NamedMachine[]): void {
  const seen = new Set<string>();
  for (const { name } of machines) {
    if (seen.has(name.toLowerCase())) {
      throw new Refusal(`${file} is not taken over: ${name} stands in it twice. Nothing was changed.`);
    }
    seen.add(name.toLowerCase());
  }
}

function countText(count: number): string {
  return `${count} machine${count === 1 ? '' : 's'}`;
}
