import { type InstanceFilter } from '../../../licensing/provider';

/** A WQL string literal: a quote inside is `\'`, a backslash `\\`. */
export function wqlText(text: string): string {
  return `'${text.replace(/[\\']/g, (character) => `\\${character}`)}'`;
}

/** The query that slmgr itself sends: never all properties, among which is the key of the firmware. */
export function renderWql(className: string, select: readonly string[], filter: InstanceFilter): string {
  const from = `SELECT ${select.join(', ')} FROM ${className}`;
  switch (filter.kind) {
    case 'all':
      return from;
    case 'has-product-key':
      return `${from} WHERE PartialProductKey <> null`;
    case 'id':
      return `${from} WHERE ID = ${wqlText(filter.id)}`;
  }
}
