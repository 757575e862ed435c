import { isXmlText, readCil } from '../../../fleet/proxy/cil';
import { bareDigits, confirmationProblem, isInstallationId } from '../../../fleet/proxy/confirmation-id';
import { isProxyText, mostEntries, ProxyFileError, readProxyFile } from '../../../fleet/proxy/proxy-file';
import { confirmed, type ProxyEntry, type ProxyList } from '../../../fleet/proxy/proxy-list';
import { csvRows, CsvRowsError, type CsvRow } from '../../../remote/inventory/csv-rows';
import type { Filled } from './filled';
import { contentOf, named } from './list-file';

/** A confirmation ID and what it answers, as a file has them. */
export interface Answer {
  /** Where it stands, for messages. */
  readonly place: string;
  readonly installationId: string;
  readonly confirmationId: string;
}

/**
 * Fills in what another file says: a table (CSV), a CIL that VAMT filled, or a list of this program's. Answers are matched
 * by installation ID; what a file says of others is left alone. The last word about one counts.
 * @throws Refusal for a file with a confirmation ID that cannot be one; nothing is filled in then
 */
export function answersOfFile(path: string, list: ProxyList): Filled {
  return named(path, () => {
    const answers = answersIn(contentOf(path));
    const wanted = new Map<string, ProxyEntry>(list.entries.map((entry) => [entry.installationId, entry]));
    const found = new Map<string, string>();
    const foreign = new Set<string>();
    for (const { place, installationId, confirmationId } of answers) {
      const entry = wanted.get(installationId);
      if (entry === undefined) {
        foreign.add(installationId);
        continue;
      }
      const problem = confirmationProblem(confirmationId, installationId);
      if (problem !== null) throw new ProxyFileError(`${place}: ${problem}`);
      found.set(installationId, confirmationId);
    }
    const entries = list.entries.map((entry) => {
      const answer = found.get(entry.installationId);
      return answer === undefined ? entry : confirmed(entry, answer);
    });
    const messages =
      foreign.size === 0
        ? []
        : [`${foreign.size} installation IDs of ${path} are not in the list, and were left alone.`];
    return { list: { ...list, entries }, reasons: new Map(), messages, isWritten: false };
  });
}

function answersIn(content: string): readonly Answer[] {
  if (isXmlText(content)) return answersOfList(readCil(content));
  return isProxyText(content) ? answersOfList(readProxyFile(content)) : answersOfTable(content);
}

function answersOfList({ entries }: ProxyList): readonly Answer[] {
  return entries.flatMap(({ id, installationId, confirmationId }) =>
    confirmationId === null ? [] : [{ place: id, installationId, confirmationId }],
  );
}

/** Names of columns without blanks and in lower case. */
const installationColumns = ['installationid', 'iid'];
const confirmationColumns = ['confirmationid', 'cid'];

/** A row without a confirmation ID says nothing. */
function answersOfTable(content: string): readonly Answer[] {
  const [columns, ...rows] = records(content);
  if (rows.length > mostEntries) throw new ProxyFileError(`it has more than ${mostEntries} rows`);
  const names = columns?.fields.map((name) => name.toLowerCase().replace(/[\s_-]/g, '')) ?? [];
  const column = (wanted: readonly string[]): number => names.findIndex((name) => wanted.includes(name));
  const [installationAt, confirmationAt] = [column(installationColumns), column(confirmationColumns)];
  if (installationAt < 0 || confirmationAt < 0) {
    throw new ProxyFileError(
      'its first line has to name the columns "installation id" and "confirmation id"',
    );
  }
  return rows.flatMap(({ fields, line }) => {
    const confirmationId = bareDigits(fields[confirmationAt] ?? '');
    if (confirmationId === '') return [];
    const installationId = bareDigits(fields[installationAt] ?? '');
    if (!isInstallationId(installationId))
      throw new ProxyFileError(`line ${line}: there is no installation ID`);
    return [{ place: `line ${line}`, installationId, confirmationId }];
  });
}

function records(content: string): readonly CsvRow[] {
  try {
    return csvRows(content, { most: mostEntries, mayBeUneven: true });
  } catch (error) {
    throw error instanceof CsvRowsError ? new ProxyFileError(error.message, { cause: error }) : error;
  }
}
