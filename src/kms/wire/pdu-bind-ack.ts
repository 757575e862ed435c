import { type Codec } from './codec';
import { headerLength } from './pdu-header';
import { readSyntax, syntaxLength, type SyntaxId, writeSyntax } from './syntax';
import { paddingTo } from './writer';

/** What the server says of one presentation context, in the order of the client's list. */
export interface ContextResult {
  /** See `contextResults`. */
  readonly result: number;
  /** See `contextReasons`; for negotiate_ack the accepted features. */
  readonly reason: number;
  /** The chosen transfer syntax; the nil syntax where the context was not accepted. */
  readonly transferSyntax: SyntaxId;
}

/** Body of bind_ack and alter_context_resp (C706 12.6.4.4 and 12.6.4.2). */
export interface BindAckBody {
  readonly maxTransmitFragment: number;
  readonly maxReceiveFragment: number;
  readonly associationGroup: number;
  /** Port of the server as text in a bind_ack, empty in an alter_context_resp. Latin-1. */
  readonly secondaryAddress: string;
  readonly results: readonly ContextResult[];
}

/** Offset of the address text within the PDU. */
const addressOffset = headerLength + 10;

function addressLength(text: string): number {
  return text === '' ? 0 : text.length + 1;
}

/**
 * Layout: transmit size, receive size, group, length of the address with its NUL (2 bytes), the address, padding to
 * a multiple of 4, number of results (1 byte and 3 reserved), then for each result, reason and transfer syntax.
 */
export const bindAckBody: Codec<BindAckBody> = {
  length({ secondaryAddress, results }) {
    const address = addressLength(secondaryAddress);
    return 10 + address + paddingTo(4, addressOffset + address) + 4 + results.length * (4 + syntaxLength);
  },

  encode(body, writer) {
    writer.u16(body.maxTransmitFragment);
    writer.u16(body.maxReceiveFragment);
    writer.u32(body.associationGroup);
    const address = addressLength(body.secondaryAddress);
    writer.u16(address);
    if (address > 0) writer.latin1(`${body.secondaryAddress}\0`);
    writer.align(4);
    writer.u8(body.results.length);
    writer.zeros(3);
    for (const { result, reason, transferSyntax } of body.results) {
      writer.u16(result);
      writer.u16(reason);
      writeSyntax(transferSyntax, writer);
    }
  },

  decode(reader) {
    const maxTransmitFragment = reader.u16();
    const maxReceiveFragment = reader.u16();
    const associationGroup = reader.u32();
    const secondaryAddress = reader.bytes(reader.u16()).toString('latin1').replace(/\0$/, '');
    reader.align(4);
    const count = reader.u8();
    reader.skip(3);
    const results = Array.from({ length: count }, () => ({
      result: reader.u16(),
      reason: reader.u16(),
      transferSyntax: readSyntax(reader),
    }));
    return { maxTransmitFragment, maxReceiveFragment, associationGroup, secondaryAddress, results };
  },
};
