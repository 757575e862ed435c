import { type DnsMessage } from './message';
import { sameName } from './name';
import { rcode } from './protocol';
import { type DnsServerAddress } from './server-address';
import { type TsigKey } from './tsig-key';

/** How one request is to be sent. */
export interface ExchangeOptions {
  /** Signs the request and demands a signed answer. */
  readonly key?: TsigKey;
}

/** An answer that fits its request, and who gave it. */
export interface DnsAnswer {
  readonly message: DnsMessage;
  readonly server: DnsServerAddress;
}

/**
 * Port: sends a request to one of a list of DNS servers and brings the answer. The implementation chooses the message
 * ID. Rejects with {@link import('./dns-error').DnsError} where no server gave a valid answer; an answer code other
 * than NOERROR is an answer.
 */
export interface DnsExchange {
  readonly servers: readonly DnsServerAddress[];
  exchange(request: DnsMessage, options?: ExchangeOptions): Promise<DnsAnswer>;
}

/**
 * True where a message answers a request: ID, direction, operation and question are the request's. A server that
 * reports an error, or answers an update, may leave the question out (RFC 2136 section 3.8).
 */
export function answers(request: DnsMessage, response: DnsMessage): boolean {
  if (!response.isResponse || response.id !== request.id || response.opcode !== request.opcode) return false;
  if (response.questions.length === 0)
    return response.rcode !== rcode.NOERROR || request.authorities.length > 0;
  return (
    response.questions.length === request.questions.length &&
    request.questions.every((question, index) => {
      const echoed = response.questions[index];
      return (
        echoed?.type === question.type &&
        echoed.class === question.class &&
        sameName(echoed.name, question.name)
      );
    })
  );
}
