import { AnswerError, parseRequest } from '../providers/windows/bridge/answer-schema';
import { answerRequest } from '../providers/windows/bridge/answer-request';
import { parsed } from '../providers/windows/bridge/powershell-runner';
import { type BridgeHost } from '../providers/windows/bridge/protocol';
import { type ScriptRunner } from '../providers/windows/script-runner';
import { type LicensingProvider } from '../licensing/provider';
import { harmlessExcerpt } from '../transports/harmless-text';
import { TransportError } from '../transports/transport-error';

/** The first line of an agent: whoever waits for it passes over banners and profiles. */
export const agentGreeting = '#slmgr-agent:1#';

/** Longest request or answer, in characters: a line that goes on is refused before it is held in memory. */
export const maxAgentLine = 32 * 1024 * 1024;

/** What an agent says of a request that it cannot read. */
interface AgentRefusal {
  readonly v: 1;
  readonly refused: string;
}

/** Lines of a stream of text, bounded. Throws a RangeError for a longer line; the last line needs no end. */
export async function* linesOf(
  chunks: AsyncIterable<string | Uint8Array>,
  limit: number,
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder();
  let parts: string[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    const pieces = (typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })).split('\n');
    for (const [index, piece] of pieces.entries()) {
      if (index > 0) {
        yield parts.join('').replace(/\r$/, '');
        parts = [];
        length = 0;
      }
      length += piece.length;
      if (length > limit) throw new RangeError(`a line is longer than ${String(limit)} characters`);
      if (piece !== '') parts.push(piece);
    }
  }
  if (parts.length > 0) yield parts.join('');
}

/** What an agent needs: where requests come from, where answers go, and what it says of its machine. */
export interface AgentStreams {
  readonly input: AsyncIterable<string | Uint8Array>;
  readonly write: (line: string) => Promise<void> | void;
  readonly host: () => Promise<BridgeHost>;
}

/**
 * Serves a licensing provider to another slmgr: one request a line, one answer a line, until the input ends. A request
 * that cannot be read is refused with a line that says why; a line that is too long ends the service.
 */
export async function serveAgent(provider: LicensingProvider, streams: AgentStreams): Promise<void> {
  await streams.write(`${agentGreeting}\n`);
  for await (const line of linesOf(streams.input, maxAgentLine)) {
    if (line === '') continue;
    await streams.write(`${JSON.stringify(await answerLine(provider, line, streams))}\n`);
  }
}

async function answerLine(provider: LicensingProvider, line: string, streams: AgentStreams): Promise<object> {
  try {
    const request = parseRequest(line);
    return await answerRequest(provider, request, await streams.host());
  } catch (error) {
    if (!(error instanceof AnswerError)) throw error;
    return { v: 1, refused: error.message } satisfies AgentRefusal;
  }
}

/** A program on the far side that is talked to line by line. */
export interface LineChannel {
  readonly output: AsyncIterable<string | Uint8Array>;
  write(text: string): void;
  /** Bounds the wait for one line: rejects with a `TransportError`. */
  readonly waitFor: <T>(answer: Promise<T>) => Promise<T>;
  close(): Promise<void>;
}

function cutOff(): TransportError {
  return new TransportError({
    step: 'command',
    cause: 'closed',
    message: 'the agent on the machine ended before it answered',
    advice: ['Is slmgr installed there, in the PATH of a command over SSH? Try: ssh MACHINE slmgr --version'],
  });
}

function garbled(reason: string, cause: unknown): TransportError {
  return new TransportError(
    { step: 'answer', cause: 'garbage', message: `the agent's answer cannot be read: ${reason}` },
    { cause },
  );
}

/** The line of an answer; throws where the agent says that it could not read the request. */
function notRefused(line: string): string {
  const refused = /^\{"v":1,"refused":"(.*)"\}$/.exec(line)?.[1];
  if (refused === undefined) return line;
  throw garbled(
    `it refused the request (${harmlessExcerpt(refused, 200)}): is its slmgr of another version?`,
    null,
  );
}

/** Talks to an agent over a channel that is opened at the first request and again after it was lost. */
export function agentRunner(open: () => Promise<LineChannel>): ScriptRunner {
  let session: Promise<AgentSession> | null = null;
  return {
    run: async (request) => {
      session ??= AgentSession.open(open);
      const current = session;
      try {
        return parsed(notRefused(await (await current).ask(JSON.stringify(request))));
      } catch (error) {
        if (session === current) session = null;
        await current.then(
          (lost) => lost.close(),
          () => undefined,
        );
        throw error;
      }
    },
    close: async () => {
      const current = session;
      session = null;
      await current?.then(
        (open_) => open_.close(),
        () => undefined,
      );
    },
  };
}

class AgentSession {
  readonly #channel: LineChannel;
  readonly #lines: AsyncGenerator<string, void, undefined>;

  private constructor(channel: LineChannel) {
    this.#channel = channel;
    this.#lines = linesOf(channel.output, maxAgentLine);
  }

  static async open(open: () => Promise<LineChannel>): Promise<AgentSession> {
    const channel = await open();
    const session = new AgentSession(channel);
    try {
      while (!(await session.#next()).endsWith(agentGreeting));
      return session;
    } catch (error) {
      await channel.close();
      throw error;
    }
  }

  async ask(request: string): Promise<string> {
    this.#channel.write(`${request}\n`);
    return this.#next();
  }

  close(): Promise<void> {
    return this.#channel.close();
  }

  async #next(): Promise<string> {
    try {
      const { value, done } = await this.#channel.waitFor(this.#lines.next());
      if (done === true) throw cutOff();
      return value;
    } catch (error) {
      throw error instanceof RangeError ? garbled(error.message, error) : error;
    }
  }
}
