import { csvRows, CsvRowsError, type CsvRow } from './csv-rows';
import { InventoryError, mostHosts, type HostList, type ListedHost } from './host-list';

/** Columns that name the machine, the first that is there; without one of them it is the first column. */
const nameColumns = ['name', 'host', 'computer', 'hostname', 'computername', 'machine'];

/** Whether a first line without a delimiter is the header of a CSV file with one column. */
export function isNameColumn(line: string): boolean {
  return nameColumns.includes(columnName(line));
}

/**
 * Reads a CSV file with a header; comma, semicolon or tab part its columns. The machine's name stands in the column
 * `name`, `host` or `computer`, else in the first; the other columns are its variables, their names in lower case.
 * @throws InventoryError with the line of the first mistake
 */
export function readCsvList(text: string): HostList {
  const [columns, ...rows] = records(text);
  const names = columns?.fields.map(columnName) ?? [];
  const found = nameColumns.map((wanted) => names.indexOf(wanted)).find((at) => at !== -1) ?? 0;
  const hosts = new Map<string, ListedHost>();
  for (const row of rows) {
    const host = hostOf(row, names, found);
    const key = host.name.toLowerCase();
    if (hosts.size >= mostHosts)
      throw new InventoryError(`the file names more than ${mostHosts} machines`, row.line);
    if (hosts.has(key)) throw new InventoryError(`${host.name} stands here a second time`, row.line);
    hosts.set(key, host);
  }
  return { hosts, groups: new Map() };
}

function hostOf({ fields, line }: CsvRow, columns: readonly string[], nameAt: number): ListedHost {
  const name = fields[nameAt]?.trim() ?? '';
  if (name === '') throw new InventoryError('the machine has no name', line);
  if (/\s/.test(name)) throw new InventoryError(`"${name.slice(0, 60)}" is no name of a machine`, line);
  const variables = new Map<string, string>();
  for (const [at, column] of columns.entries()) {
    const value = fields[at]?.trim() ?? '';
    if (at !== nameAt && column !== '' && value !== '') variables.set(column, value);
  }
  return { name, variables };
}

function records(text: string): readonly CsvRow[] {
  try {
    return csvRows(text, { most: mostHosts });
  } catch (error) {
    throw error instanceof CsvRowsError ? new InventoryError(error.message, error.line) : error;
  }
}

function columnName(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, '_')
    .replace(/^computer_name$/, 'computername');
}
