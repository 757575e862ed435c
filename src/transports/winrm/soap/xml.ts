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
const nameStart = /[A-Za-z_\u0080-\uffff]/;
const nameToken =
  /[A-Za-z_\u0080-\uffff][\w.\-\u0080-\uffff]*(?::[A-Za-z_\u0080-\uffff][\w.\-\u0080-\uffff]*)?/y;
const spaces = /[ \t\r\n]*/y;
const entity = /&(?:#(\d{1,7})|#x([0-9A-Fa-f]{1,6})|(amp|lt|gt|quot|apos));/g;
const named = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" } as const;

/** Reads one document and returns its root element. Throws {@link XmlError} for anything else. */
export function parseXml(source: string): XmlElement {
  return new Reader(source).document();
}

/** Escapes character data and attribute values; control characters that XML 1.0 cannot carry are refused. */
export function escapeXml(text: string): string {
  // eslint-disable-next-line no-control-regex -- these are the characters that XML 1.0 forbids
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(text)) {
    throw new RangeError('the text has a control character that XML cannot carry');
  }
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

type Scope = ReadonlyMap<string, string>;
interface RawAttribute {
  readonly prefix: string;
  readonly name: string;
  readonly value: string;
}

const xmlNamespaces: Scope = new Map([
  ['', ''],
  ['xml', 'http://www.w3.org/XML/1998/namespace'],
]);

class Reader {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
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
    const scope = extend(outer, raw);
    const [prefix, name] = split(tag);
    const attributes = raw
      .filter((item) => item.prefix !== 'xmlns' && !(item.prefix === '' && item.name === 'xmlns'))
      .map((item) => ({
        namespace: item.prefix === '' ? '' : this.#resolve(scope, item.prefix),
        name: item.name,
        value: item.value,
      }));
    const head = { namespace: this.#resolve(scope, prefix), name, attributes };
    if (this.#source.startsWith('/>', this.#at)) {
      this.#at += 2;
      return { ...head, children: [], text: '' };
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

  #resolve(scope: Scope, prefix: string): string {
    const uri = scope.get(prefix);
    if (uri === undefined) {
      throw this.#error(`the prefix "${prefix}" is bound to nothing`);
    }
    return uri;
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

function extend(outer: Scope, raw: readonly RawAttribute[]): Scope {
  const own = raw.flatMap((item): [string, string][] => {
    if (item.prefix === 'xmlns') {
      return [[item.name, item.value]];
    }
    return item.prefix === '' && item.name === 'xmlns' ? [['', item.value]] : [];
  });
  return own.length === 0 ? outer : new Map([...outer, ...own]);
}
