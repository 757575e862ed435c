/** How much of the machines leaves with a file: everything, everything but names, or the least. */
export const proxyGrades = ['full', 'nameless', 'minimal'] as const;
export type ProxyGrade = (typeof proxyGrades)[number];

/** A product that waits for a confirmation ID. What a grade leaves out is null. */
export interface ProxyEntry {
  /** A random one; which machine it stands for, the inventory knows. */
  readonly id: string;
  /** Digits alone. */
  readonly installationId: string;
  /** Activation ID in lower case. */
  readonly product: string;
  /** 48 digits; null until it was got. */
  readonly confirmationId: string | null;
  readonly productName: string | null;
  readonly applicationId: string | null;
  readonly channel: string | null;
  /** The last five characters of its key. */
  readonly partialKey: string | null;
  readonly system: string | null;
  readonly build: string | null;
  readonly machine: string | null;
}

/** What goes to the other network and comes back. */
export interface ProxyList {
  readonly grade: ProxyGrade;
  readonly entries: readonly ProxyEntry[];
}

/** The entry with no more than its grade lets out. */
export function gradedEntry(entry: ProxyEntry, grade: ProxyGrade): ProxyEntry {
  switch (grade) {
    case 'full':
      return entry;
    case 'nameless':
      return { ...entry, machine: null };
    case 'minimal':
      return {
        ...entry,
        productName: null,
        applicationId: null,
        channel: null,
        partialKey: null,
        system: null,
        build: null,
        machine: null,
      };
  }
}

/** An entry that got its confirmation ID, or another one. */
export function confirmed(entry: ProxyEntry, confirmationId: string): ProxyEntry {
  return { ...entry, confirmationId };
}
