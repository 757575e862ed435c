import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** One usable line of a known_hosts file. */
export interface KnownHostsEntry {
  readonly marker: 'none' | 'revoked' | 'cert-authority';
  /** The names field: a comma list with wildcards and exclusions, or one hashed name. */
  readonly names: string;
  readonly keyType: string;
  readonly key: Buffer;
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
}

/** What the files say of a host's key. */
export type HostKeyVerdict =
  | { readonly kind: 'known' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'changed'; readonly entry: KnownHostsEntry }
  | { readonly kind: 'revoked'; readonly entry: KnownHostsEntry };

const markers = { '@revoked': 'revoked', '@cert-authority': 'cert-authority' } as const;

function isMarker(word: string): word is keyof typeof markers {
  return Object.hasOwn(markers, word);
}

function parseLine(text: string, file: string, line: number): KnownHostsEntry | null {
  const words = text.trim().split(/\s+/);
  const [first = ''] = words;
  if (first === '' || first.startsWith('#')) return null;
  const marker = isMarker(first) ? markers[first] : first.startsWith('@') ? null : 'none';
  if (marker === null) return null;
  const [names, keyType, encoded] = marker === 'none' ? words : words.slice(1);
  if (names === undefined || keyType === undefined || encoded === undefined) return null;
  const key = Buffer.from(encoded, 'base64');
  return keyTypeOf(key) === keyType ? { marker, names, keyType, key, file, line } : null;
}

const namesField = /^\s*(?:@\S+\s+)?(\S+)/;

/**
 * The usable lines of a known_hosts text in OpenSSH's format; lines that OpenSSH would skip are skipped. With `about`
 * only the lines that are about this name: the keys of the others are not even decoded.
 */
export function parseKnownHosts(text: string, file: string, about?: string): readonly KnownHostsEntry[] {
  return text.split('\n').flatMap((line, index) => {
    if (about !== undefined && !matchesNames(namesField.exec(line)?.[1] ?? '', about)) return [];
    return parseLine(line, file, index + 1) ?? [];
  });
}

/** The type at the start of a key in SSH's wire form (`ssh-ed25519`, `ssh-rsa` …); empty where it is malformed. */
export function keyTypeOf(key: Buffer): string {
  if (key.length < 4) return '';
  const length = key.readUInt32BE(0);
  return length > 64 || key.length < 4 + length ? '' : key.toString('latin1', 4, 4 + length);
}

/** `SHA256:` and the unpadded base64 of the key's SHA-256, as OpenSSH shows it. */
export function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** A host as known_hosts names it: in lower case, with brackets and the port where it is not 22. */
export function knownHostsName(host: string, port: number): string {
  const name = host.toLowerCase();
  return port === 22 ? name : `[${name}]:${String(port)}`;
}

function matchesHash(field: string, name: string): boolean {
  const [, version, salt = '', digest = ''] = field.split('|');
  if (version !== '1') return false;
  const expected = Buffer.from(digest, 'base64');
  const actual = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest();
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

function matchesPattern(pattern: string, name: string): boolean {
  if (!/[*?]/.test(pattern)) return pattern.toLowerCase() === name;
  const source = pattern
    .toLowerCase()
    .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll(/\*+/g, '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`).test(name);
}

/** Whether a names field is about a host: hashed, or a list in which an exclusion (`!`) wins over every match. */
export function matchesNames(field: string, name: string): boolean {
  if (field.startsWith('|')) return matchesHash(field, name);
  const patterns = field.split(',').filter((pattern) => pattern !== '');
  if (patterns.some((pattern) => pattern.startsWith('!') && matchesPattern(pattern.slice(1), name)))
    return false;
  return patterns.some((pattern) => !pattern.startsWith('!') && matchesPattern(pattern, name));
}

/**
 * What known_hosts says of a key that a host has shown. A revoked key is refused for whichever host the line names; a
 * line of a certificate authority says nothing of a plain key; another key of the same type on file means that the
 * key changed.
 */
export function judgeHostKey(entries: readonly KnownHostsEntry[], name: string, key: Buffer): HostKeyVerdict {
  const about = entries.filter((entry) => matchesNames(entry.names, name));
  const same = about.filter((entry) => entry.key.equals(key));
  const revoked = same.find((entry) => entry.marker === 'revoked');
  if (revoked !== undefined) return { kind: 'revoked', entry: revoked };
  if (same.some((entry) => entry.marker === 'none')) return { kind: 'known' };
  const type = keyTypeOf(key);
  const other = about.find((entry) => entry.marker === 'none' && entry.keyType === type);
  return other === undefined ? { kind: 'unknown' } : { kind: 'changed', entry: other };
}

/** Signature algorithms for the key types on file for a host, in the order of the file; RSA keys go by SHA-2. */
export function knownKeyAlgorithms(entries: readonly KnownHostsEntry[], name: string): readonly string[] {
  const types = entries.filter((entry) => entry.marker === 'none' && matchesNames(entry.names, name));
  const algorithms = types.flatMap(({ keyType }) =>
    keyType === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'] : [keyType],
  );
  return [...new Set(algorithms)];
}

/** A line to append for a host. */
export function knownHostsLine(name: string, key: Buffer): string {
  return `${name} ${keyTypeOf(key)} ${key.toString('base64')}\n`;
}
