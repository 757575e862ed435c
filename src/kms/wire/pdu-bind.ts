import { type Codec } from './codec';
import { WireRefusal } from './refusal';
import { readSyntax, syntaxLength, type SyntaxId, writeSyntax } from './syntax';

/** One interface that the client wants to use on the connection, with the transfer syntaxes it can speak. */
export interface PresentationContext {
  readonly contextId: number;
  readonly abstractSyntax: SyntaxId;
  /** At least one. */
  readonly transferSyntaxes: readonly SyntaxId[];
}

/** Body of bind and alter_context (C706 12.6.4.3 and 12.6.4.1). */
export interface BindBody {
  readonly maxTransmitFragment: number;
  readonly maxReceiveFragment: number;
  /** 0 asks for a new association group. */
  readonly associationGroup: number;
  readonly contexts: readonly PresentationContext[];
}

/**
 * Layout: transmit size, receive size, group, number of contexts (1 byte and 3 reserved), then for each context its
 * number, number of transfer syntaxes (1 byte and 1 reserved), abstract syntax, transfer syntaxes.
 */
export const bindBody: Codec<BindBody> = {
  length({ contexts }) {
    return contexts.reduce(
      (sum, { transferSyntaxes }) => sum + 4 + syntaxLength * (1 + transferSyntaxes.length),
      12,
    );
  },

  encode(body, writer) {
    writer.u16(body.maxTransmitFragment);
    writer.u16(body.maxReceiveFragment);
    writer.u32(body.associationGroup);
    writer.u8(body.contexts.length);
    writer.zeros(3);
    for (const context of body.contexts) {
      writer.u16(context.contextId);
      writer.u8(context.transferSyntaxes.length);
      writer.u8(0);
      writeSyntax(context.abstractSyntax, writer);
      for (const syntax of context.transferSyntaxes) writeSyntax(syntax, writer);
    }
  },

  decode(reader) {
    const maxTransmitFragment = reader.u16();
    const maxReceiveFragment = reader.u16();
    const associationGroup = reader.u32();
    const count = reader.u8();
    reader.skip(3);
    const contexts: PresentationContext[] = [];
    for (let index = 0; index < count; index += 1) {
      const contextId = reader.u16();
      const syntaxes = reader.u8();
      reader.skip(1);
      if (syntaxes === 0) throw new WireRefusal('value', 'a presentation context without a transfer syntax');
      const abstractSyntax = readSyntax(reader);
      const transferSyntaxes = Array.from({ length: syntaxes }, () => readSyntax(reader));
      contexts.push({ contextId, abstractSyntax, transferSyntaxes });
    }
    return { maxTransmitFragment, maxReceiveFragment, associationGroup, contexts };
  },
};
