const wordBits = 5;
const blockBits = 2 * wordBits;
const lowBits = 0x1f;
/** Words of the summary that are looked at in the time that one number takes in a comparing sort. */
const wordsPerNumber = 32;

/**
 * Sorts distinct numbers below a limit. Many are put into a bit field, with a summary of which of its words are used,
 * and read out again: each costs the same, however many there are.
 */
export class NumberSorter {
  readonly #bits: Int32Array;
  readonly #summary: Int32Array;

  constructor(limit: number) {
    this.#bits = new Int32Array((limit >>> wordBits) + 1);
    this.#summary = new Int32Array((limit >>> blockBits) + 1);
  }

  /** Sorts in place. */
  sort(numbers: Int32Array): Int32Array {
    if (numbers.length * wordsPerNumber < this.#summary.length) return numbers.sort();
    const bits = this.#bits;
    const summary = this.#summary;
    for (const number of numbers) {
      const word = number >>> wordBits;
      bits[word] = (bits[word] ?? 0) | (1 << (number & lowBits));
      const block = number >>> blockBits;
      summary[block] = (summary[block] ?? 0) | (1 << (word & lowBits));
    }
    this.#readOut(numbers);
    return numbers;
  }

  #readOut(numbers: Int32Array): void {
    let at = 0;
    for (let block = 0; at < numbers.length; block += 1) {
      let used = this.#summary[block] ?? 0;
      this.#summary[block] = 0;
      while (used !== 0) {
        const word = (block << wordBits) + lowestBit(used);
        used &= used - 1;
        let left = this.#bits[word] ?? 0;
        this.#bits[word] = 0;
        while (left !== 0) {
          numbers[at] = (word << wordBits) + lowestBit(left);
          at += 1;
          left &= left - 1;
        }
      }
    }
  }
}

function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}
