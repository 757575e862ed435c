/**
 * A strict reader for machine-made SOAP: elements, attributes, text, CDATA, the five named entities and numeric ones,
 * namespaces resolved. No DTD, no processing instructions but the declaration. Everything a remote machine could use
 * to exhaust memory or time is bounded.
 */

/** An element with its namespace resolved. `text` is its own character data, in order, without the children's. */
export interface XmlElement {
  readonly namespace: string;
  readonly name: string;
  readonly attributes: readonly XmlAttribute[];
  readonly children: readonly XmlElement[];
  readonly text: string;
}

export interface XmlAttribute {
  readonly namespace: string;
  readonly name: string;
  readonly value: string;
}

/** Why a text is not the XML this program reads. */
export class XmlError extends Error {
  constructor(message: string, offset: number) {
    super(`${message} at character ${offset}`);
    this.name = 'XmlError';
  }
}

const maxDepth = 64;
const maxAttributes = 64;

/** Most elements, attributes and steps through namespaces of one document: a licensing answer has a tenth of it. */
const maxWork = 1_000_000;

/** What reading documents may cost, and has cost. It is shared by the answers of one operation. */
export class XmlWork {
  readonly #limit: number;
  #spent = 0;

  constructor(limit = maxWork) {
    this.#limit = limit;
  }

  get spent(): number {
    return this.#spent;
  }

  /** False once the limit is passed. */
  spend(steps: number): boolean {
    this.#spent += steps;
    return this.#spent <= this.#limit;
  }
}
const nameStart = /[A-Za-z_\u0080-\uffff]/;
const nameToken =
  /[A-Za-z_\u0080-\uffff][\w.\-\u0080-\uffff]*(?::[A-Za-z_\u0080-\uffff][\w.\-\u0080-\uffff]*)?/y;
const spaces = /[ \t\r\n]*/y;
const entity = /&(?:#(\d{1,7})|#x([0-9A-Fa-f]{1,6})|(amp|lt|gt|quot|apos));/g;
const named = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" } as const;

/** Reads one document and returns its root element. Throws {@link XmlError} for anything else, and for too much of it. */
export function parseXml(source: string, work = new XmlWork()): XmlElement {
  return new Reader(source, work).document();
}

/** Thrown for a text with characters that XML 1.0 cannot carry. */
export class XmlTextError extends RangeError {
  constructor() {
    super('the text has a character that XML cannot carry');
    this.name = 'XmlTextError';
  }
}

/** True for an {@link XmlTextError} of any copy of this module. */
export function isXmlTextError(error: unknown): error is XmlTextError {
  return error instanceof Error && error.name === 'XmlTextError';
}

// eslint-disable-next-line no-control-regex -- these are the characters that XML 1.0 forbids
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff\p{Cs}]/gu;

/** True for a text that XML 1.0 can carry. A peer that is not strict may have sent another. */
export function isXmlText(text: string): boolean {
  return text.search(forbidden) < 0;
}

/** Escapes character data and attribute values; throws {@link XmlTextError} for what XML 1.0 cannot carry. */
export function escapeXml(text: string): string {
  if (!isXmlText(text)) throw new XmlTextError();
  return escaped(text);
}

/** Escapes text of an answer: what XML cannot carry becomes U+FFFD, since an answer has to be given. */
export function escapeForAnswer(text: string): string {
  return escaped(text.replaceAll(forbidden, '\ufffd'));
}

