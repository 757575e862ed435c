import { type InstanceFilter } from '../../../licensing/provider';

/** A WQL string literal: a quote inside is `\'`, a backslash `\\`. */
export function wqlText(text: string): string {
  return `'${text.replace(/[\\']/g, (character) => `\\${character}`)}'`;
}

/** The query that slmgr itself sends; `select` null asks for all properties. */
export function renderWql(
  className: string,
  select: readonly string[] | null,
  filter: InstanceFilter,
): string {
  const from = `SELECT ${select === null ? '*' : select.join(', ')} FROM ${className}`;
  switch (filter.kind) {
    case 'all':
      return from;
    case 'has-product-key':
      return `${from} WHERE PartialProductKey <> null`;
    case 'id':
      return `${from} WHERE ID = ${wqlText(filter.id)}`;
  }
}
