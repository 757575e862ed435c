import { catalogue } from '../../licensing/catalogue/catalogue';
import type { Edition } from '../../licensing/catalogue/types';
import type { Path, Problems } from '../scenario/problems';
import type { Scenario } from '../scenario/schema';
import { lengthText, type ScenarioTime } from '../scenario/times';

const minuteMs = 60_000;
const dayMinutes = 1440;

/** An edition of Windows by its name; null, and a problem with names that are near, where there is none. */
export function findWindows(text: string, path: Path, problems: Problems): Edition | null {
  const edition = catalogue().findEdition(text);
  if (edition === undefined) {
    const near = catalogue().suggestions(text);
    const hint = near.length === 0 ? '' : `; did you mean ${near.slice(0, 3).join(', ')}?`;
    problems.add(path, `"${text}" is no product of the catalogue${hint}`);
    return null;
  }
  if (edition.kind !== 'client' && edition.kind !== 'server') {
    problems.add(path, `${edition.friendlyName} is no Windows: the forecast is of Windows alone`);
    return null;
  }
  return edition;
}

/** Times of a scenario as minutes from its start. */
export class Timeline {
  readonly minutes: number;
  readonly #start: number;
  readonly #problems: Problems;

  constructor(start: number, days: number, problems: Problems) {
    this.#start = start;
    this.minutes = days * dayMinutes;
    this.#problems = problems;
  }

  /** The minute of a time; a problem where it lies outside of the scenario. */
  at(time: ScenarioTime, path: Path): number {
    const minute = time.kind === 'after' ? time.minutes : (time.epochMs - this.#start) / minuteMs;
    if (minute < 0) this.#problems.add(path, 'lies before the start');
    if (minute > this.minutes)
      this.#problems.add(path, `lies after the end, which is at ${lengthText(this.minutes)}`);
    return minute;
  }
}

/** Names of a scenario as numbers; who is named by nobody is told in the end. */
export class Names {
  readonly #kinds: Readonly<Record<NameKind, ReadonlyMap<string, number>>>;
  readonly #used = new Set<string>();
  readonly #problems: Problems;

  constructor({ sites, hosts = {}, pools = {}, images = {} }: Scenario, problems: Problems) {
    const numbered = (names: object): ReadonlyMap<string, number> =>
      new Map(Object.keys(names).map((name, index) => [name, index]));
    this.#kinds = {
      sites: numbered(sites),
      hosts: numbered(hosts),
      pools: numbered(pools),
      images: numbered(images),
    };
    this.#problems = problems;
  }

  /** The number of what clients find by a name; null, and a problem, where it means nothing. */
  find(kind: NameKind, name: string, path: Path): number | null {
    this.#used.add(`${kind} ${name}`);
    return this.look(kind, name, path);
  }

  /** As {@link find}, for what says only how something is that clients may find elsewhere. */
  look(kind: NameKind, name: string, path: Path): number | null {
    const index = this.#kinds[kind].get(name);
    if (index !== undefined) return index;
    const known = [...this.#kinds[kind].keys()].slice(0, 5).join(', ');
    this.#problems.add(
      path,
      `"${name}" is not one of the ${kind}${known === '' ? ': there are none' : ` (${known})`}`,
    );
    return null;
  }

  /** Hosts, pools and images that nobody names would be ignored. */
  tellUnused(): void {
    for (const kind of ['hosts', 'pools', 'images'] as const) {
      for (const name of this.#kinds[kind].keys()) {
        if (!this.#used.has(`${kind} ${name}`)) this.#problems.add([kind, name], unused[kind]);
      }
    }
  }
}

export type NameKind = 'sites' | 'hosts' | 'pools' | 'images';

const unused = {
  hosts: 'no site and no client finds this host: name it in "hosts" of a site, or give it a "site"',
  pools: 'no client uses this pool',
  images: 'no client is made from this image',
} as const;
