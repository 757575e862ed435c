/** A number of machines, or a part of them in percent. */
export type Share =
  | { readonly kind: 'number'; readonly number: number }
  | { readonly kind: 'percent'; readonly percent: number };

/**
 * Reads a share: `10` or `25%`.
 * @returns null where the word is none
 */
export function parseShare(word: string): Share | null {
  const [, digits, percent] = /^\s*(\d{1,9})(%)?\s*$/.exec(word) ?? [];
  if (digits === undefined) return null;
  const number = Number(digits);
  if (percent === undefined) return { kind: 'number', number };
  return number <= 100 ? { kind: 'percent', percent: number } : null;
}

/**
 * The sizes of the batches of a run, as Ansible's `serial` has them: each share in turn, the last one again and again
 * until all have had their turn. Without shares it is one batch.
 */
export function batchSizes(all: number, shares: readonly Share[]): readonly number[] {
  const sizes: number[] = [];
  let left = all;
  for (let turn = 0; left > 0; turn += 1) {
    const share = shares[Math.min(turn, shares.length - 1)];
    const size = Math.min(left, share === undefined ? left : Math.max(1, machinesIn(share, all)));
    sizes.push(size);
    left -= size;
  }
  return sizes;
}

function machinesIn(share: Share, all: number): number {
  return share.kind === 'number' ? share.number : Math.floor((all * share.percent) / 100);
}

/** Whether more machines failed than a limit allows; a percentage is one of those that have had their turn. */
export function isPassed(limit: Share, failed: number, tried: number): boolean {
  return limit.kind === 'number' ? failed > limit.number : failed * 100 > limit.percent * tried;
}
