/** "a, b or c", "a, b and c". */
export function listed(all: readonly string[], last: 'and' | 'or'): string {
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} ${last} ${all.at(-1) ?? ''}`;
}
