import { editionIdOf } from './edition-id';
import { publishedEditions, type EditionSource } from './editions';
import { groupActivates, hostGroup, hostGroups, groupRunsOn, hostGroupOf } from './host-groups';
import { channelsOf, makeSku } from './skus';
import type { Catalogue, Channel, Edition, EditionId, HostGroupId, Sku } from './types';

/** A name as it is compared: lower case, single blanks, without trade marks and the maker's name. */
function comparable(text: string): string {
  return text
    .toLowerCase()
    .replace(/\((?:r|tm)\)|[®™]/g, '')
    .replace(/\bmicrosoft\s+/g, '')
    .replace(/\s+/g, ' ')
    .trim();
}

function words(text: string): readonly string[] {
  return comparable(text).split(/[^a-z0-9.]+/);
}

/** Share of words in common, 0 to 1. */
function nearness(wanted: readonly string[], name: string): number {
  const have = new Set(words(name));
  const common = wanted.filter((word) => have.has(word)).length;
  return common / Math.max(wanted.length, have.size);
}

function grouped(
  editions: readonly Edition[],
  key: (edition: Edition) => string | null,
): Map<string, Edition[]> {
  const found = new Map<string, Edition[]>();
  for (const edition of editions) {
    const name = key(edition);
    if (name === null) continue;
    const others = found.get(name);
    if (others === undefined) found.set(name, [edition]);
    else others.push(edition);
  }
  return found;
}

/** Host groups whose keys make an edition a KMS host. */
function hostGroupsOn(edition: Edition): readonly HostGroupId[] {
  if (edition.kind === 'office-host') return [hostGroupOf(edition)];
  if (edition.kind !== 'client' && edition.kind !== 'server') return [];
  return hostGroups
    .filter((group) => group.office === null && groupRunsOn(group, edition))
    .map(({ id }) => id);
}

function* allSkus(editions: readonly Edition[]): Iterable<Sku> {
  for (const edition of editions) {
    for (const channel of channelsOf(edition)) {
      if (channel === 'csvlk')
        for (const group of hostGroupsOn(edition)) yield makeSku(edition, channel, group);
      else yield makeSku(edition, channel, null);
    }
  }
}

/** A value that is made when it is first asked for. */
function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}

/** Builds a catalogue over a source of editions. Indexes are made at first use: most commands need only one of them. */
export function makeCatalogue(source: EditionSource): Catalogue {
  const byName = lazily(
    () => new Map(source.all().map((edition) => [comparable(edition.friendlyName), edition])),
  );
  const bySetupKey = lazily(() => grouped(source.all(), ({ setupKey }) => setupKey));
  const byAvmaKey = lazily(() => grouped(source.all(), ({ avmaKey }) => avmaKey));
  const bySku = lazily(() => new Map(Array.from(allSkus(source.all()), (each) => [each.activationId, each])));
  const activated = new Map<HostGroupId, ReadonlySet<string>>();
  const skus = new Map<string, Sku>();

  const sku = (edition: Edition, channel: Channel, group?: HostGroupId): Sku => {
    const name = `${edition.id}|${channel}|${group ?? ''}`;
    const made = skus.get(name) ?? makeSku(edition, channel, group ?? null);
    skus.set(name, made);
    return made;
  };
  return {
    get editions() {
      return source.all();
    },
    edition: (id: EditionId) => {
      const found = source.find(id);
      if (found === undefined) throw new RangeError(`No edition ${id} in the product catalogue`);
      return found;
    },
    findEdition: (text) => byName().get(comparable(text)) ?? source.find(editionIdOf(comparable(text))),
    suggestions: (text) => {
      const wanted = words(text);
      return source
        .all()
        .map((edition) => ({ name: edition.friendlyName, near: nearness(wanted, edition.friendlyName) }))
        .filter(({ near }) => near >= 0.4)
        .sort((a, b) => b.near - a.near || a.name.localeCompare(b.name, 'en'))
        .slice(0, 5)
        .map(({ name }) => name);
    },
    editionsOfSetupKey: (key) => bySetupKey().get(key.trim().toUpperCase()) ?? [],
    editionsOfAvmaKey: (key) => byAvmaKey().get(key.trim().toUpperCase()) ?? [],
    sku,
    skusOf: (edition) => channelsOf(edition).map((channel) => sku(edition, channel)),
    findSku: (activationId) => bySku().get(activationId.toLowerCase()),
    activatedBy: (id) => {
      const group = hostGroup(id);
      const known =
        activated.get(id) ??
        new Set(
          source
            .all()
            .filter((edition) => groupActivates(group, edition))
            .map((edition) => sku(edition, 'gvlk').activationId),
        );
      activated.set(id, known);
      return known;
    },
  };
}

let shared: Catalogue | null = null;

/** The catalogue of published editions; built at first use. */
export function catalogue(): Catalogue {
  shared ??= makeCatalogue(publishedEditions());
  return shared;
}
