/** A file that names machines and cannot be used as such. The message is for people and names the place. */
export class InventoryError extends Error {
  constructor(reason: string, line: number | null) {
    super(line === null ? reason : `line ${line}: ${reason}`);
    this.name = 'InventoryError';
  }
}

/** What a variable of an inventory may be; other shapes say nothing about how a machine is reached. */
export type Scalar = string | number | boolean;

/** A machine that a file names, and what it says of it: variables of Ansible, or the other columns of a CSV file. */
export interface ListedHost {
  readonly name: string;
  readonly variables: ReadonlyMap<string, Scalar>;
  /** Variables of its groups, shared with their other hosts; a later group goes before an earlier one, `variables` before all. */
  readonly inherited?: readonly ReadonlyMap<string, Scalar>[];
}

/** What a file says of a machine under a name. */
export function variableOf({ variables, inherited = [] }: ListedHost, name: string): Scalar | undefined {
  const own = variables.get(name);
  if (own !== undefined) return own;
  for (let at = inherited.length - 1; at >= 0; at -= 1) {
    const value = inherited[at]?.get(name);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** What a list of machines says, in the shape of a targets file; it is checked as such a file is. */
export interface ListedTargets {
  /** By name in lower case. */
  readonly entries: ReadonlyMap<
    string,
    readonly [name: string, settings: Readonly<Record<string, Scalar>> | null]
  >;
  /** Members by the name of their group. */
  readonly groups: ReadonlyMap<string, readonly string[]>;
}

/** The machines and groups of a file. Names are told apart without regard to case; the first spelling stays. */
export interface HostList {
  readonly hosts: ReadonlyMap<string, ListedHost>;
  /** Members of each group, those of its child groups among them, by the group's name in lower case. */
  readonly groups: ReadonlyMap<string, { readonly name: string; readonly members: readonly string[] }>;
}

/** Most machines that a file may name. */
export const mostHosts = 1_000_000;

/** Most lines of such a file: comments and empty ones beside the machines. */
export const mostLines = 2_000_000;

/** Longest YAML in characters: its parser makes many times as much of it. */
export const longestYaml = 8 * 1024 * 1024;
