import type { KnownTargets } from './evaluate';
import { NameSet } from './name-set';

/** Where names of machines come from, in the order in which they are looked for. */
export const sourceKinds = ['file', 'lab', 'usual-file', 'inventory', 'ssh-config'] as const;
export type SourceKind = (typeof sourceKinds)[number];

/** Names and groups of one source. */
export interface TargetSource {
  readonly kind: SourceKind;
  /** The file, or what else tells this source from others of its kind. */
  readonly label: string;
  readonly names: Iterable<string>;
  /** Members by the group's name. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
}

/** What is known, and from where. */
export interface TargetCatalogue extends KnownTargets {
  /**
   * The source that a name is taken from: a file goes before the lab, the lab before the file that nobody named, that
   * before the inventory.
   */
  readonly sourceOf: (name: string) => TargetSource | null;
}

/**
 * Joins the sources of names. A single name may come from any of them. `@all`, and what a glob is held against, are the
 * names of the files where there are files, else those of the lab, else those of the inventory: a file that was named
 * says whom the user has in mind. ssh's configuration and the file that nobody named give single names only.
 */
export function joinSources(
  sources: readonly TargetSource[],
  nearest: (name: string, names: Iterable<string>) => string | null = () => null,
): TargetCatalogue {
  const ordered = sourceKinds.flatMap((kind) =>
    sources
      .filter((source) => source.kind === kind)
      .map((source) => ({ source, names: new NameSet(source.names) })),
  );
  const groups = new Map<string, string[]>();
  for (const { source } of ordered) {
    for (const [name, members] of source.groups) {
      const key = name.toLowerCase();
      groups.set(key, [...(groups.get(key) ?? []), ...members]);
    }
  }
  const find = (name: string): (typeof ordered)[number] | undefined =>
    ordered.find(({ names }) => names.has(name));
  const everything = (): Iterable<string> => {
    const kind = (['file', 'lab', 'inventory'] as const).find((each) =>
      ordered.some(({ source, names }) => source.kind === each && names.size > 0),
    );
    const [only, ...others] = ordered.filter(({ source }) => source.kind === kind);
    if (only !== undefined && others.length === 0) return only.names;
    return new NameSet([only, ...others].flatMap((each) => (each === undefined ? [] : [...each.names])));
  };
  return {
    find: (name) => {
      for (const { names } of ordered) {
        const spelling = names.spelling(name);
        if (spelling !== undefined) return spelling;
      }
      return null;
    },
    names: everything,
    everything,
    group: (name) => groups.get(name.toLowerCase()) ?? null,
    nearest: (name) => nearest(name, new NameSet(ordered.flatMap(({ names }) => [...names]))),
    nearestGroup: (name) => nearest(name, groups.keys()),
    sourceOf: (name) => find(name)?.source ?? null,
  };
}
