import * as z from 'zod';
import { catalogue } from '../../licensing/catalogue/catalogue';
import { isHostOnly } from '../../licensing/catalogue/skus';
import type { Edition } from '../../licensing/catalogue/types';
import { nearest } from '../../licensing/nearest';
import { refused } from '../exit-status';
import { defineCommand } from '../framework/command';
import { table, type Cell } from '../output/table';

const keyRow = z.object({
  product: z.string(),
  id: z.string(),
  kind: z.enum(['client', 'server', 'office', 'office-host', 'addon']),
  release: z.string(),
  setupKey: z.string().nullable(),
  avmaKey: z.string().nullable(),
  activationThreshold: z.int(),
  applicationId: z.string(),
});

/** slmgr keys [FILTER] */
export const keys = defineCommand({
  name: 'keys',
  summary: 'List the products with their published setup keys',
  description:
    'A setup key (GVLK) selects the KMS client channel of an edition and activates nothing by itself. ' +
    'The names are those that "slmgr lab add --product" takes.',
  positionals: [
    {
      name: 'filter',
      summary: 'Words of a product name, or part of a key',
      optional: true,
      many: true,
      holds: 'product',
    },
  ],
  options: ['tsv'],
  examples: [
    { line: 'slmgr keys', does: 'every product' },
    { line: 'slmgr keys windows 7', does: 'the editions of Windows 7' },
    { line: 'slmgr keys --json', does: 'the list as JSON' },
    { line: 'slmgr keys --tsv', does: 'the list with tabs between the columns' },
  ],
  data: z.object({ keys: z.array(keyRow) }),
  input: z.object({ filter: z.array(z.string()).default([]) }),
  run: ({ filter }) => {
    const words = filter.join(' ').toLowerCase().split(/\s+/).filter(Boolean);
    const found = catalogue().editions.filter((edition) => matches(edition, words));
    const rows = found.flatMap(cellsOf);
    return Promise.resolve({
      data: { keys: found.map(rowOf) },
      text: (style) => (found.length === 0 ? '' : table(head, rows, style)),
      table: { head, rows },
      ...(found.length === 0 ? { exitCode: refused, warnings: [nothingHas(words)] } : {}),
    });
  },
});

/** Names the words that no product has, with what was probably meant. */
function nothingHas(words: readonly string[]): string {
  const { editions } = catalogue();
  const strange = words.filter((word) => !editions.some((edition) => matches(edition, [word])));
  const all = [
    ...new Set(editions.flatMap(({ friendlyName }) => friendlyName.toLowerCase().split(/[^a-z0-9.]+/))),
  ];
  const near = strange.flatMap((word) => (/^\d/.test(word) ? [] : (nearest(word, all) ?? [])));
  const hint = near.length === 0 ? '"slmgr keys" lists them.' : `Did you mean ${near.join(' ')}?`;
  const shown = (strange.length === 0 ? words : strange).map((word) => `"${word}"`).join(', ');
  return `No product has ${strange.length === 0 ? 'all of ' : ''}${shown} in its name or key. ${hint}`;
}

const head = ['Product', 'Kind', 'Key', 'Threshold'];

/** What kind of key sets a product up. */
const setupKind = {
  'office-host': 'CSVLK',
  addon: 'MAK',
  client: 'GVLK',
  server: 'GVLK',
  office: 'GVLK',
} as const;

/** A row for each published key of a product: the setup key, and the one for automatic virtual machine activation. */
function cellsOf(edition: Edition): readonly (readonly Cell[])[] {
  const { friendlyName, kind, setupKey, avmaKey, threshold } = edition;
  const setup = [friendlyName, isHostOnly(edition) ? 'CSVLK' : setupKind[kind], setupKey, threshold || null];
  return avmaKey === null ? [setup] : [setup, [friendlyName, 'AVMA', avmaKey, null]];
}

/** Fewer characters than this are no part of a key: "7" means Windows 7, not a key with a 7 in it. */
const leastOfKey = 5;

/** Whether each word begins a word of the name, or is a longer part of the name or of a key. */
function matches({ friendlyName, id, setupKey, avmaKey }: Edition, words: readonly string[]): boolean {
  const name = `${friendlyName} ${id}`.toLowerCase();
  const parts = name.split(/[^a-z0-9.]+/);
  const text = `${name} ${setupKey ?? ''} ${avmaKey ?? ''}`.toLowerCase();
  return words.every(
    (word) =>
      parts.some((part) => part.startsWith(word)) || (word.length >= leastOfKey && text.includes(word)),
  );
}

function rowOf(edition: Edition): z.infer<typeof keyRow> {
  return {
    product: edition.friendlyName,
    id: edition.id,
    kind: edition.kind,
    release: edition.release.generation,
    setupKey: edition.setupKey,
    avmaKey: edition.avmaKey,
    activationThreshold: edition.threshold,
    applicationId: edition.applicationId,
  };
}
