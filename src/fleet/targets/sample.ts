/**
 * So many of the items, chosen at random without repeating, in the order in which they stood; all where there are no
 * more. `below` gives a whole number from 0 up to and without its argument.
 */
export function sample<T>(
  items: readonly T[],
  count: number,
  below: (limit: number) => number,
): readonly T[] {
  const positions = items.map((_item, at) => at);
  const wanted = Math.min(count, items.length);
  for (let at = 0; at < wanted; at += 1) {
    const other = at + below(positions.length - at);
    [positions[at], positions[other]] = [positions[other] ?? 0, positions[at] ?? 0];
  }
  return positions
    .slice(0, wanted)
    .sort((one, next) => one - next)
    .flatMap((at) => items.slice(at, at + 1));
}
