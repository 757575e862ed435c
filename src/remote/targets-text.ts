import { harmlessText } from '../transports/harmless-text';
import { AddressError, parseAddress } from './address';
import {
  InventoryError,
  longestYaml,
  mostHosts,
  mostLines,
  type ListedTargets,
  type Scalar,
} from './inventory/host-list';
import type { InventoryFormat } from './inventory/format-word';
import { readInventory } from './inventory/read-inventory';
import { targetsOfList } from './inventory/targets-of-list';
import { readYaml, YamlTextError } from './yaml-text';

/** A text that is neither YAML nor a list of hosts; the message names the line where there is one. */
export class TargetsTextError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'TargetsTextError';
  }
}

/** What a targets file says, unchecked: a document, or a list that was read by an own reader. */
export type TargetsText =
  | { readonly kind: 'document'; readonly value: unknown }
  | { readonly kind: 'list'; readonly list: ListedTargets };

const quotesAdvice =
  "in double quotes a backslash begins an escape; write names and paths in single quotes: 'CORP\\admin'";

/**
 * What a targets file says, unchecked: this program's YAML (or JSON), an inventory of Ansible, CSV with a header, or a
 * plain list of hosts, one a line, whose comments begin with `#`; told by the content where no format is said. The work
 * is linear in the length of the text.
 */
export function readTargetsText(text: string, format: InventoryFormat | null = null): TargetsText {
  if (hasMoreLines(text, mostLines)) throw new TargetsTextError(`it has more than ${mostLines} lines`);
  const inventory = inventoryOf(text, format);
  if (inventory !== 'targets') return { kind: 'list', list: inventory };
  const words = plainList(text);
  if (words !== null) return { kind: 'list', list: targetsOf(words, 'line') };
  const value = fromYaml(text);
  if (value === null || value === undefined) return { kind: 'document', value: {} };
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) {
    return { kind: 'list', list: targetsOf(value, 'entry') };
  }
  if (typeof value === 'object' && !Array.isArray(value)) return { kind: 'document', value };
  throw new TargetsTextError(
    `a mapping is expected (targets:, groups:, defaults:), or a plain list of hosts, one a line${strangeLine(text)}`,
  );
}

/** The first line that can be no host of a list. */
function strangeLine(text: string): string {
  const words = wordsOf(text);
  const at = words.findIndex((word) => word !== '' && !looksLikeHost(word));
  return at === -1 ? '' : `; line ${at + 1}, "${harmlessText(words[at]?.slice(0, 60) ?? '')}", is none`;
}

function inventoryOf(text: string, format: InventoryFormat | null): ListedTargets | 'targets' {
  try {
    const read = readInventory(text, format);
    return read === 'targets' ? read : targetsOfList(read);
  } catch (cause) {
    if (!(cause instanceof InventoryError)) throw cause;
    throw new TargetsTextError(harmlessText(cause.message), { cause });
  }
}

/** The words of a text in which every line is one, empty ones where there is none; null for another text, and for one without any. */
function plainList(text: string): readonly string[] | null {
  const words = wordsOf(text);
  const isList =
    words.some((word) => word !== '') && words.every((word) => word === '' || looksLikeHost(word));
  return isList ? words : null;
}

/** The lines without comments. */
function wordsOf(text: string): readonly string[] {
  return text.split(/\r\n|\n|\r/).map((line) => {
    const word = line.includes('#') ? line.replace(/(?:^|\s)#.*$/, '') : line;
    return word.trim();
  });
}

/** No line of YAML's mappings and flows, and no mark between documents, looks like this. */
function looksLikeHost(word: string): boolean {
  return /^[^\s{}'"&*!|>%@`,?-][^\s{}'",]*$/.test(word) && !/(?:^|[^:]):$/.test(word);
}

/** The targets of a list: each by its word, one with a scheme by its host. `unit`: what the words are counted as. */
function targetsOf(words: readonly string[], unit: 'line' | 'entry'): ListedTargets {
  const entries = new Map<string, readonly [string, Readonly<Record<string, Scalar>> | null]>();
  for (const [at, word] of words.entries()) {
    if (word === '' && unit === 'line') continue;
    const name = hostOf(word, unit, at);
    const key = name.toLowerCase();
    const known = entries.get(key);
    if (known === undefined) {
      if (entries.size >= mostHosts) {
        throw new TargetsTextError(`${unit} ${at + 1}: the file names more than ${mostHosts} machines`);
      }
      entries.set(key, [name, name === word ? null : { host: word }]);
      continue;
    }
    const earlier = known[1]?.['host'] ?? known[0];
    if (earlier !== word) {
      throw new TargetsTextError(
        `${unit} ${at + 1}: ${name} stands there twice, as ${String(earlier)} and as ${word}`,
      );
    }
  }
  return { entries, groups: new Map() };
}

function hostOf(word: string, unit: string, at: number): string {
  try {
    return word.includes('://') ? parseAddress(word).host : (parseAddress(word), word);
  } catch (cause) {
    if (!(cause instanceof AddressError)) throw cause;
    throw new TargetsTextError(
      `${unit} ${at + 1}: ${harmlessText(cause.message)}; a plain list has one host a line (a mapping of targets begins with targets:)`,
      { cause },
    );
  }
}

function hasMoreLines(text: string, most: number): boolean {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1 && count <= most; at = text.indexOf('\n', at + 1)) count += 1;
  return count > most;
}

function fromYaml(text: string): unknown {
  if (text.length > longestYaml) throw new TargetsTextError(`YAML has at most ${longestYaml} characters`);
  try {
    return readYaml(text).value;
  } catch (cause) {
    if (!(cause instanceof YamlTextError)) throw cause;
    throw new TargetsTextError(`no YAML: ${mistakeText(cause)}`, { cause });
  }
}

function mistakeText({ kind, message, place }: YamlTextError): string {
  const at = place === null ? '' : ` at line ${place.line}`;
  if (kind === 'repeated-key') return `the key ${message} stands twice${at}`;
  return kind === 'escape' ? `${message}${at}; ${quotesAdvice}` : `${message}${at}`;
}

/**
 * What is wrong with a text that is to be a user, a host, a path or another name; null where nothing is. Control
 * characters are what a backslash in double quotes makes of `"CORP\admin"`.
 */
export function nameProblem(text: string): string | null {
  const found = /[\p{Cc}\u00a0\u2028\u2029]/u.exec(text)?.[0];
  if (found === undefined) return null;
  const code = (found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `holds the control character U+${code}: ${quotesAdvice}`;
}
