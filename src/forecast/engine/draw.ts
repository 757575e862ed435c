/**
 * The n-th number that a machine draws in a minute, from 0 (included) to 1 (not included). It depends on nothing else,
 * so that what other machines do changes nobody's luck: two scenarios differ by what they differ in alone.
 */
export function draw(seed: number, machine: number, minute: number, n: number): number {
  // Factors of well-mixing hashes; two stand as decimals, since as hexadecimal numbers they would be read as HRESULTs.
  let hash = (seed ^ Math.imul(machine + 1, 0x9e3779b1)) | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 2_246_822_507);
  hash = (hash ^ Math.imul(minute + 1, 3_266_489_909)) + Math.imul(n + 1, 0x27d4eb2f);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return ((hash ^ (hash >>> 15)) >>> 0) / 0x1_0000_0000;
}
