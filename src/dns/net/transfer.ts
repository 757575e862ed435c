import { randomInt } from 'node:crypto';
import { connect } from 'node:net';
import { DnsError, dnsHresult, hresultOfRcode, rcodeName } from '../dns-error';
import { DnsFormatError } from '../format-error';
import { decodeMessage, encodeMessage, makeQuery, type DnsMessage } from '../message';
import { sameName, type DomainName } from '../name';
import { rcode, recordType } from '../protocol';
import { type ResourceRecord } from '../record';
import { formatServerAddress, type DnsServerAddress } from '../server-address';
import { failureOfSocketError } from './attempt';

/** Most records that are taken of one zone. */
const mostRecords = 2_000_000;

/** A transfer of a zone. */
export interface ZoneTransfer {
  readonly server: DnsServerAddress;
  readonly zone: DomainName;
  /** How long the server may be silent, in ms; the whole takes as long as it takes. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Called with each record as it comes, the first and the last SOA among them. */
  readonly keep: (record: ResourceRecord) => void;
}

/**
 * Asks a server for all records of a zone (AXFR over TCP, RFC 5936): messages until the SOA comes a second time.
 * @throws DnsError where the server refuses, is silent, or sends what is no transfer; what came before was kept
 */
export function transferZone(transfer: ZoneTransfer): Promise<void> {
  const { server, timeoutMs, signal } = transfer;
  const id = randomInt(0x10000);
  const whose = formatServerAddress(server);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: server.address, port: server.port, noDelay: true });
    const reader = new TransferReader(transfer, id);
    const finish = (error?: Error): void => {
      signal?.removeEventListener('abort', onAbort);
      socket.destroy();
      if (error === undefined) resolve();
      else reject(error);
    };
    const fail = (words: string): void =>
      finish(new DnsError('connection', dnsHresult.serverFailure, `the DNS server ${whose} ${words}`));
    const onAbort = (): void => fail('was not waited for: the transfer was broken off');
    socket.setTimeout(timeoutMs, () => fail(`is silent for ${timeoutMs} ms`));
    socket.on('data', (chunk) => {
      try {
        if (reader.add(chunk)) finish();
      } catch (error) {
        if (error instanceof DnsFormatError) fail(`sent what is no transfer of a zone (${error.message})`);
        else finish(error instanceof Error ? error : new Error(String(error)));
      }
    });
    socket.on('error', (error) => fail(`cannot be reached (${failureOfSocketError(error).message})`));
    socket.on('close', () => fail('ended the connection before the whole zone had come'));
    signal?.addEventListener('abort', onAbort, { once: true });
    const query = encodeMessage({ ...makeQuery(transfer.zone, recordType.AXFR, false), id });
    const length = Buffer.alloc(2);
    length.writeUInt16BE(query.length);
    socket.write(Buffer.concat([length, query]));
    if (signal?.aborted === true) onAbort();
  });
}

/** Puts the messages of a transfer together and hands on their records. */
class TransferReader {
  readonly #transfer: ZoneTransfer;
  readonly #id: number;
  #rest: Buffer = Buffer.alloc(0);
  #records = 0;

  constructor(transfer: ZoneTransfer, id: number) {
    this.#transfer = transfer;
    this.#id = id;
  }

  /** True once the transfer is complete. */
  add(chunk: Buffer): boolean {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    while (bytes.length >= 2) {
      const end = 2 + bytes.readUInt16BE(0);
      if (bytes.length < end) break;
      if (this.#take(decodeMessage(bytes.subarray(2, end)))) return true;
      bytes = bytes.subarray(end);
    }
    this.#rest = bytes;
    return false;
  }

  #take(message: DnsMessage): boolean {
    const { zone, keep } = this.#transfer;
    if (!message.isResponse || message.id !== this.#id)
      throw new DnsFormatError('a message answers another question');
    if (message.rcode !== rcode.NOERROR) throw this.#refusal(message.rcode);
    if (this.#records === 0 && message.answers[0]?.type !== recordType.SOA) {
      throw new DnsFormatError('it does not begin with the SOA of the zone');
    }
    for (const record of message.answers) {
      this.#records += 1;
      if (this.#records > mostRecords)
        throw new DnsFormatError(`the zone has more than ${mostRecords} records`);
      keep(record);
      if (record.type !== recordType.SOA) continue;
      if (!sameName(record.name, zone)) throw new DnsFormatError('it has the SOA of another zone');
      if (this.#records > 1) return true;
    }
    return false;
  }

  #refusal(code: number): DnsError {
    const { server, zone } = this.#transfer;
    const words = `the DNS server ${formatServerAddress(server)} answered ${rcodeName(code)} for a transfer of ${zone}`;
    return new DnsError('answer', hresultOfRcode(code), words);
  }
}
