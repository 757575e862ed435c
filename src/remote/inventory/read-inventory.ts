import { parse } from 'yaml';
import { isAnsibleDocument, readAnsibleDocument } from './ansible-document';
import { readAnsibleIni } from './ansible-ini';
import { isNameColumn, readCsvList } from './csv-list';
import { delimiterOf } from './csv-rows';
import type { InventoryFormat } from './format-word';
import { InventoryError, longestYaml, type HostList } from './host-list';

/** The list of a file, or `targets` where it is this program's own YAML or a plain list. */
export type ReadInventory = HostList | 'targets';

/**
 * Reads a file that names machines. Its form is told by its content where it is not said: JSON and YAML by their
 * shape, CSV by a delimiter in its first line, INI by sections and variables.
 * @throws InventoryError for a mistake in it
 */
export function readInventory(text: string, format: InventoryFormat | null): ReadInventory {
  const content = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  switch (format) {
    case 'targets':
    case 'hosts':
      return 'targets';
    case 'csv':
      return readCsvList(content);
    case 'ansible':
      return readAnsible(content);
    case null:
      return byContent(content);
  }
}

/** A section of an INI file; an address of IPv6 in brackets is none. */
const section = /^\[[a-z_][\w. -]*(?::(?:vars|children|hosts))?\]\s*(?:[#;].*)?$/i;

/** A CSV file's first line has the names of its columns, which are words. */
function isHeader(line: string): boolean {
  const delimiter = delimiterOf(line);
  if (delimiter === null) return isNameColumn(line);
  return line.split(delimiter).every((column) => /^\s*"?[\w .()-]*"?\s*$/.test(column));
}

function readAnsible(content: string): HostList {
  const document = looksLikeDocument(content) ? parsed(content) : null;
  return document === null ? readAnsibleIni(content) : readAnsibleDocument(document);
}

function byContent(content: string): ReadInventory {
  const lines = content.split('\n').map((line) => line.trim());
  const first = lines.find((line) => line !== '' && !/^[#;]/.test(line)) ?? '';
  if (/^["']?(?:version|targets|groups|defaults)["']?:/m.test(content)) return 'targets';
  if (looksLikeDocument(content)) {
    const document = orNothing(() => parsed(content));
    return isAnsibleDocument(document) ? readAnsibleDocument(document) : 'targets';
  }
  if (!section.test(first) && isHeader(first)) return readCsvList(content);
  const isIni = lines.some((line) => section.test(line) || /^[^\s#;]+\s+\w+=/.test(line));
  return isIni ? readAnsibleIni(content) : 'targets';
}

/** JSON begins with a brace; YAML of either kind has a key at the beginning of a line, or the mark of a document. */
function looksLikeDocument(content: string): boolean {
  return /^\s*\{/.test(content) || /^(?:---(?:\s|$)|["']?[\w@.-]+["']?:(?:\s|$))/m.test(content);
}

/** What cannot be parsed is left to the reader of targets files, which says more of it. */
function orNothing(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return null;
  }
}

function parsed(content: string): unknown {
  try {
    if (/^\s*\{/.test(content)) return JSON.parse(content) as unknown;
    if (content.length > longestYaml) throw new Error(`YAML has at most ${longestYaml} characters`);
    // Tags such as !vault mark values that are not for us.
    return parse(content, { maxAliasCount: 100, logLevel: 'error', uniqueKeys: false }) as unknown;
  } catch (error) {
    const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new InventoryError(`neither YAML nor JSON that can be read: ${line}`, null);
  }
}
