import { DnsFormatError } from './format-error';
import { canonicalName, sameName, type DomainName } from './name';

/** A hash of RFC 8945 section 6 as node:crypto names it, its name on the wire and its full length in octets. */
const algorithms = {
  'hmac-sha1': { hash: 'sha1', octets: 20 },
  'hmac-sha224': { hash: 'sha224', octets: 28 },
  'hmac-sha256': { hash: 'sha256', octets: 32 },
  'hmac-sha384': { hash: 'sha384', octets: 48 },
  'hmac-sha512': { hash: 'sha512', octets: 64 },
} as const;

export type TsigAlgorithm = keyof typeof algorithms;

/** A key shared with a DNS server. The secret never leaves this object as text. */
export class TsigKey {
  readonly name: DomainName;
  readonly algorithm: TsigAlgorithm;
  /** Octets of the signature that are sent and that are asked of an answer; fewer than the hash's where truncated. */
  readonly macLength: number;
  readonly #secret: Buffer;

  constructor(name: DomainName, algorithm: TsigAlgorithm, secret: Buffer, macLength?: number) {
    this.name = canonicalName(name);
    this.algorithm = algorithm;
    this.macLength = macLength ?? algorithms[algorithm].octets;
    this.#secret = Buffer.from(secret);
  }

  /** The hash's name for node:crypto. */
  get hash(): string {
    return algorithms[this.algorithm].hash;
  }

  /** Gives the secret to one function and to nothing else: no property, JSON or inspection shows it. */
  withSecret<T>(use: (secret: Buffer) => T): T {
    return use(this.#secret);
  }
}

/** The least signature that may be accepted: half the hash and never under 10 octets (RFC 8945 section 5.2.2.1). */
export function leastMacLength(algorithm: TsigAlgorithm): number {
  return Math.max(10, algorithms[algorithm].octets / 2);
}

/** True where a name on the wire is that of the key's algorithm. */
export function isAlgorithmOf(key: TsigKey, name: DomainName): boolean {
  return sameName(name, key.algorithm);
}

/**
 * Reads a key in BIND's own form, as `tsig-keygen` prints it: `key "NAME" { algorithm hmac-sha256; secret "BASE64"; };`
 * with named.conf's comments and, behind the algorithm, its truncation (`hmac-sha256-128`). Exactly one key. Throws
 * {@link DnsFormatError}, which never contains the secret.
 */
export function parseTsigKey(text: string): TsigKey {
  const tokens = tokenize(text);
  const key = readKeyStatement(tokens);
  if (tokens.length > 0)
    throw keyError('it has something behind its first key statement; one key is expected');
  return key;
}

type Token =
  { readonly kind: 'word'; readonly text: string } | { readonly kind: 'mark'; readonly text: string };

const tokenPattern =
  /\/\/[^\n]*|#[^\n]*|\/\*[\s\S]*?\*\/|"(?<quoted>[^"\n]*)"|(?<mark>[{};])|(?<word>[^\s{};"]+)|\s+/gy;

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let end = 0;
  for (const match of text.matchAll(tokenPattern)) {
    end = match.index + match[0].length;
    const word = match.groups?.['quoted'] ?? match.groups?.['word'];
    const mark = match.groups?.['mark'];
    if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else if (mark !== undefined) tokens.push({ kind: 'mark', text: mark });
  }
  if (end !== text.length) throw keyError('it has a quotation mark that is not closed');
  return tokens;
}

function readKeyStatement(tokens: Token[]): TsigKey {
  if (takeWord(tokens, 'the word "key"').toLowerCase() !== 'key')
    throw keyError('it does not start with the word "key"');
  const name = takeWord(tokens, "the key's name");
  takeMark(tokens, '{');
  const clauses = new Map<string, string>();
  while (tokens[0]?.kind === 'word') {
    const clause = takeWord(tokens, 'a clause').toLowerCase();
    if (clause !== 'algorithm' && clause !== 'secret')
      throw keyError('a clause is neither "algorithm" nor "secret"');
    if (clauses.has(clause)) throw keyError(`"${clause}" occurs twice`);
    clauses.set(clause, takeWord(tokens, `the value of "${clause}"`));
    takeMark(tokens, ';');
  }
  takeMark(tokens, '}');
  takeMark(tokens, ';');
  const { algorithm, macLength } = readAlgorithm(clauses.get('algorithm'));
  return new TsigKey(name, algorithm, readSecret(clauses.get('secret')), macLength);
}

function takeWord(tokens: Token[], what: string): string {
  const token = tokens.shift();
  if (token?.kind !== 'word') throw keyError(`${what} is missing`);
  return token.text;
}

function takeMark(tokens: Token[], mark: string): void {
  const token = tokens.shift();
  if (token?.kind !== 'mark' || token.text !== mark) throw keyError(`"${mark}" is missing`);
}

function readAlgorithm(text: string | undefined): {
  readonly algorithm: TsigAlgorithm;
  readonly macLength: number;
} {
  if (text === undefined) throw keyError('"algorithm" is missing');
  const match = /^(?:hmac-)?(sha\d+)(?:-(\d{1,4}))?\.?$/i.exec(text);
  const algorithm = `hmac-${match?.[1]?.toLowerCase() ?? ''}`;
  if (!isAlgorithm(algorithm)) {
    const known = Object.keys(algorithms).join(', ');
    throw keyError(`its algorithm is not one of ${known}; make one with tsig-keygen -a hmac-sha256`);
  }
  return { algorithm, macLength: readMacLength(algorithm, match?.[2]) };
}

function readMacLength(algorithm: TsigAlgorithm, bits: string | undefined): number {
  const full = algorithms[algorithm].octets;
  const least = leastMacLength(algorithm);
  const octets = bits === undefined ? full : Number(bits) / 8;
  if (!Number.isInteger(octets) || octets < least || octets > full) {
    throw keyError(`its algorithm is truncated to a length outside ${least * 8} to ${full * 8} bits`);
  }
  return octets;
}

function isAlgorithm(name: string): name is TsigAlgorithm {
  return Object.hasOwn(algorithms, name);
}

function readSecret(text: string | undefined): Buffer {
  if (text === undefined) throw keyError('"secret" is missing');
  const compact = text.replace(/\s+/g, '');
  if (compact === '' || compact.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(compact))
    throw keyError('its secret is not base64');
  return Buffer.from(compact, 'base64');
}

function keyError(problem: string): DnsFormatError {
  return new DnsFormatError(`not a TSIG key as tsig-keygen prints it: ${problem}`);
}
