import { fstatSync, statSync, writeSync } from 'node:fs';
import { devNull, homedir } from 'node:os';
import { type Console } from './console';

/**
 * Whether a standard stream is a terminal. The stream itself is made only where it may be one: making it costs a start
 * some milliseconds.
 */
function isTerminal(descriptor: 1 | 2): boolean {
  try {
    if (process.platform !== 'win32') {
      const status = fstatSync(descriptor);
      if (!status.isCharacterDevice() || status.rdev === statSync(devNull).rdev) return false;
    }
    const stream: { readonly isTTY?: boolean } = descriptor === 1 ? process.stdout : process.stderr;
    return stream.isTTY === true;
  } catch {
    return false;
  }
}

/**
 * Standard output. Files and pipes are written to directly, at once, which spares the stream; terminals, Windows, and a
 * pipe that is full go through the stream. A reader that goes away (`slmgr … | head -1`) ends the writing quietly:
 * further output is dropped, as a Unix filter would end on SIGPIPE.
 */
class Output {
  gone = false;
  onGone: (() => void) | null = null;
  #stream: NodeJS.WriteStream | null = null;
  #terminal: boolean | null = null;

  write(text: string): void {
    if (this.gone || text === '') return;
    const rest = this.#isDirect() ? this.#writeDirectly(Buffer.from(text)) : text;
    if (rest.length > 0) this.#open().write(rest);
  }

  #isDirect(): boolean {
    this.#terminal ??= process.platform === 'win32' || isTerminal(1);
    return this.#stream === null && !this.#terminal;
  }

  /** What could not be written without waiting; nothing where nobody reads any more. */
  #writeDirectly(bytes: Buffer): Buffer {
    let at = 0;
    try {
      while (at < bytes.length) at += writeSync(1, bytes, at);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EPIPE') {
        this.#end();
        return bytes.subarray(bytes.length);
      }
      if (code !== 'EAGAIN') throw error;
    }
    return bytes.subarray(at);
  }

  #open(): NodeJS.WriteStream {
    if (this.#stream !== null) return this.#stream;
    this.#stream = process.stdout;
    this.#stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      this.#end();
    });
    return this.#stream;
  }

  #end(): void {
    this.gone = true;
    this.onGone?.();
  }
}

/** The console of this process. */
export function processConsole(): Console {
  const output = new Output();
  return {
    out: (text) => {
      output.write(text);
    },
    err: (text) => {
      if (text !== '') process.stderr.write(text);
    },
    get outIsTerminal() {
      return isTerminal(1);
    },
    get errIsTerminal() {
      return isTerminal(2);
    },
    get width() {
      return (isTerminal(1) && process.stdout.columns) || (isTerminal(2) && process.stderr.columns) || 80;
    },
    env: process.env,
    platform: process.platform,
    get home() {
      return homedir();
    },
    now: () => Date.now(),
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    readInput: readStandardInput,
    onInterrupt: (callback) => {
      process.on('SIGINT', callback).on('SIGTERM', callback);
      return () => {
        process.off('SIGINT', callback).off('SIGTERM', callback);
      };
    },
    interrupted: () =>
      new Promise((resolve) => {
        const done = (): void => {
          process.off('SIGINT', done).off('SIGTERM', done);
          output.onGone = null;
          resolve();
        };
        process.on('SIGINT', done).on('SIGTERM', done);
        output.onGone = done;
        if (output.gone) done();
      }),
  };
}

async function readStandardInput(limitBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limitBytes) throw new Error(`Standard input is longer than ${limitBytes} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
