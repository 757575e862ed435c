import { randomInt } from 'node:crypto';
import { DnsError, dnsHresult, signatureError, type DnsStep } from '../dns-error';
import { answers, type DnsAnswer, type DnsExchange, type ExchangeOptions } from '../exchange';
import { DnsFormatError } from '../format-error';
import { decodeMessage, encodeMessage, type DnsMessage } from '../message';
import { MAX_UDP_REQUEST, opcode, rcode } from '../protocol';
import { formatServerAddress, type DnsServerAddress } from '../server-address';
import { signMessage, verifyMessage } from '../tsig';
import { type TsigKey } from '../tsig-key';
import { AttemptError, type Attempt } from './attempt';
import { askOverTcp } from './tcp';
import { askOverUdp } from './udp';

/** How long a server may take in each round; every server that was silent is asked again in the next round. */
export const DEFAULT_TIMEOUTS_MS: readonly number[] = [1000, 2000, 4000];

/** What a client needs to know. */
export interface DnsClientOptions {
  readonly servers: readonly DnsServerAddress[];
  readonly timeoutsMs?: readonly number[];
  /** Epoch ms for signatures; the machine's own clock unless a test says otherwise. */
  readonly clock?: () => number;
  readonly signal?: AbortSignal;
}

/**
 * The DNS client over real sockets. Questions go over UDP, and over TCP where the answer was truncated or the question
 * is too long; updates go over TCP, where nobody can slip in an answer and nothing arrives twice, and over UDP only
 * where the server does not take TCP. A server that fails hands over to the next one.
 */
export function createDnsClient(options: DnsClientOptions): DnsExchange {
  return {
    servers: options.servers,
    exchange: (request, exchangeOptions = {}) => exchangeWithServers(options, request, exchangeOptions),
  };
}

async function exchangeWithServers(
  options: DnsClientOptions,
  request: DnsMessage,
  exchangeOptions: ExchangeOptions,
): Promise<DnsAnswer> {
  const { servers } = options;
  if (servers.length === 0) {
    throw new DnsError('configuration', dnsHresult.noServers, 'this machine has no DNS server: name one');
  }
  const course: Course = { failing: null, problems: new Map() };
  let left = [...servers];
  for (const timeoutMs of options.timeoutsMs ?? DEFAULT_TIMEOUTS_MS) {
    const silent: DnsServerAddress[] = [];
    for (const server of left) {
      const answer = await askServer(
        { options, request, server, timeoutMs, key: exchangeOptions.key },
        course,
      );
      if (answer === 'silent') silent.push(server);
      else if (answer !== null) return answer;
    }
    left = silent;
  }
  if (course.failing !== null) return course.failing;
  throw unanswered(course);
}

/** What went wrong so far. */
interface Course {
  /** First answer of a server that cannot help: another may. */
  failing: DnsAnswer | null;
  readonly problems: Map<string, { readonly step: DnsStep; readonly words: string }>;
}

interface ServerAttempt {
  readonly options: DnsClientOptions;
  readonly request: DnsMessage;
  readonly server: DnsServerAddress;
  readonly timeoutMs: number;
  readonly key: TsigKey | undefined;
}

/** An answer to return, 'silent' to ask again later, or null to give the server up. */
async function askServer(attempt: ServerAttempt, course: Course): Promise<DnsAnswer | 'silent' | null> {
  const name = formatServerAddress(attempt.server);
  try {
    const message = await askOnce(attempt);
    const answer = { message, server: attempt.server };
    if (!cannotHelp(message)) return answer;
    course.failing ??= answer;
    return null;
  } catch (error) {
    if (error instanceof DnsFormatError) {
      course.problems.set(name, {
        step: 'answer',
        words: `${name} sent what is no DNS message (${error.message})`,
      });
      return null;
    }
    if (!(error instanceof AttemptError)) throw error;
    if (error.failure === 'aborted')
      throw new DnsError('connection', dnsHresult.serverFailure, 'the DNS request was cancelled');
    course.problems.set(name, { step: 'connection', words: wordsOf(name, error) });
    return error.failure === 'silent' ? 'silent' : null;
  }
}

/** Codes with which a server says that it cannot answer, while another might. */
function cannotHelp(message: DnsMessage): boolean {
  const codes: readonly number[] = [rcode.SERVFAIL, rcode.REFUSED, rcode.NOTIMP, rcode.FORMERR];
  return message.opcode === opcode.QUERY && codes.includes(message.rcode);
}

