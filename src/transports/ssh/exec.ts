import type { ClientChannel } from 'ssh2';
import { type AnswerMark } from '../command-runner';
import { harmlessExcerpt } from '../harmless-text';
import { TransportError } from '../transport-error';
import { TextParts } from '../text-parts';
import { type SshConnection } from './connect';

/** What came of a command. Text is Latin-1, byte for byte: answers are ASCII. */
export interface CommandResult {
  readonly stdout: string;
  readonly stderr: string;
  /** Null where the answer was complete before the program ended, or a signal ended it. */
  readonly exitCode: number | null;
  readonly signal: string | null;
}

/** A program on the machine, its input and its limits. */
export interface Command {
  readonly line: string;
  readonly stdin: string;
  /** Milliseconds from start to answer. */
  readonly timeout: number;
  /** What is left of the verb's time, where that is less. */
  readonly left?: number | undefined;
  /** Bytes of standard output, above which the answer is refused. */
  readonly maxOutput: number;
  /** The answer is there when `start` and, behind it, `end` have been printed; the program's end is not waited for. */
  readonly mark: AnswerMark;
}

const maxStderr = 1024 * 1024;
/** After the program's end: how long its output may still be on the way. Windows sometimes never closes it. */
const lingerMilliseconds = 2000;

/** Standard output as it comes, bounded, with a watch for the end of the answer. Each chunk is looked at once. */
class Output {
  readonly #mark: AnswerMark;
  readonly #limit: number;
  readonly #chunks = new TextParts();
  #size = 0;
  /** The end of what came before: a mark may be cut in two. Null once the answer has begun. */
  #carry: string | null = '';

  constructor(command: Command) {
    this.#mark = command.mark;
    this.#limit = command.maxOutput;
  }

  get text(): string {
    return this.#chunks.text;
  }

  /** Takes a chunk: `more`, `complete` or `too-big`. */
  add(bytes: Buffer): 'more' | 'complete' | 'too-big' {
    this.#size += bytes.length;
    if (this.#size > this.#limit) return 'too-big';
    const chunk = bytes.toString('latin1');
    this.#chunks.add(chunk);
    return this.#ends(chunk) ? 'complete' : 'more';
  }

  #ends(chunk: string): boolean {
    const { start, end } = this.#mark;
    if (this.#carry === null) return chunk.includes(end);
    const seen = this.#carry + chunk;
    const place = seen.indexOf(start);
    if (place < 0) {
      this.#carry = seen.slice(-start.length + 1);
      return false;
    }
    this.#carry = null;
    return seen.includes(end, place + start.length);
  }
}

function failure(
  cause: 'timeout' | 'closed' | 'too-big' | 'denied',
  host: string,
  detail: string,
): TransportError {
  const advice = {
    timeout: 'Whether it was carried out is unknown: run /dlv, and raise --timeout for a slow machine.',
    closed: 'The connection broke while the command was running.',
    'too-big': 'No licensing answer is that large: something else is answering.',
    denied: 'The SSH server of the machine does not allow commands for this user (ForceCommand, no shell).',
  }[cause];
  return new TransportError({
    step: cause === 'too-big' ? 'answer' : 'command',
    cause,
    message: `${host}: ${detail}`,
    advice: [advice],
  });
}

async function openChannel(
  { client, endpoint }: SshConnection,
  command: Command,
  limit: number,
): Promise<ClientChannel> {
  return new Promise<ClientChannel>((resolve, reject) => {
    const lost = (): void => reject(failure('closed', endpoint.host, 'the connection was lost'));
    const timer = setTimeout(() => reject(failure('timeout', endpoint.host, 'no channel was opened')), limit);
    client.once('close', lost);
    const done = (): void => {
      clearTimeout(timer);
      client.removeListener('close', lost);
    };
    try {
      client.exec(command.line, { pty: false }, (error, channel) => {
        done();
        if (error === undefined) resolve(channel);
        else
          reject(
            failure(
              'denied',
              endpoint.host,
              `the command was refused: ${harmlessExcerpt(error.message, 200)}`,
            ),
          );
      });
    } catch {
      done();
      lost();
    }
  });
}

/**
 * Runs a command on the machine and gives it its input. Ends as soon as the answer is complete, or two seconds after
 * the program's end. Rejects with a {@link TransportError}: `closed` when the connection breaks, `timeout`, `too-big`.
 */
export async function runCommand(connection: SshConnection, command: Command): Promise<CommandResult> {
  const allowed = Math.min(command.timeout, command.left ?? command.timeout);
  const started = performance.now();
  const channel = await openChannel(connection, command, allowed);
  const rest = Math.max(0, allowed - (performance.now() - started));
  const { host } = connection.endpoint;
  return new Promise<CommandResult>((resolve, reject) => {
    const output = new Output(command);
    let stderr = '';
    let exit: { readonly code: number | null; readonly signal: string | null } | null = null;
    let linger: NodeJS.Timeout | undefined;
    const stop = (): void => {
      clearTimeout(limit);
      clearTimeout(linger);
      connection.client.removeListener('close', lost);
      channel.removeAllListeners('data');
      channel.on('error', () => undefined);
      channel.close();
    };
    const fail = (error: TransportError): void => {
      stop();
      reject(error);
    };
    const finish = (): void => {
      stop();
      resolve({ stdout: output.text, stderr, exitCode: exit?.code ?? null, signal: exit?.signal ?? null });
    };
    const lost = (): void =>
      fail(failure('closed', host, 'the connection was lost in the middle of a command'));
    const limit = setTimeout(() => {
      fail(failure('timeout', host, `no answer to the command within ${String(command.timeout / 1000)} s`));
    }, rest);
    connection.client.once('close', lost);
    channel.on('data', (chunk: Buffer) => {
      const state = output.add(chunk);
      if (state === 'complete') finish();
      else if (state === 'too-big') {
        fail(failure('too-big', host, `the answer is larger than ${String(command.maxOutput)} bytes`));
      }
    });
    channel.stderr.on('data', (chunk: Buffer) => {
      if (stderr.length < maxStderr) stderr += chunk.toString('utf8');
    });
    channel.on('exit', (code: number | null, signal?: string) => {
      exit = { code, signal: signal ?? null };
      linger ??= setTimeout(finish, lingerMilliseconds);
    });
    channel.on('close', () => (exit === null ? lost() : finish()));
    channel.on('error', lost);
    channel.end(command.stdin);
  });
}
