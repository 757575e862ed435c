import type { ClientChannel } from 'ssh2';
import { harmlessExcerpt } from '../harmless-text';
import { TransportError } from '../transport-error';
import { connectSsh } from './connect';
import { type SshConnectOptions } from './settings';

/** A program on a machine that is talked to for longer, over a connection of its own. */
export interface SshLineChannel {
  readonly output: AsyncIterable<string | Uint8Array>;
  write(text: string): void;
  /** Rejects where an answer takes longer than the time limit of a command. */
  waitFor<T>(answer: Promise<T>): Promise<T>;
  close(): Promise<void>;
}

function tooSlow(host: string, milliseconds: number): TransportError {
  return new TransportError({
    step: 'command',
    cause: 'timeout',
    message: `${host}: no answer within ${String(milliseconds / 1000)} s`,
    advice: ['Whether it was carried out is unknown: run /dlv, and raise --timeout for a slow machine.'],
  });
}

async function within<T>(answer: Promise<T>, milliseconds: number, late: () => TransportError): Promise<T> {
  // What is there already would win over a timer that has run out, line after line.
  if (milliseconds <= 0) {
    answer.catch(() => undefined);
    throw late();
  }
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), milliseconds);
  });
  try {
    return await Promise.race([answer, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** Starts a program on a machine and leaves its input and output open. */
export async function openLineChannel(options: SshConnectOptions, command: string): Promise<SshLineChannel> {
  const connection = await connectSsh(options);
  const { host } = connection.endpoint;
  const { command: limit, deadline } = options.timeouts;
  const late = (): TransportError => tooSlow(host, limit);
  const left = (): number => deadline?.within(limit) ?? limit;
  const opened = new Promise<ClientChannel>((resolve, reject) => {
    connection.client.exec(command, { pty: false }, (error, stream) => {
      if (error === undefined) resolve(stream);
      else
        reject(
          new TransportError({
            step: 'command',
            cause: 'denied',
            message: `${host}: ${harmlessExcerpt(error.message, 200)}`,
          }),
        );
    });
  });
  try {
    const channel = await within(opened, left(), late);
    channel.on('error', () => undefined);
    channel.stderr.resume();
    return {
      output: channel as AsyncIterable<Uint8Array>,
      write: (text) => void channel.write(text),
      waitFor: (answer) => within(answer, left(), late),
      close: () => {
        channel.close();
        connection.close();
        return Promise.resolve();
      },
    };
  } catch (error) {
    connection.close();
    throw error;
  }
}