function wordsOf(server: string, error: AttemptError): string {
  switch (error.failure) {
    case 'silent':
      return `${server} does not answer (${error.message})`;
    case 'closed':
      return `${server} cannot be reached (${error.message})`;
    case 'cut-off':
    case 'aborted':
      return `${server}: ${error.message}`;
  }
}

/** K6.11: no server that answers is a DNS server failure. */
function unanswered(course: Course): DnsError {
  const problems = [...course.problems.values()];
  const malformed = problems.every(({ step }) => step === 'answer');
  const words = problems.map((problem) => problem.words).join('; ');
  return new DnsError(
    malformed ? 'answer' : 'connection',
    malformed ? dnsHresult.badPacket : dnsHresult.serverFailure,
    `no answer from DNS (${words}): check the address and whether it runs`,
  );
}

async function askOnce(attempt: ServerAttempt): Promise<DnsMessage> {
  const request: DnsMessage = { ...attempt.request, id: randomInt(0x10000) };
  const sent = prepare(encodeMessage(request), attempt);
  const accept = (bytes: Buffer): DnsMessage | null => acceptOverUdp(bytes, request, sent);
  const { server, timeoutMs, options } = attempt;
  const socketAttempt: Attempt = { server, timeoutMs, bytes: sent.bytes, signal: options.signal };
  const fitsUdp = sent.bytes.length <= MAX_UDP_REQUEST;
  if (request.opcode === opcode.UPDATE)
    return askByTcpFirst(socketAttempt, request, sent, fitsUdp ? accept : null);
  if (fitsUdp) {
    const answer = await askOverUdp(socketAttempt, accept);
    if (!answer.truncated) return answer;
  }
  return readAnswer(await askOverTcp(socketAttempt), request, sent);
}

async function askByTcpFirst(
  attempt: Attempt,
  request: DnsMessage,
  sent: SentRequest,
  acceptUdp: ((bytes: Buffer) => DnsMessage | null) | null,
): Promise<DnsMessage> {
  try {
    return readAnswer(await askOverTcp(attempt), request, sent);
  } catch (error) {
    const isRefused = error instanceof AttemptError && error.failure === 'closed';
    if (!isRefused || acceptUdp === null) throw error;
    return askOverUdp(attempt, acceptUdp);
  }
}

/** A request as it leaves, and the check of its answer's signature (null where the request is not signed). */
interface SentRequest {
  readonly bytes: Buffer;
  readonly verify: ((bytes: Buffer) => SignatureCheck) | null;
}

type SignatureCheck =
  | { readonly ok: true; readonly message: DnsMessage }
  | { readonly ok: false; readonly problem: DnsError; readonly final: boolean };

function prepare(bytes: Buffer, attempt: ServerAttempt): SentRequest {
  const { key } = attempt;
  if (key === undefined) return { bytes, verify: null };
  const clock = attempt.options.clock ?? Date.now;
  const now = (): number => Math.floor(clock() / 1000);
  const signed = signMessage(bytes, { key, time: now() });
  const verify = (answer: Buffer): SignatureCheck => {
    const verdict = verifyMessage(answer, { key, time: now(), requestMac: signed.mac });
    if (verdict.ok) return verdict;
    const problem = signatureError(verdict.problem, formatServerAddress(attempt.server), key.name);
    return { ok: false, problem, final: verdict.final };
  };
  return { bytes: signed.bytes, verify };
}

/** Over TCP every message is the server's own: what does not fit is an error. */
function readAnswer(bytes: Buffer, request: DnsMessage, sent: SentRequest): DnsMessage {
  const check = checkAnswer(bytes, request, sent);
  if (!check.ok) throw check.problem;
  return check.message;
}

/** Over UDP what does not fit, or is not signed as it should be, may come from anybody: it is passed over. */
function acceptOverUdp(bytes: Buffer, request: DnsMessage, sent: SentRequest): DnsMessage | null {
  try {
    const check = checkAnswer(bytes, request, sent);
    if (check.ok) return check.message;
    if (check.final) throw check.problem;
    return null;
  } catch (error) {
    if (error instanceof DnsFormatError) return null;
    throw error;
  }
}

function checkAnswer(bytes: Buffer, request: DnsMessage, sent: SentRequest): SignatureCheck {
  const message = decodeMessage(bytes);
  if (!answers(request, message)) throw new DnsFormatError('the answer does not fit the question');
  return sent.verify === null ? { ok: true, message } : sent.verify(bytes);
}
