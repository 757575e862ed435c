import { CsvError, parse } from 'csv-parse/sync';
import { InventoryError, mostHosts, type HostList, type ListedHost } from './host-list';

/** Columns that name the machine, the first that is there; without one of them it is the first column. */
const nameColumns = ['name', 'host', 'computer', 'hostname', 'computername', 'machine'];

/** What parts the columns of a line; null where nothing does. */
export function delimiterOf(header: string): ',' | ';' | '\t' | null {
  const counts = ([',', ';', '\t'] as const).map(
    (delimiter) => [delimiter, header.split(delimiter).length] as const,
  );
  const [best] = counts.sort(([, one], [, other]) => other - one);
  return best === undefined || best[1] === 1 ? null : best[0];
}

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
  const header = /^[^\r\n]*/.exec(text.trimStart())?.[0] ?? '';
  const [columns, ...rows] = records(text, delimiterOf(header) ?? ',');
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

function hostOf({ fields, line }: Row, columns: readonly string[], nameAt: number): ListedHost {
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

interface Row {
  readonly fields: readonly string[];
  readonly line: number;
}

function records(text: string, delimiter: string): readonly Row[] {
  try {
    const parsed = parse(text, {
      bom: true,
      delimiter,
      info: true,
      relax_column_count: false,
      skip_empty_lines: true,
      max_record_size: 1_000_000,
      // One more than may be there, and the header: enough to see that they are too many.
      to: mostHosts + 2,
    }) as unknown as readonly {
      readonly record: readonly string[];
      readonly info: { readonly lines: number };
    }[];
    return parsed.map(({ record, info }) => ({ fields: record, line: info.lines }));
  } catch (error) {
    if (error instanceof CsvError) {
      const line = typeof error['lines'] === 'number' ? error['lines'] : null;
      throw new InventoryError(`no CSV: ${error.message}`, line);
    }
    throw error;
  }
}

function columnName(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, '_')
    .replace(/^computer_name$/, 'computername');
}
