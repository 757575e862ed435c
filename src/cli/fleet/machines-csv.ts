import { stringify } from 'csv-stringify/sync';
import { columnNames, findColumn } from '../../fleet/inventory/columns';
import {
  tagsInFile,
  wayInFile,
  type ExportedMachine,
  type NamedMachine,
} from '../../fleet/inventory/machine-lines';
import { csvRows, CsvRowsError, type CsvRow } from '../../remote/inventory/csv-rows';
import { storedName } from '../../fleet/inventory/stored-name';
import type { MachineWay } from '../../fleet/inventory/way';

const wayColumns = ['via', 'address', 'login', 'port'] as const;

/**
 * Machines as CSV: UTF-8 with a mark, the columns of lists, the way to each, and a column for each tag. What a
 * spreadsheet would take for a formula has a ' in front, and so has what begins with one: nothing is lost.
 */
export function exportCsv(machines: readonly ExportedMachine[], now: number): string {
  const tags = [...new Set(machines.flatMap((machine) => Object.keys(machine.tags)))].sort();
  const columns = columnNames.flatMap((name) => findColumn(name) ?? []);
  const head = [...columns.map(({ name }) => name), ...wayColumns, ...tags.map((tag) => `tag.${tag}`)];
  const rows = machines.map((machine) => [
    ...columns.map((column) => {
      const value = column.value({ ...machine, id: 0 }, now);
      return typeof value === 'boolean' ? (value ? 'yes' : 'no') : value;
    }),
    machine.way?.via ?? null,
    machine.way?.address ?? null,
    machine.way?.user ?? null,
    machine.way?.port ?? null,
    ...tags.map((tag) => machine.tags[tag] ?? null),
  ]);
  return stringify(
    [head, ...rows.map((row) => row.map((cell) => (typeof cell === 'string' ? safe(cell) : cell)))],
    { bom: true, record_delimiter: 'windows' },
  );
}

const formula = /^['=+\-@\t\r\n＝＋－＠]/;

function safe(text: string): string {
  return formula.test(text) ? `'${text}` : text;
}

function meant(cell: string): string {
  return cell.startsWith("'") && formula.test(cell.slice(1)) ? cell.slice(1) : cell;
}

/**
 * Reads names, ways and tags from CSV with a header: the column `name`, and where they are there `via`, `address`,
 * `login`, `port` and `tag.KEY`. Other columns are not taken over. A text says what is wrong, and where.
 */
export function importCsv(text: string, most: number): readonly NamedMachine[] | string {
  const read = rowsOf(text, most);
  if (typeof read === 'string') return read;
  const [head, ...rows] = read;
  const columns = head?.fields.map((cell) => meant(cell.trim()).toLowerCase()) ?? [];
  if (!columns.includes('name')) return 'there is no column "name"';
  if (rows.length > most) return `it has more than ${most} machines`;
  const machines: NamedMachine[] = [];
  for (const { fields, line } of rows) {
    const machine = machineOf(new Map(columns.map((column, place) => [column, meant(fields[place] ?? '')])));
    if (typeof machine === 'string') return `line ${line}: ${machine}`;
    machines.push(machine);
  }
  return machines;
}

function rowsOf(text: string, most: number): readonly CsvRow[] | string {
  try {
    return csvRows(text, { most });
  } catch (error) {
    if (error instanceof CsvRowsError) return error.message;
    throw error;
  }
}

function machineOf(cells: ReadonlyMap<string, string>): NamedMachine | string {
  const typed = cells.get('name') ?? '';
  const name = storedName.safeParse(typed.trim());
  if (!name.success) return `"${typed.slice(0, 60)}" is no name of a machine`;
  const [via = '', address = '', login = '', port = ''] = wayColumns.map((column) =>
    (cells.get(column) ?? '').trim(),
  );
  const way = via === '' ? null : wayOf({ via, address, login, port });
  if (typeof way === 'string') return `${name.data}: ${way}`;
  const tags = tagsOf(cells);
  if (typeof tags === 'string') return `${name.data}: ${tags}`;
  return { name: name.data, way, tags };
}

function tagsOf(cells: ReadonlyMap<string, string>): NamedMachine['tags'] | string {
  const said = [...cells].filter(([column, value]) => column.startsWith('tag.') && value !== '');
  const tags = tagsInFile.safeParse(
    Object.fromEntries(said.map(([column, value]) => [column.slice('tag.'.length), value])),
  );
  if (tags.success) return tags.data;
  const [issue] = tags.error.issues;
  return `tag.${issue?.path.map(String).join('.') ?? ''} ${issue?.message ?? ''}`;
}

function wayOf(cells: Readonly<Record<(typeof wayColumns)[number], string>>): MachineWay | string {
  const read = wayInFile.safeParse({
    via: cells.via.toLowerCase(),
    address: cells.address === '' ? null : cells.address,
    user: cells.login === '' ? null : cells.login,
    port: cells.port === '' ? null : Number(cells.port),
  });
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  return `${issue?.path.map(String).join('.') ?? ''} ${issue?.message ?? 'is no way to a machine'}`;
}
