/** A word that stands where a verb stands: `/etc/policy.yaml` is a path, as no verb has a second slash. */
export function isVerbWord(word: string): boolean {
  return /^[/-]./.test(word) && !/^\/[^/]+\//.test(word);
}

/** An option with two hyphens that nobody took out of the line: a typing error, or a verb with a hyphen too many. */
export function isStrayOption(word: string): boolean {
  return /^--[a-z]/i.test(word);
}

/** Whether a line may be none of slmgr's own. Most are, and need no look at what else was meant. */
export function mayBeForeign(words: readonly string[]): boolean {
  return words.some(isStrayOption) || !words.slice(0, 4).some(isVerbWord);
}
