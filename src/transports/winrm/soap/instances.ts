import { attribute, childrenNamed, type XmlElement } from './xml';

/** A property as it stood on the wire: null for xsi:nil, an array where the element was repeated. */
export type WireValue = string | null | readonly (string | null)[];

/** One instance or one projection, its properties by the name the server gave. */
export type WireInstance = ReadonlyMap<string, WireValue>;

/**
 * Reads one item of an enumeration or a method's output: a class instance (`p:CLASS`), a projection
 * (`w:XmlFragment`), or an item wrapped in `w:Item` beside its reference.
 */
export function readInstance(item: XmlElement): WireInstance {
  const element =
    item.name === 'Item' ? (item.children.find(({ name }) => name !== 'EndpointReference') ?? item) : item;
  const found = new Map<string, (string | null)[]>();
  for (const property of element.children) {
    const value = readValue(property);
    const before = found.get(property.name);
    if (before === undefined) found.set(property.name, [value]);
    else before.push(value);
  }
  return new Map(
    [...found].map(([name, values]): [string, WireValue] => {
      const [first = null] = values;
      return [name, values.length === 1 ? first : values];
    }),
  );
}

function readValue(property: XmlElement): string | null {
  if (/^(true|1)$/.test(attribute(property, 'nil') ?? '')) {
    return null;
  }
  const date = childrenNamed(property, 'Datetime')[0] ?? childrenNamed(property, 'Interval')[0];
  return date === undefined ? property.text : date.text.trim();
}
