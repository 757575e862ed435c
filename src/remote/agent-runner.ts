import { parsed } from '../providers/windows/bridge/powershell-runner';
import { type ScriptRunner } from '../providers/windows/script-runner';
import { harmlessExcerpt } from '../transports/harmless-text';
import { TransportError } from '../transports/transport-error';
import { agentGreeting, linesOf, maxAgentLine } from './agent-lines';

/** Most characters in front of the greeting: banners and profiles. */
const maxBanner = 1024 * 1024;

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
      // The wait for all lines together is bounded, and so is what they hold: banners are short.
      await channel.waitFor(session.#greeting());
      return session;
    } catch (error) {
      await channel.close();
      throw error;
    }
  }

  async #greeting(): Promise<void> {
    let length = 0;
    for (;;) {
      const line = await this.#next();
      if (line.endsWith(agentGreeting)) return;
      length += line.length + 1;
      if (length > maxBanner) throw garbled('text without end came in front of it', null);
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
