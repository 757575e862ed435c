import { editionIdOf } from './edition-id';
import { publishedEditions, type EditionSource } from './editions';
import { groupActivates, hostGroup, hostGroups, groupRunsOn, hostGroupOf } from './host-groups';
import { nearest } from '../nearest';
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

/** A word with a typing error counts less than the word itself. */
const mistyped = 0.8;
/** Names that have less of the words than this, or than this part of what the best name has, are not meant. */
const leastShare = 0.5;
const leastOfBest = 0.75;

/** Share of the wanted words that a name has, 0 to 1. */
function shareOf(wanted: readonly string[], name: readonly string[]): number {
  const found = wanted.map((word) =>
    name.includes(word) ? 1 : nearest(word, name.filter(isNoNumber)) === null ? 0 : mistyped,
  );
  return found.reduce<number>((sum, one) => sum + one, 0) / wanted.length;
}

/** 2019 is no typing error for 2016. */
function isNoNumber(word: string): boolean {
  return !/^\d/.test(word);
}

/** Names that have most of the words of a text, those with fewest other words first. */
function namesLike(text: string, editions: readonly Edition[]): readonly string[] {
  const wanted = words(text);
  const rated = editions.map(({ friendlyName }) => {
    const name = words(friendlyName);
    return { friendlyName, share: shareOf(wanted, name), length: name.length };
  });
  const least = Math.max(leastShare, leastOfBest * Math.max(0, ...rated.map(({ share }) => share)));
  return rated
    .filter(({ share }) => share >= least)
    .sort(
      (a, b) =>
        b.share - a.share || a.length - b.length || a.friendlyName.localeCompare(b.friendlyName, 'en'),
    )
    .slice(0, 5)
    .map(({ friendlyName }) => friendlyName);
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
    suggestions: (text) => namesLike(text, source.all()),
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
