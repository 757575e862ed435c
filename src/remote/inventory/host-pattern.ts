import { InventoryError, mostHosts } from './host-list';

/** Words of a range: `01`, `50`, or single letters. */
interface Range {
  readonly words: readonly string[];
}

/**
 * The names of a host pattern of Ansible: `web[01:50]`, `db-[a:f].example`, `srv[0:9:3]`. Ranges count from left to
 * right, the last one fastest; a number's width is that of its first word where that has leading zeros.
 * Source: Ansible's inventory guide, "Adding ranges of hosts".
 * @throws InventoryError where a range is none, or the pattern makes more than {@link mostHosts} names
 */
export function expandHostPattern(pattern: string, line: number | null): readonly string[] {
  if (!pattern.includes('[')) return [pattern];
  let names = [''];
  let rest = pattern;
  for (;;) {
    const [, head = '', inner, tail = ''] = /^([^[]*)\[([^\]]*)\](.*)$/s.exec(rest) ?? [];
    if (inner === undefined) break;
    const { words } = readRange(inner, pattern, line);
    if (names.length * words.length > mostHosts) {
      throw new InventoryError(`${pattern} makes more than ${mostHosts} names`, line);
    }
    names = names.flatMap((name) => words.map((word) => name + head + word));
    rest = tail;
  }
  if (rest.includes('[')) throw new InventoryError(`${pattern} has a [ that is not closed`, line);
  return names.map((name) => name + rest);
}

type Refuse = (reason: string) => InventoryError;

function readRange(inner: string, pattern: string, line: number | null): Range {
  const refuse: Refuse = (reason) => new InventoryError(`${pattern}: [${inner}] ${reason}`, line);
  const [, first = '', last = '', stride = '1'] =
    /^(\d{0,15}|[a-z]):(\d{1,15}|[a-z])(?::(\d{1,9}))?$/i.exec(inner) ?? [];
  const step = Number(stride);
  const isLetters = /[a-z]/i.test(last);
  if (last === '' || step === 0 || isLetters !== /[a-z]/i.test(first)) {
    throw refuse('is no range; [01:50] and [a:f] are');
  }
  return {
    words: isLetters
      ? letters(first, last, step, refuse)
      : numbers(first === '' ? '0' : first, last, step, refuse),
  };
}

function letters(first: string, last: string, step: number, refuse: Refuse): readonly string[] {
  const words: string[] = [];
  for (let code = first.charCodeAt(0); code <= last.charCodeAt(0); code += step) {
    const word = String.fromCharCode(code);
    if (/[a-z]/i.test(word)) words.push(word);
  }
  if (words.length === 0) throw refuse('runs backwards');
  return words;
}

function numbers(first: string, last: string, step: number, refuse: Refuse): readonly string[] {
  const [from, to] = [Number(first), Number(last)];
  if (from > to) throw refuse('runs backwards');
  if ((to - from) / step >= mostHosts) throw refuse(`makes more than ${mostHosts} names`);
  const padding = first.startsWith('0') && first.length > 1 ? first.length : 0;
  if (padding > 0 && last.length !== first.length) throw refuse('has ends of different widths');
  const words: string[] = [];
  for (let number = from; number <= to; number += step) words.push(String(number).padStart(padding, '0'));
  return words;
}
