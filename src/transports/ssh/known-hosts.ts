import { createHash, createHmac, randomBytes } from 'node:crypto';
import { matchesHostList } from './patterns';

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
  const words = text.replace(/^[ \t]+/, '').split(/[ \t]+/);
  const [first = ''] = words;
  const marker = isMarker(first) ? markers[first] : 'none';
  const [names = '', keyType, encoded] = marker === 'none' ? words : words.slice(1);
  if (names.startsWith('@') || keyType === undefined || encoded === undefined) return null;
  const key = Buffer.from(encoded, 'base64');
  return keyTypeOf(key) === keyType ? { marker, names, keyType, key, file, line } : null;
}

const namesField = /^[ \t]*(?:@[^ \t]+[ \t]+)?([^ \t]+)/;

/** Whether a names field can be looked up as it is: not hashed, no wildcards, nothing excluded. */
function isPlain(field: string): boolean {
  return !/^\||[*?!]/.test(field);
}

/**
 * A known_hosts text in OpenSSH's format, indexed by name: a file of many hosts costs one reading, and the keys of
 * the hosts that are not asked for are not even decoded. Lines that OpenSSH would skip are skipped.
 */
export class KnownHosts {
  readonly #file: string;
  readonly #lines: readonly string[];
  readonly #named = new Map<string, number[]>();
  /** Lines that every name has to be held against. */
  readonly #others: { readonly field: string; readonly at: number }[] = [];

  constructor(text: string, file: string) {
    this.#file = file;
    this.#lines = text.split('\n');
    this.#lines.forEach((line, at) => this.#index(namesField.exec(line)?.[1] ?? '', at));
  }

  #index(field: string, at: number): void {
    if (field === '' || field.startsWith('#')) return;
    if (!isPlain(field)) {
      this.#others.push({ field, at });
      return;
    }
    for (const name of new Set(field.toLowerCase().split(','))) {
      const lines = this.#named.get(name);
      if (lines === undefined) this.#named.set(name, [at]);
      else lines.push(at);
    }
  }

  /** The usable lines about a host, named as {@link knownHostsName} does, in the order of the file. */
  about(name: string): readonly KnownHostsEntry[] {
    const others = this.#others.filter(({ field }) => matchesNames(field, name)).map(({ at }) => at);
    return [...(this.#named.get(name) ?? []), ...others]
      .sort((left, right) => left - right)
      .flatMap((at) => parseLine(this.#lines[at] ?? '', this.#file, at + 1) ?? []);
  }
}

/** The type at the start of a key in SSH's wire form (`ssh-ed25519`, `ssh-rsa` …); empty where it is malformed. */
export function keyTypeOf(key: Buffer): string {
  if (key.length < 4) return '';
  const length = key.readUInt32BE(0);
  return length > 64 || key.length < 4 + length ? '' : key.toString('latin1', 4, 4 + length);
}

/** Bits of an RSA key in SSH's wire form; null for a key of another type. */
export function rsaBits(key: Buffer): number | null {
  if (keyTypeOf(key) !== 'ssh-rsa') return null;
  const field = (at: number): Buffer =>
    at + 4 > key.length ? Buffer.alloc(0) : key.subarray(at + 4, at + 4 + key.readUInt32BE(at));
  const exponentAt = 4 + 'ssh-rsa'.length;
  const modulus = field(exponentAt + 4 + field(exponentAt).length);
  const digits = modulus.toString('hex').replace(/^0+/, '');
  return digits === '' ? 0 : 4 * digits.length - Math.clz32(parseInt(digits.charAt(0), 16)) + 28;
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

function hashOf(name: string, salt: string): string {
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64');
}

/** A host's name as known_hosts keeps it where HashKnownHosts is on. */
export function hashedName(name: string): string {
  const salt = randomBytes(20).toString('base64');
  return `|1|${salt}|${hashOf(name, salt)}`;
}

/** Whether a names field is about a host: hashed, or a list in which an exclusion (`!`) wins over every match. */
export function matchesNames(field: string, name: string): boolean {
  if (!field.startsWith('|')) return matchesHostList(name, field);
  const [, salt = '', digest = ''] = /^\|1\|([^|]+)\|([^|]+)$/.exec(field) ?? [];
  return salt !== '' && hashOf(name, salt) === digest;
}

/**
 * What the lines about a host say of a key that it has shown. A revoked key is refused for whichever host the line names; a
 * line of a certificate authority says nothing of a plain key; any other plain key on file, of whichever type, means
 * that the key changed.
 */
export function judgeHostKey(about: readonly KnownHostsEntry[], key: Buffer): HostKeyVerdict {
  const same = about.filter((entry) => entry.key.equals(key));
  const revoked = same.find((entry) => entry.marker === 'revoked');
  if (revoked !== undefined) return { kind: 'revoked', entry: revoked };
  if (same.some((entry) => entry.marker === 'none')) return { kind: 'known' };
  const plain = about.filter((entry) => entry.marker === 'none');
  const type = keyTypeOf(key);
  const other = plain.find((entry) => entry.keyType === type) ?? plain[0];
  return other === undefined ? { kind: 'unknown' } : { kind: 'changed', entry: other };
}

/**
 * {@link judgeHostKey} for a host that is named with its port. Where nothing is on file under that name, the lines about
 * the host without its port are asked: there only a match counts, and a revocation.
 */
export function judgeWithFallback(
  about: readonly KnownHostsEntry[],
  withoutPort: readonly KnownHostsEntry[],
  key: Buffer,
): HostKeyVerdict {
  const verdict = judgeHostKey(about, key);
  if (verdict.kind !== 'unknown') return verdict;
  const fallback = judgeHostKey(withoutPort, key);
  return fallback.kind === 'changed' ? verdict : fallback;
}

/** Signature algorithms for the key types on file for a host, in the order of the file; RSA keys go by SHA-2. */
export function knownKeyAlgorithms(about: readonly KnownHostsEntry[]): readonly string[] {
  const types = about.filter((entry) => entry.marker === 'none');
  const algorithms = types.flatMap(({ keyType }) =>
    keyType === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'] : [keyType],
  );
  return [...new Set(algorithms)];
}

/** A line to append for a host. */
export function knownHostsLine(name: string, key: Buffer): string {
  return `${name} ${keyTypeOf(key)} ${key.toString('base64')}\n`;
}
