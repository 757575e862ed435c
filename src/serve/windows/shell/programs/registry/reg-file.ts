import { Buffer } from 'node:buffer';
import { type RegistryValue } from '../../../../../lab/model/state';

/** The text format of `reg export` and `reg import`: "Windows Registry Editor Version 5.00", UTF-16 with a mark. */

const title = 'Windows Registry Editor Version 5.00';
const formerTitle = 'REGEDIT4';
const width = 80;

/** A key of a file with its values; a null value is one that the file deletes. */
export interface FileKey {
  readonly key: string;
  /** True for `[-KEY]`, which deletes the key. */
  readonly isDeleted: boolean;
  readonly values: readonly { readonly name: string; readonly value: RegistryValue | null }[];
}

/** A file's bytes. */
export function regFile(keys: readonly FileKey[]): Buffer {
  const blocks = keys.map(({ key, values }) =>
    [`[${key}]`, ...values.map(({ name, value }) => valueLine(name, value)), ''].join('\r\n'),
  );
  return Buffer.from(`\ufeff${title}\r\n\r\n${blocks.map((block) => `${block}\r\n`).join('')}`, 'utf16le');
}

function valueLine(name: string, value: RegistryValue | null): string {
  const head = `${name === '' ? '@' : quoted(name)}=`;
  if (value === null) return `${head}-`;
  switch (value.type) {
    case 'SZ':
      return head + quoted(value.data);
    case 'DWORD':
      return `${head}dword:${value.data.toString(16).padStart(8, '0')}`;
    case 'EXPAND_SZ':
      return hexLines(`${head}hex(2):`, Buffer.from(`${value.data}\0`, 'utf16le'));
    case 'MULTI_SZ':
      return hexLines(
        `${head}hex(7):`,
        Buffer.from(`${value.data.map((text) => `${text}\0`).join('')}\0`, 'utf16le'),
      );
    case 'QWORD': {
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64LE(BigInt(value.data));
      return hexLines(`${head}hex(b):`, bytes);
    }
    case 'BINARY':
      return hexLines(`${head}hex:`, Buffer.from(value.data, 'hex'));
  }
}

function quoted(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', String.raw`\"`)}"`;
}

/** Bytes in lines that break behind a comma before they are too wide. */
function hexLines(head: string, bytes: Buffer): string {
  const lines: string[] = [];
  let line = head;
  for (const [index, byte] of bytes.entries()) {
    const piece = byte.toString(16).padStart(2, '0') + (index < bytes.length - 1 ? ',' : '');
    if (line.length + piece.length >= width - 1) {
      lines.push(`${line}\\`);
      line = '  ';
    }
    line += piece;
  }
  return [...lines, line].join('\r\n');
}

/** Reads a file's text; null where it is no registry file. What a line does not say rightly is passed over, as Windows does. */
export function readRegFile(text: string): readonly FileKey[] | null {
  const [first = '', ...lines] = text
    .replace(/^\ufeff/, '')
    .replaceAll(/\\\r?\n[ \t]*/g, '')
    .split(/\r?\n/);
  if (first.trim() !== title && first.trim() !== formerTitle) return null;
  const keys: { key: string; isDeleted: boolean; values: { name: string; value: RegistryValue | null }[] }[] =
    [];
  for (const line of lines) {
    const [, minus = '', key] = /^\s*\[(-?)(.+)\]\s*$/.exec(line) ?? [];
    const last = keys.at(-1);
    if (key !== undefined) keys.push({ key, isDeleted: minus !== '', values: [] });
    else if (last !== undefined) {
      const value = readValueLine(line);
      if (value !== null) last.values.push(value);
    }
  }
  return keys;
}

function readValueLine(line: string): { readonly name: string; readonly value: RegistryValue | null } | null {
  const [, at, text = '', data = ''] = /^\s*(?:(@)|"((?:[^"\\]|\\.)*)")\s*=\s*(.*?)\s*$/.exec(line) ?? [];
  if (at === undefined && !/^\s*"/.test(line)) return null;
  const name = at === undefined ? unquoted(text) : '';
  if (data === '-') return { name, value: null };
  const value = readData(data);
  return value === null ? null : { name, value };
}

function unquoted(text: string): string {
  return text.replaceAll(/\\(.)/g, '$1');
}

function readData(data: string): RegistryValue | null {
  const [, text] = /^"((?:[^"\\]|\\.)*)"$/.exec(data) ?? [];
  if (text !== undefined) return { type: 'SZ', data: unquoted(text) };
  const [, number] = /^dword:([0-9a-f]{1,8})$/i.exec(data) ?? [];
  if (number !== undefined) return { type: 'DWORD', data: Number.parseInt(number, 16) };
  const [, kind = '3', list] = /^hex(?:\(([0-9a-b])\))?:([0-9a-f, \t]*)$/i.exec(data) ?? [];
  if (list === undefined) return null;
  const bytes = Buffer.from(
    list
      .split(',')
      .map((each) => each.trim())
      .filter((each) => each !== '')
      .map((each) => each.padStart(2, '0'))
      .join(''),
    'hex',
  );
  return ofBytes(kind.toLowerCase(), bytes);
}

function ofBytes(kind: string, bytes: Buffer): RegistryValue | null {
  const text = bytes.toString('utf16le');
  switch (kind) {
    case '1':
      return { type: 'SZ', data: text.replace(/\0+$/, '') };
    case '2':
      return { type: 'EXPAND_SZ', data: text.replace(/\0+$/, '') };
    case '3':
      return { type: 'BINARY', data: bytes.toString('hex') };
    case '4':
      return bytes.length === 4 ? { type: 'DWORD', data: bytes.readUInt32LE() } : null;
    case '7':
      return { type: 'MULTI_SZ', data: text.split('\0').filter((each) => each !== '') };
    case 'b':
      return bytes.length === 8 ? { type: 'QWORD', data: String(bytes.readBigUInt64LE()) } : null;
    default:
      return null;
  }
}
