import type { Socket } from 'node:net';
import { BerReader, BerWriter } from 'ldapts';

/** What a server answers to a bind or to an extended operation (RFC 4511, sections 4.2.2 and 4.12). */
export interface LdapAnswer {
  readonly code: number;
  /** The server's own words; may be empty. */
  readonly diagnostic: string;
  /** What a mechanism of SASL says; null where there is nothing. */
  readonly credentials: Buffer | null;
}

/** A request, and the tag of its answer. */
interface LdapRequest {
  readonly write: (writer: BerWriter) => void;
  readonly answer: number;
}

const longestAnswer = 256 * 1024;
const sequence = 0x30;
const bind = { request: 0x60, answer: 0x61, sasl: 0xa3 } as const;
const extended = { request: 0x77, answer: 0x78, name: 0x80 } as const;
const serverCredentials = 0x87;
const referral = 0xa3;
const startTlsName = '1.3.6.1.4.1.1466.20037';

/** The word after which a connection in the clear becomes one of TLS. */
export const startTlsRequest: LdapRequest = {
  write: (writer) => {
    writer.startSequence(extended.request);
    writer.writeString(startTlsName, extended.name);
    writer.endSequence();
  },
  answer: extended.answer,
};

/** A step of a sign-in by SASL; null credentials are none at all. */
export function saslRequest(mechanism: string, credentials: Buffer | null): LdapRequest {
  return {
    write: (writer) => {
      writer.startSequence(bind.request);
      writer.writeInt(3);
      writer.writeString('');
      writer.startSequence(bind.sasl);
      writer.writeString(mechanism);
      if (credentials !== null) writer.writeBuffer(credentials, 0x04);
      writer.endSequence();
      writer.endSequence();
    },
    answer: bind.answer,
  };
}

/**
 * Sends one request and waits for its answer, over a connection that nobody else reads meanwhile. Bytes that come behind
 * the answer are an error: before TLS begins they could be anybody's.
 */
export async function exchange(socket: Socket, id: number, request: LdapRequest): Promise<LdapAnswer> {
  const writer = new BerWriter();
  writer.startSequence();
  writer.writeInt(id);
  request.write(writer);
  writer.endSequence();
  const answer = received(socket);
  socket.write(writer.buffer);
  return parsed(await answer, id, request.answer);
}

function received(socket: Socket): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let held: Buffer = Buffer.alloc(0);
    const finish = (settle: () => void): void => {
      socket.off('data', onData).off('error', onError).off('close', onClose);
      settle();
    };
    const fail = (message: string): void => finish(() => reject(new Error(message)));
    const onError = (error: Error): void => finish(() => reject(error));
    const onClose = (): void => fail('the connection ended');
    const onData = (chunk: Buffer): void => {
      held = Buffer.concat([held, chunk]);
      const length = lengthOf(held);
      if (length === 'garbage') fail('it does not speak LDAP');
      else if (length !== null && held.length > length) fail('it says more than it was asked');
      else if (held.length === length) finish(() => resolve(held));
    };
    socket.on('data', onData).on('error', onError).on('close', onClose);
  });
}

/** How long the message is that these bytes begin; null where they do not say so yet. */
function lengthOf(bytes: Buffer): number | 'garbage' | null {
  if (bytes.length > 0 && bytes[0] !== sequence) return 'garbage';
  const first = bytes[1];
  if (first === undefined) return null;
  const more = first & 0x7f;
  if (first < 0x80) return 2 + first;
  if (more < 1 || more > 4) return 'garbage';
  if (bytes.length < 2 + more) return null;
  const length = 2 + more + bytes.readUIntBE(2, more);
  return length > longestAnswer ? 'garbage' : length;
}

function parsed(bytes: Buffer, id: number, tag: number): LdapAnswer {
  const reader = new BerReader(bytes);
  reader.readSequence();
  // A server that ends the connection says so with the number 0 (RFC 4511, section 4.4.1).
  if (reader.readInt() !== id) throw new Error('it does not answer what it was asked');
  reader.readSequence(tag);
  const code = reader.readEnumeration();
  reader.readString();
  const diagnostic = reader.readString();
  if (code === null || diagnostic === null) throw new Error('its answer is cut short');
  if (reader.peek() === referral) reader.readString(referral);
  const credentials = reader.peek() === serverCredentials ? reader.readString(serverCredentials, true) : null;
  return { code, diagnostic, credentials };
}
