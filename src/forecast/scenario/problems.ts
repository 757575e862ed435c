/** A way into a scenario: keys and numbers of list entries. */
export type Path = readonly (string | number)[];

/** Something wrong in a scenario, and where. */
export interface Problem {
  readonly path: Path;
  readonly message: string;
}

/** What is wrong in a scenario as a whole; the message has a line for each problem, with its place. */
export class ScenarioError extends Error {
  readonly problems: readonly Problem[];

  constructor(message: string, problems: readonly Problem[] = []) {
    super(message);
    this.name = 'ScenarioError';
    this.problems = problems;
  }
}

/** Problems as they are found. */
export class Problems {
  readonly found: Problem[] = [];
  readonly #keys = new Set<string>();

  /** Adds a problem; one that was found already is told once. */
  add(path: Path, message: string): void {
    const key = `${pathText(path)} ${message}`;
    if (this.#keys.has(key)) return;
    this.#keys.add(key);
    this.found.push({ path, message });
  }
}

/** A path as people write it: `sites.hq.clients[0].product`. */
export function pathText(path: Path): string {
  return path
    .map((step, at) => (typeof step === 'number' ? `[${step}]` : at === 0 ? step : `.${step}`))
    .join('');
}
