import { WireRefusal } from './refusal';

/** What one connection may keep of calls whose last fragment has not come. */
export interface ReassemblyLimits {
  /** Stub bytes of one call. */
  readonly callBytes: number;
  /** Fragments of one call, empty ones included. */
  readonly callFragments: number;
  /** Calls that are unfinished at once. */
  readonly calls: number;
}

/** Generous for messages of about 250 bytes, small enough for thousands of connections. */
export const defaultReassemblyLimits: ReassemblyLimits = { callBytes: 16384, callFragments: 64, calls: 8 };

interface PartialCall<Head> {
  readonly head: Head;
  readonly parts: Buffer[];
  bytes: number;
}

/** Puts the fragments of calls together; fragments of different calls may alternate. */
export class Reassembly<Head> {
  readonly #limits: ReassemblyLimits;
  /** Null until there is one: most connections never have a call in fragments. */
  #partial: Map<number, PartialCall<Head>> | null = null;

  constructor(limits: ReassemblyLimits) {
    this.#limits = limits;
  }

  /** Calls whose last fragment has not come. */
  get size(): number {
    return this.#partial?.size ?? 0;
  }

  /** True for a call that has begun and not ended. */
  has(callId: number): boolean {
    return this.#partial?.has(callId) === true;
  }

  /** Keeps a first fragment that is not the last. Throws a {@link WireRefusal}. */
  begin(callId: number, head: Head, stub: Buffer): void {
    if (this.has(callId)) throw new WireRefusal('sequence', 'a call that has begun begins again');
    if (this.size >= this.#limits.calls) throw new WireRefusal('limit', 'too many unfinished calls');
    this.#checkSize(stub.length, 1);
    this.#partial ??= new Map();
    this.#partial.set(callId, { head, parts: [Buffer.from(stub)], bytes: stub.length });
  }

  /** Adds a later fragment; the whole call when it is the last, otherwise null. Throws a {@link WireRefusal}. */
  add(callId: number, stub: Buffer, isLast: boolean): { readonly head: Head; readonly stub: Buffer } | null {
    const call = this.#partial?.get(callId);
    if (call === undefined)
      throw new WireRefusal('sequence', 'a later fragment of a call that has not begun');
    this.#checkSize(call.bytes + stub.length, call.parts.length + 1);
    call.parts.push(isLast ? stub : Buffer.from(stub));
    call.bytes += stub.length;
    if (!isLast) return null;
    this.#partial?.delete(callId);
    return { head: call.head, stub: Buffer.concat(call.parts, call.bytes) };
  }

  /** Forgets an unfinished call. */
  drop(callId: number): void {
    this.#partial?.delete(callId);
  }

  #checkSize(bytes: number, fragments: number): void {
    if (bytes > this.#limits.callBytes)
      throw new WireRefusal('limit', `a call of more than ${this.#limits.callBytes} bytes`);
    if (fragments > this.#limits.callFragments)
      throw new WireRefusal('limit', 'a call of too many fragments');
  }
}
