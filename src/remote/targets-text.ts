import { harmlessText } from '../transports/harmless-text';
import { AddressError, parseAddress } from './address';
import { InventoryError } from './inventory/host-list';
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

const quotesAdvice =
  "in double quotes a backslash begins an escape; write names and paths in single quotes: 'CORP\\admin'";

/**
 * What a targets file says, unchecked: this program's YAML (or JSON), an inventory of Ansible, CSV with a header, or a
 * plain list of hosts, one a line, whose comments begin with `#`; told by the content where no format is said. The work
 * is linear in the length of the text.
 */
export function readTargetsText(text: string, format: InventoryFormat | null = null): unknown {
  const inventory = inventoryOf(text, format);
  if (inventory !== 'targets') return inventory;
  const list = plainList(text);
  if (list !== null) return targetsOf(list);
  const value = fromYaml(text);
  if (value === null || value === undefined) return {};
  if (Array.isArray(value) && value.every((each) => typeof each === 'string')) {
    return targetsOf(value.map((word, at) => ({ word, place: `entry ${at + 1}` })));
  }
  if (typeof value === 'object' && !Array.isArray(value)) return value;
  throw new TargetsTextError(
    `a mapping is expected (targets:, groups:, defaults:), or a plain list of hosts, one a line${strangeLine(text)}`,
  );
}

/** The first line that can be no host of a list. */
function strangeLine(text: string): string {
  const lines = linesOf(text);
  const strange = lines.find(({ word }) => word !== '' && !looksLikeHost(word));
  return strange === undefined
    ? ''
    : `; ${strange.place}, "${harmlessText(strange.word.slice(0, 60))}", is none`;
}

function inventoryOf(text: string, format: InventoryFormat | null): unknown {
  try {
    const read = readInventory(text, format);
    return read === 'targets' ? read : targetsOfList(read);
  } catch (cause) {
    if (!(cause instanceof InventoryError)) throw cause;
    throw new TargetsTextError(harmlessText(cause.message), { cause });
  }
}

interface Listed {
  readonly word: string;
  readonly place: string;
}

/** The hosts of a text in which every line is one word; null for another text, and for one without any. */
function plainList(text: string): readonly Listed[] | null {
  const lines = linesOf(text);
  const words = lines.filter(({ word }) => word !== '');
  return words.length > 0 && words.every(({ word }) => looksLikeHost(word)) ? words : null;
}

/** The lines without comments. */
function linesOf(text: string): readonly Listed[] {
  return text.split(/\r\n|\n|\r/).map((line, at) => ({
    word: line.replace(/(?:^|\s)#.*$/, '').trim(),
    place: `line ${at + 1}`,
  }));
}

/** No line of YAML's mappings and flows, and no mark between documents, looks like this. */
function looksLikeHost(word: string): boolean {
  return /^[^\s{}'"&*!|>%@`,?-][^\s{}'",]*$/.test(word) && !/(?:^|[^:]):$/.test(word);
}

/** The targets of a list: each by its word, one with a scheme by its host. */
function targetsOf(list: readonly Listed[]): unknown {
  const targets = new Map<string, { readonly host: string }>();
  for (const { word, place } of list) {
    const name = hostOf(word, place);
    const earlier = targets.get(name.toLowerCase());
    if (earlier !== undefined && earlier.host !== word) {
      throw new TargetsTextError(`${place}: ${name} stands there twice, as ${earlier.host} and as ${word}`);
    }
    targets.set(name.toLowerCase(), { host: word });
  }
  return {
    targets: Object.fromEntries([...targets.values()].map(({ host }) => [hostOf(host, ''), { host }])),
  };
}

function hostOf(word: string, place: string): string {
  try {
    return word.includes('://') ? parseAddress(word).host : (parseAddress(word), word);
  } catch (cause) {
    if (!(cause instanceof AddressError)) throw cause;
    throw new TargetsTextError(
      `${place}: ${harmlessText(cause.message)}; a plain list has one host a line (a mapping of targets begins with targets:)`,
      { cause },
    );
  }
}

function fromYaml(text: string): unknown {
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
