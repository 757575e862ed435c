const address = /^lab:\/\/(.*?)\/?$/is;

/** The name of `lab://NAME`; null for a word that is no such address. */
export function labAddress(word: string): string | null {
  return address.exec(word)?.[1] ?? null;
}

/** What is near about a machine of the laboratory, for `check-connection`. */
export function nearInLab(machine: string): string {
  return `${machine} is a machine of this laboratory: nothing is in between`;
}
