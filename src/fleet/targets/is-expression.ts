/**
 * Whether the machine's word of a command line is an expression of targets. A plain name, a URL and an IP address are
 * one machine; `@` counts only at the start of a term, since it also stands between a user and a host.
 */
export function isExpression(word: string): boolean {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(word)) return /[,!&*?]/.test(word);
  if (/^\[?[\da-f:]*:[\da-f:.]*(?:%[\w.-]+)?\]?(?::\d+)?$/i.test(word)) return false;
  return /[,[\]*?!&]/.test(word) || /^\s*@/.test(word);
}
