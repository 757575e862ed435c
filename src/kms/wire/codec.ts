import { type WireReader } from './reader';
import { type WireWriter } from './writer';

/** The three faces of one piece of wire format: its length, its encoder and its decoder. */
export interface Codec<T> {
  /** Bytes that {@link Codec.encode} will write. */
  length(value: T): number;
  encode(value: T, writer: WireWriter): void;
  /** `flags` are those of the PDU's header, for the parts that they announce. */
  decode(reader: WireReader, flags: number): T;
}
