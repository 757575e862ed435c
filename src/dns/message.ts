import { ByteReader, u16, u32 } from './byte-reader';
import { DnsFormatError } from './format-error';
import { encodeName, readName, type DomainName } from './name';
import { MAX_MESSAGE, opcode, rcode, recordClass } from './protocol';
import { encodeRecordData, readRecordData, type ResourceRecord } from './record';

/** What is asked; in an update, the zone (RFC 2136 section 2.3). */
export interface Question {
  readonly name: DomainName;
  readonly type: number;
  readonly class: number;
}

/**
 * A DNS message (RFC 1035 section 4). In an update the four sections are the zone, the prerequisites, the changes and
 * the additional records, in that order (RFC 2136 section 2.1).
 */
export interface DnsMessage {
  readonly id: number;
  readonly isResponse: boolean;
  readonly opcode: number;
  readonly authoritative: boolean;
  readonly truncated: boolean;
  readonly recursionDesired: boolean;
  readonly recursionAvailable: boolean;
  readonly rcode: number;
  readonly questions: readonly Question[];
  readonly answers: readonly ResourceRecord[];
  readonly authorities: readonly ResourceRecord[];
  readonly additionals: readonly ResourceRecord[];
}

const HEADER_LENGTH = 12;
/** Root name, type, class, TTL and length: no record is shorter. */
const MIN_RECORD = 11;
const MIN_QUESTION = 5;

const flag = {
  response: 0x8000,
  authoritative: 0x0400,
  truncated: 0x0200,
  recursionDesired: 0x0100,
  recursionAvailable: 0x0080,
} as const;

/** A query for one name and type, class IN; the edge that sends it chooses the ID. */
export function makeQuery(name: DomainName, type: number, recursionDesired = true): DnsMessage {
  return {
    id: 0,
    isResponse: false,
    opcode: opcode.QUERY,
    authoritative: false,
    truncated: false,
    recursionDesired,
    recursionAvailable: false,
    rcode: rcode.NOERROR,
    questions: [{ name, type, class: recordClass.IN }],
    answers: [],
    authorities: [],
    additionals: [],
  };
}

/** The message's octets, without compression. Throws {@link DnsFormatError} where a name or the whole is too long. */
export function encodeMessage(message: DnsMessage): Buffer {
  const { questions, answers, authorities, additionals } = message;
  const counts = [questions, answers, authorities, additionals].map((section) => u16(section.length));
  const bytes = Buffer.concat([
    u16(message.id),
    u16(flagsOf(message)),
    ...counts,
    ...questions.map(encodeQuestion),
    ...[...answers, ...authorities, ...additionals].map(encodeRecord),
  ]);
  if (bytes.length > MAX_MESSAGE)
    throw new DnsFormatError(`the message has ${bytes.length} octets, more than 65535`);
  return bytes;
}

/** How many octets {@link encodeMessage} makes of the message. */
export function encodedLength(message: DnsMessage): number {
  const records = [...message.answers, ...message.authorities, ...message.additionals];
  const questionOctets = message.questions.reduce(
    (sum, question) => sum + encodeName(question.name).length + 4,
    0,
  );
  const recordOctets = records.reduce(
    (sum, record) => sum + encodeName(record.name).length + 10 + encodeRecordData(record.data).length,
    0,
  );
  return HEADER_LENGTH + questionOctets + recordOctets;
}

function flagsOf(message: DnsMessage): number {
  return (
    (message.isResponse ? flag.response : 0) |
    (message.opcode << 11) |
    (message.authoritative ? flag.authoritative : 0) |
    (message.truncated ? flag.truncated : 0) |
    (message.recursionDesired ? flag.recursionDesired : 0) |
    (message.recursionAvailable ? flag.recursionAvailable : 0) |
    message.rcode
  );
}

function encodeQuestion(question: Question): Buffer {
  return Buffer.concat([encodeName(question.name), u16(question.type), u16(question.class)]);
}

/** One record's octets: owner, type, class, TTL, length and data. */
export function encodeRecord(record: ResourceRecord): Buffer {
  const data = encodeRecordData(record.data);
  return Buffer.concat([
    encodeName(record.name),
    u16(record.type),
    u16(record.class),
    u32(record.ttl),
    u16(data.length),
    data,
  ]);
}

/** A decoded message and where its last record starts, which a signature's check needs. */
export interface DecodedMessage {
  readonly message: DnsMessage;
  /** Offset of the last record of the additional section; the message's length where that section is empty. */
  readonly lastRecordStart: number;
}

/** Reads a whole message. Throws {@link DnsFormatError} for anything that is none, octets behind its end included. */
export function decodeMessage(bytes: Buffer): DnsMessage {
  return decodeMessageParts(bytes).message;
}

/** As {@link decodeMessage}, with the start of the last record. */
export function decodeMessageParts(bytes: Buffer): DecodedMessage {
  if (bytes.length > MAX_MESSAGE) throw new DnsFormatError('the message has more than 65535 octets');
  const reader = new ByteReader(bytes);
  const id = reader.u16();
  const flags = reader.u16();
  const counts = {
    questions: reader.u16(),
    answers: reader.u16(),
    authorities: reader.u16(),
    additionals: reader.u16(),
  };
  const records = counts.answers + counts.authorities + counts.additionals;
  if (counts.questions * MIN_QUESTION + records * MIN_RECORD > reader.remaining) {
    throw new DnsFormatError('the message announces more records than it can hold');
  }
  const questions = Array.from({ length: counts.questions }, () => readQuestion(reader));
  const answers = Array.from({ length: counts.answers }, () => readRecord(reader));
  const authorities = Array.from({ length: counts.authorities }, () => readRecord(reader));
  let lastRecordStart = bytes.length;
  const additionals = Array.from({ length: counts.additionals }, () => {
    lastRecordStart = reader.offset;
    return readRecord(reader);
  });
  if (reader.remaining !== 0)
    throw new DnsFormatError(`the message has ${reader.remaining} octets behind its end`);
  return {
    message: { id, ...readFlags(flags), questions, answers, authorities, additionals },
    lastRecordStart,
  };
}

type HeaderFlags = Omit<DnsMessage, 'id' | 'questions' | 'answers' | 'authorities' | 'additionals'>;

function readFlags(flags: number): HeaderFlags {
  return {
    isResponse: (flags & flag.response) !== 0,
    opcode: (flags >> 11) & 0xf,
    authoritative: (flags & flag.authoritative) !== 0,
    truncated: (flags & flag.truncated) !== 0,
    recursionDesired: (flags & flag.recursionDesired) !== 0,
    recursionAvailable: (flags & flag.recursionAvailable) !== 0,
    rcode: flags & 0xf,
  };
}

function readQuestion(reader: ByteReader): Question {
  return { name: readName(reader), type: reader.u16(), class: reader.u16() };
}

function readRecord(reader: ByteReader): ResourceRecord {
  const name = readName(reader);
  const type = reader.u16();
  const header = { name, type, class: reader.u16(), ttl: reader.u32() };
  return { ...header, data: readRecordData(reader, type, reader.u16()) };
}
