import { checkVersion, decodeHeader, headerLength } from './pdu-header';
import { WireRefusal } from './refusal';

const nothing = Buffer.alloc(0);

/**
 * Cuts a byte stream into PDUs. It holds at most one unfinished PDU, in one buffer of the PDU's own length, however
 * small the pieces in which it comes. What is no DCE/RPC shows with its first byte and is refused then.
 */
export class PduSplitter {
  readonly #maximumFragment: number;
  #pending = nothing;
  #filled = 0;

  /** `maximumFragment`: longest PDU that is taken, in bytes. */
  constructor(maximumFragment: number) {
    this.#maximumFragment = maximumFragment;
  }

  /** True while a PDU has begun and not ended. */
  get isPartial(): boolean {
    return this.#filled > 0;
  }

  /**
   * The PDUs that the chunk completes, in order; views of the chunk where possible. Throws a {@link WireRefusal}
   * when a header is bad; the stream is unusable then.
   */
  push(chunk: Buffer): Iterable<Buffer> {
    // A busy host spends its time here: most chunks are one PDU.
    return !this.isPartial && this.#lengthOf(chunk) === chunk.length ? [chunk] : this.#cut(chunk);
  }

  *#cut(chunk: Buffer): Generator<Buffer> {
    let rest = chunk;
    while (rest.length > 0) {
      const length = this.#filled === 0 ? this.#lengthOf(rest) : null;
      if (length !== null && rest.length >= length) {
        yield rest.subarray(0, length);
        rest = rest.subarray(length);
      } else {
        rest = rest.subarray(this.#fill(rest));
        if (this.#filled >= headerLength && this.#filled === this.#pending.length) yield this.#takePending();
      }
    }
  }

  /** Length of the PDU at the beginning of the bytes, null while its header is not whole. */
  #lengthOf(bytes: Buffer): number | null {
    if (bytes.length < headerLength) {
      checkVersion(bytes);
      return null;
    }
    const { fragmentLength } = decodeHeader(bytes);
    if (fragmentLength > this.#maximumFragment) {
      throw new WireRefusal(
        'limit',
        `a fragment of ${fragmentLength} bytes, more than ${this.#maximumFragment}`,
      );
    }
    return fragmentLength;
  }

  /** Moves bytes to the pending PDU, first its header, then as many as the header says; returns how many. */
  #fill(rest: Buffer): number {
    if (this.#filled === 0) this.#pending = Buffer.allocUnsafe(headerLength);
    const taken = rest.copy(this.#pending, this.#filled);
    this.#filled += taken;
    const head = this.#pending.subarray(0, this.#filled);
    if (this.#filled < headerLength) checkVersion(head);
    else if (this.#filled === headerLength) this.#grow(head);
    return taken;
  }

  #grow(head: Buffer): void {
    const length = this.#lengthOf(head) ?? headerLength;
    if (length > headerLength) {
      this.#pending = Buffer.allocUnsafe(length);
      head.copy(this.#pending);
    }
  }

  #takePending(): Buffer {
    const whole = this.#pending;
    this.#pending = nothing;
    this.#filled = 0;
    return whole;
  }
}