function escaped(text: string): string {
  return text.replace(/[&<>"'\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** The first child with this local name, in any namespace: peers differ in prefixes and, in places, in namespaces. */
export function child(element: XmlElement | undefined, ...path: readonly string[]): XmlElement | undefined {
  return path.reduce<XmlElement | undefined>(
    (at, name) => at?.children.find((candidate) => candidate.name === name),
    element,
  );
}

/** All children with this local name. */
export function childrenNamed(element: XmlElement | undefined, name: string): readonly XmlElement[] {
  return element?.children.filter((candidate) => candidate.name === name) ?? [];
}

/** Value of an attribute by local name, or undefined. */
export function attribute(element: XmlElement | undefined, name: string): string | undefined {
  return element?.attributes.find((candidate) => candidate.name === name)?.value;
}

/** Namespaces that an element declares itself, and where the others are. */
interface Scope {
  readonly own: ReadonlyMap<string, string>;
  readonly outer: Scope | null;
}
interface RawAttribute {
  readonly prefix: string;
  readonly name: string;
  readonly value: string;
}

const xmlNamespaces: Scope = {
  own: new Map([
    ['', ''],
    ['xml', 'http://www.w3.org/XML/1998/namespace'],
  ]),
  outer: null,
};
const none: readonly never[] = [];

class Reader {
  readonly #source: string;
  readonly #work: XmlWork;
  #at = 0;

  constructor(source: string, work: XmlWork) {
    this.#work = work;
    this.#source = source.startsWith('\ufeff') ? source.slice(1) : source;
  }

  document(): XmlElement {
    this.#skip();
    if (this.#source.startsWith('<?xml', this.#at)) {
      this.#past('?>', 'an XML declaration without end');
    }
    this.#skipComments();
    const root = this.#element(xmlNamespaces, 0);
    this.#skipComments();
    if (this.#at !== this.#source.length) {
      throw this.#error('text after the document');
    }
    return root;
  }

  #element(outer: Scope, depth: number): XmlElement {
    if (depth > maxDepth) {
      throw this.#error('elements nested too deeply');
    }
    if (this.#source[this.#at] !== '<' || !nameStart.test(this.#source[this.#at + 1] ?? '')) {
      throw this.#error('no element');
    }
    this.#at += 1;
    const tag = this.#name();
    const raw = this.#attributes();
    this.#spend(1 + raw.length);
    const scope = extend(outer, raw);
    const [prefix, name] = split(tag);
    const attributes =
      raw.length === 0
        ? none
        : raw.filter(isPlain).map((item) => ({
            namespace: item.prefix === '' ? '' : this.#resolve(scope, item.prefix),
            name: item.name,
            value: item.value,
          }));
    const head = { namespace: this.#resolve(scope, prefix), name, attributes };
    if (this.#source.startsWith('/>', this.#at)) {
      this.#at += 2;
      return { ...head, children: none, text: '' };
    }
    this.#expect('>');
    return { ...head, ...this.#content(tag, scope, depth) };
  }

  #content(tag: string, scope: Scope, depth: number): { children: XmlElement[]; text: string } {
    const children: XmlElement[] = [];
    const text: string[] = [];
    for (;;) {
      const next = this.#source.indexOf('<', this.#at);
      if (next < 0) {
        throw this.#error(`<${tag}> without end`);
      }
      text.push(this.#decode(this.#source.slice(this.#at, next)));
      this.#at = next;
      if (this.#source.startsWith('</', next)) {
        this.#at += 2;
        if (this.#name() !== tag) {
          throw this.#error(`</${tag}> expected`);
        }
        this.#skip();
        this.#expect('>');
        return { children, text: text.join('') };
      }
      if (this.#source.startsWith('<![CDATA[', next)) {
        const end = this.#past(']]>', 'CDATA without end');
        text.push(this.#source.slice(next + 9, end));
      } else if (this.#source.startsWith('<!--', next)) {
        this.#past('-->', 'a comment without end');
      } else {
        children.push(this.#element(scope, depth + 1));
      }
    }
  }

  #attributes(): readonly RawAttribute[] {
    const found: RawAttribute[] = [];
    for (;;) {
      const before = this.#at;
      this.#skip();
      if (!nameStart.test(this.#source[this.#at] ?? '')) {
        return found;
      }
      if (before === this.#at || found.length === maxAttributes) {
        throw this.#error('malformed attributes');
      }
      const [prefix, name] = split(this.#name());
      this.#skip();
      this.#expect('=');
      this.#skip();
      found.push({ prefix, name, value: this.#quoted() });
    }
  }

  #quoted(): string {
    const quote = this.#source[this.#at];
    if (quote !== '"' && quote !== "'") {
      throw this.#error('an attribute without quotes');
    }
    const start = this.#at + 1;
    const end = this.#source.indexOf(quote, start);
    const value = this.#source.slice(start, end);
    if (end < 0 || value.includes('<')) {
      throw this.#error('an attribute without end');
    }
    this.#at = end + 1;
    return this.#decode(value);
  }

  #decode(text: string): string {
    if (!text.includes('&')) {
      return text;
    }
    const decoded = text.replace(
      entity,
      (_all, decimal?: string, hexadecimal?: string, name?: keyof typeof named) => {
        if (name !== undefined) {
          return named[name];
        }
        const code =
          decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number.parseInt(decimal, 10);
        if (code > 0x10ffff || code === 0) {
          throw this.#error('a character reference outside Unicode');
        }
        return String.fromCodePoint(code);
      },
    );
    if (text.replace(entity, '').includes('&')) {
      throw this.#error('an unknown entity');
    }
    return decoded;
  }

  /** No more than {@link maxDepth} steps outwards. */
  #resolve(scope: Scope, prefix: string): string {
    for (let at: Scope | null = scope; at !== null; at = at.outer) {
      this.#spend(1);
      const uri = at.own.get(prefix);
      if (uri !== undefined) return uri;
    }
    throw this.#error(`the prefix "${prefix}" is bound to nothing`);
  }

  #spend(steps: number): void {
    if (!this.#work.spend(steps)) throw this.#error('more elements than any licensing answer has');
  }

  #name(): string {
    nameToken.lastIndex = this.#at;
    const match = nameToken.exec(this.#source);
    if (match === null) {
      throw this.#error('a name expected');
    }
    this.#at = nameToken.lastIndex;
    return match[0];
  }

  #skip(): void {
    spaces.lastIndex = this.#at;
    spaces.exec(this.#source);
    this.#at = spaces.lastIndex;
  }

  #skipComments(): void {
    this.#skip();
    while (this.#source.startsWith('<!--', this.#at)) {
      this.#past('-->', 'a comment without end');
      this.#skip();
    }
  }

  /** Moves behind a mark and returns where the mark began. */
  #past(mark: string, complaint: string): number {
    const end = this.#source.indexOf(mark, this.#at);
    if (end < 0) {
      throw this.#error(complaint);
    }
    this.#at = end + mark.length;
    return end;
  }

  #expect(text: string): void {
    if (!this.#source.startsWith(text, this.#at)) {
      throw this.#error(`"${text}" expected`);
    }
    this.#at += text.length;
  }

  #error(message: string): XmlError {
    return new XmlError(message, this.#at);
  }
}

function split(name: string): [prefix: string, local: string] {
  const colon = name.indexOf(':');
  return colon < 0 ? ['', name] : [name.slice(0, colon), name.slice(colon + 1)];
}

/** False for the declaration of a namespace. */
function isPlain({ prefix, name }: RawAttribute): boolean {
  return prefix !== 'xmlns' && !(prefix === '' && name === 'xmlns');
}

function extend(outer: Scope, raw: readonly RawAttribute[]): Scope {
  const own = raw
    .filter((item) => !isPlain(item))
    .map((item): [string, string] => [item.prefix === '' ? '' : item.name, item.value]);
  return own.length === 0 ? outer : { own: new Map(own), outer };
}
