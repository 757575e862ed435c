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
}

/** The machines and groups of a file. Names are told apart without regard to case; the first spelling stays. */
export interface HostList {
  readonly hosts: ReadonlyMap<string, ListedHost>;
  /** Members of each group, those of its child groups among them, by the group's name in lower case. */
  readonly groups: ReadonlyMap<string, { readonly name: string; readonly members: readonly string[] }>;
}

/** Most machines that a file may name. */
export const mostHosts = 1_000_000;
