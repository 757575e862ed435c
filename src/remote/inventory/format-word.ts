/** What a file that names machines can be; this program's own YAML and plain lists are read elsewhere. */
export const inventoryFormats = ['ansible', 'csv', 'hosts', 'targets'] as const;
export type InventoryFormat = (typeof inventoryFormats)[number];

/** A word of --targets in which the form is said: `ansible:FILE`, `csv:FILE`, `hosts:FILE`, `targets:FILE`. */
export function formatOfWord(word: string): {
  readonly format: InventoryFormat | null;
  readonly file: string;
} {
  const [, format, file] = /^(ansible|csv|hosts|targets):(.+)$/s.exec(word) ?? [];
  return format === undefined || file === undefined
    ? { format: null, file: word }
    : { format: format as InventoryFormat, file };
}
