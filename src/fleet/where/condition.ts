/** A condition on the machines of the inventory, as `--where` says it. */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition }
  /** One and the same product fulfils all of it. */
  | { readonly kind: 'any'; readonly part: Condition }
  | { readonly kind: 'compare'; readonly column: string; readonly operator: Operator; readonly value: Value };

export const operators = ['!=', '<=', '>=', '!~', '=', '<', '>', '~'] as const;
export type Operator = (typeof operators)[number];

/** A value: null is `none`, numbers are numbers, times are seconds since 1970. */
export type Value = string | number | boolean | null;

/** What a column holds, which decides about its operators and values. */
export type ColumnKind = 'text' | 'number' | 'time' | 'flag' | 'status';

/** Columns of the machine itself. */
const ofMachine = {
  name: 'text',
  status: 'status',
  days: 'number',
  expires: 'time',
  rearms: 'number',
  system: 'text',
  build: 'text',
  edition: 'text',
  kind: 'text',
  uuid: 'text',
  cmid: 'text',
  'kms-set': 'text',
  reached: 'flag',
  licensed: 'flag',
  first: 'time',
  seen: 'time',
  tried: 'time',
  age: 'number',
  failure: 'text',
  step: 'text',
  hresult: 'text',
} as const satisfies Record<string, ColumnKind>;

/** Columns that each product has: outside of `any( )` one product that fits is enough, and `!=` means none of them. */
const ofProducts = {
  product: 'text',
  channel: 'text',
  key: 'text',
  kms: 'text',
  reason: 'text',
  addon: 'flag',
  count: 'number',
} as const satisfies Record<string, ColumnKind>;

/** Within `any( )` these are those of the product. */
const ofProductsInAny = {
  status: 'status',
  days: 'number',
  expires: 'time',
  rearms: 'number',
} as const satisfies Record<string, ColumnKind>;

export type MachineColumn = keyof typeof ofMachine;
export type ProductColumn = keyof typeof ofProducts | keyof typeof ofProductsInAny;

/** Where a column is looked for. */
export type FoundColumn =
  | { readonly of: 'machine'; readonly name: MachineColumn; readonly kind: ColumnKind }
  | { readonly of: 'product'; readonly name: ProductColumn; readonly kind: ColumnKind }
  | { readonly of: 'tag'; readonly name: string; readonly kind: 'text' };

/** The column of a name, within `any( )` or outside; null where there is none. */
export function findConditionColumn(name: string, isInAny: boolean): FoundColumn | null {
  if (name.startsWith('tag.') && name.length > 4) return { of: 'tag', name: name.slice(4), kind: 'text' };
  if (isInAny && has(ofProductsInAny, name)) return { of: 'product', name, kind: ofProductsInAny[name] };
  if (has(ofProducts, name)) return { of: 'product', name, kind: ofProducts[name] };
  return has(ofMachine, name) ? { of: 'machine', name, kind: ofMachine[name] } : null;
}

/** Names of all columns, for messages and help. */
export const conditionColumns: readonly string[] = [...Object.keys(ofMachine), ...Object.keys(ofProducts)];

function has<T extends object>(table: T, name: string): name is Extract<keyof T, string> {
  return Object.hasOwn(table, name);
}
