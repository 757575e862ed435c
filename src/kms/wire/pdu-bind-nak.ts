import { type Codec } from './codec';

/** Body of bind_nak (C706 12.6.4.5). */
export interface BindNakBody {
  /** See `bindNakReasons`. */
  readonly reason: number;
  /** Protocol versions that the server speaks. */
  readonly versions: readonly { readonly major: number; readonly minor: number }[];
}

/** Layout: reason (2 bytes), number of versions (1 byte), then major and minor of each. */
export const bindNakBody: Codec<BindNakBody> = {
  length({ versions }) {
    return 3 + 2 * versions.length;
  },

  encode({ reason, versions }, writer) {
    writer.u16(reason);
    writer.u8(versions.length);
    for (const { major, minor } of versions) {
      writer.u8(major);
      writer.u8(minor);
    }
  },

  /** The list is absent in the bind_nak of some servers; that reads as no versions. */
  decode(reader) {
    const reason = reader.u16();
    const count = reader.remaining === 0 ? 0 : reader.u8();
    const versions = Array.from({ length: count }, () => ({ major: reader.u8(), minor: reader.u8() }));
    return { reason, versions };
  },
};
