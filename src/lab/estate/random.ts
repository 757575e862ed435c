/**
 * Numbers of an estate: the same seed gives the same estate, however many processes drew them. Mulberry32 (Tommy
 * Ettinger, public domain) reaches its n-th number directly, so the store keeps only how many were drawn.
 */
export interface SeededRandom {
  /** From 0 (included) to 1 (not included). */
  readonly next: () => number;
  /** How many numbers were drawn since the estate began. */
  readonly draws: () => number;
}

export function seededRandom(seed: number, alreadyDrawn: number): SeededRandom {
  let drawn = alreadyDrawn;
  return {
    next: () => {
      drawn += 1;
      let t = (seed + Math.imul(drawn, 0x6d2b79f5)) | 0;
      t = Math.imul(t ^ (t >>> 15), t | 1);
      t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
      return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000;
    },
    draws: () => drawn,
  };
}
