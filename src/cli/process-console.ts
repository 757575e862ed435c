import { homedir } from 'node:os';
import { type Console } from './console';

/** `isTTY` is missing, whatever its type says, where a stream is no terminal. */
function isTerminal(stream: { readonly isTTY?: boolean }): boolean {
  return stream.isTTY === true;
}

/**
 * The console of this process. A reader that goes away (`slmgr … | head -1`) ends the writing quietly: further output
 * is dropped, as a Unix filter would end on SIGPIPE.
 */
export function processConsole(): Console {
  // Streams are made when they are first looked at; standard input and error cost a start some milliseconds.
  const { stdout } = process;
  let gone = false;
  let onGone: (() => void) | null = null;
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    gone = true;
    onGone?.();
  });
  return {
    out: (text) => {
      if (!gone && text !== '') stdout.write(text);
    },
    err: (text) => {
      if (text !== '') process.stderr.write(text);
    },
    outIsTerminal: isTerminal(stdout),
    get errIsTerminal() {
      return isTerminal(process.stderr);
    },
    width: isTerminal(stdout) ? stdout.columns : 80,
    env: process.env,
    platform: process.platform,
    home: homedir(),
    now: () => Date.now(),
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    readInput: async (limitBytes) => {
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > limitBytes) throw new Error(`Standard input is longer than ${limitBytes} bytes.`);
        chunks.push(chunk);
      }
      return Buffer.concat(chunks).toString('utf8');
    },
    onInterrupt: (callback) => {
      process.on('SIGINT', callback).on('SIGTERM', callback);
      return () => {
        process.off('SIGINT', callback).off('SIGTERM', callback);
      };
    },
    interrupted: () =>
      new Promise((resolve) => {
        const done = (): void => {
          process.off('SIGINT', done);
          process.off('SIGTERM', done);
          onGone = null;
          resolve();
        };
        process.on('SIGINT', done);
        process.on('SIGTERM', done);
        onGone = done;
        if (gone) done();
      }),
  };
}
