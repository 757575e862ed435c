import { CsvError, parse } from 'csv-parse/sync';

/** One row of a table: its fields, and the line on which it ends. */
export interface CsvRow {
  readonly fields: readonly string[];
  readonly line: number;
}

/** A text that is no table. `line` is where, as far as it is known; the message does not say it. */
export class CsvRowsError extends Error {
  readonly line: number | null;

  constructor(error: CsvError) {
    super(`no CSV: ${error.message}`, { cause: error });
    this.name = 'CsvRowsError';
    this.line = typeof error['lines'] === 'number' ? error['lines'] : null;
  }
}

/** What parts the columns of a line; null where nothing does. */
export function delimiterOf(header: string): ',' | ';' | '\t' | null {
  const counts = ([',', ';', '\t'] as const).map(
    (delimiter) => [delimiter, header.split(delimiter).length] as const,
  );
  const [best] = counts.sort(([, one], [, other]) => other - one);
  return best === undefined || best[1] === 1 ? null : best[0];
}

/**
 * The rows of a table (RFC 4180), the header first; its first line says whether commas, semicolons or tabs part the
 * columns. A byte order mark and empty lines are left out.
 * @param most rows under the header; where there are more, one more is read, so that it can be seen
 * @param mayBeUneven whether rows may have more or fewer fields than the header
 * @throws CsvRowsError
 */
export function csvRows(
  text: string,
  { most, mayBeUneven = false }: { readonly most: number; readonly mayBeUneven?: boolean },
): readonly CsvRow[] {
  const header = /^[^\r\n]*/.exec(text.trimStart())?.[0] ?? '';
  try {
    const parsed = parse(text, {
      bom: true,
      delimiter: delimiterOf(header) ?? ',',
      info: true,
      relax_column_count: mayBeUneven,
      skip_empty_lines: true,
      max_record_size: 1_000_000,
      to: most + 2,
    }) as unknown as readonly {
      readonly record: readonly string[];
      readonly info: { readonly lines: number };
    }[];
    return parsed.map(({ record, info }) => ({ fields: record, line: info.lines }));
  } catch (error) {
    throw error instanceof CsvError ? new CsvRowsError(error) : error;
  }
}
