const address = /^lab:\/\/(.*?)\/?$/is;

/** The name of `lab://NAME`; null for a word that is no such address. */
export function labAddress(word: string): string | null {
  return address.exec(word)?.[1] ?? null;
}
