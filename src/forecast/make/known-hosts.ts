import { scenarioName } from './scenario-name';

/** A machine with the key of a KMS host. */
interface KnownHost {
  readonly id: string;
  readonly machine: { readonly name: string; readonly tags: Readonly<Record<string, string>> };
  readonly facts: object;
}

/** What a host is taken for of which nothing is known but its name. */
const assumedProduct = 'Windows Server 2022 Standard';

/** The KMS hosts of an inventory: machines with a host key, and hosts that clients name. */
export class KnownHosts {
  readonly #byName = new Map<string, KnownHost>();
  readonly #assumed = new Map<string, string>();
  readonly #used = new Set<string>();
  readonly #ids = new Set<string>();

  add(machine: KnownHost['machine'], facts: object): void {
    const host = { id: this.#newId(machine.name), machine, facts };
    this.#byName.set(machine.name.toLowerCase(), host);
    const short = firstLabel(machine.name);
    if (!this.#byName.has(short)) this.#byName.set(short, host);
  }

  known(): ReadonlySet<KnownHost> {
    return new Set(this.#byName.values());
  }

  /** The host of a text as clients have it, HOST or HOST:PORT; one that nobody knows is taken for a usual one. */
  find(text: string): string {
    const name = text
      .toLowerCase()
      .replace(/:\d+$/, '')
      .replace(/^\[(.*)\]$/, '$1');
    const known = this.#byName.get(name) ?? this.#byName.get(firstLabel(name));
    if (known !== undefined) return known.id;
    const id = this.#assumed.get(name) ?? this.#newId(name);
    this.#assumed.set(name, id);
    return id;
  }

  /** Notes that somebody finds a host, and puts it into a site's list. */
  use(list: Set<string> | null, id: string): string {
    this.#used.add(id);
    list?.add(id);
    return id;
  }

  /** Hosts that somebody finds, as a scenario has them. */
  used(): Readonly<Record<string, object>> {
    const assumed = [...this.#assumed.values()].map((id) => [id, { product: assumedProduct }] as const);
    const known = [...this.known()].map(({ id, facts }) => [id, facts] as const);
    return Object.fromEntries([...known, ...assumed].filter(([id]) => this.#used.has(id)));
  }

  /** Names of machines with a host key that nobody finds. */
  unused(): readonly string[] {
    return [...this.known()].filter(({ id }) => !this.#used.has(id)).map(({ machine }) => machine.name);
  }

  assumed(): readonly string[] {
    return [...this.#assumed.keys()];
  }

  #newId(text: string): string {
    const name = scenarioName(text, 'host');
    let id = name;
    for (let n = 2; this.#ids.has(id); n += 1) id = `${name.slice(0, 55)}-${String(n)}`;
    this.#ids.add(id);
    return id;
  }
}

function firstLabel(name: string): string {
  return /^[\d.]+$|:/.test(name) ? name.toLowerCase() : (name.toLowerCase().split('.')[0] ?? '');
}
