import { fstatSync, statSync, writeSync } from 'node:fs';
import { devNull } from 'node:os';
import { getSystemErrorMap } from 'node:util';
import { unsealed } from './colour-seal';

/** Descriptors of the standard streams that a program writes. */
type Descriptor = 1 | 2;

/**
 * Whether a standard stream is a terminal. The stream itself is made only where it may be one: making it costs a start
 * some milliseconds.
 */
export function isTerminal(descriptor: Descriptor): boolean {
  try {
    if (process.platform !== 'win32') {
      const status = fstatSync(descriptor);
      if (!status.isCharacterDevice() || status.rdev === statSync(devNull).rdev) return false;
    }
    const stream: { readonly isTTY?: boolean } = streamOf(descriptor);
    return stream.isTTY === true;
  } catch {
    return false;
  }
}

/**
 * A standard stream, the one place where text leaves the program: whatever is in it that could deceive a terminal is
 * replaced here. Files and pipes are written to directly, at once, which spares the stream; terminals, Windows, and a
 * pipe that is full go through the stream. A reader that goes away (`slmgr … | head -1`) ends the writing quietly:
 * further output is dropped, as a Unix filter would end on SIGPIPE. Any other failure ends it too, and is kept.
 */
export class Output {
  /** Nothing more can be written. */
  gone = false;
  onGone: (() => void) | null = null;
  readonly #descriptor: Descriptor;
  #problem: string | null = null;
  #stream: NodeJS.WriteStream | null = null;
  #terminal: boolean | null = null;
  #last: Promise<void> = Promise.resolve();

  constructor(descriptor: Descriptor) {
    this.#descriptor = descriptor;
  }

  write(text: string): void {
    if (text !== '') this.writeRaw(unsealed(text));
  }

  /** Writes text of our own that moves the cursor. */
  writeRaw(text: string): void {
    if (this.gone) return;
    const rest = this.#isDirect() ? this.#writeDirectly(Buffer.from(text)) : text;
    if (rest.length === 0) return;
    const stream = this.#open();
    this.#last = new Promise((resolve) => {
      stream.write(rest, (error) => {
        if (error) this.#failed(error);
        resolve();
      });
    });
  }

  /** Waits until all is written; why it could not be, or null. A reader that went away is no failure. */
  async problem(): Promise<string | null> {
    await this.#last;
    return this.#problem;
  }

  #isDirect(): boolean {
    this.#terminal ??= process.platform === 'win32' || isTerminal(this.#descriptor);
    return this.#stream === null && !this.#terminal;
  }

  /** What could not be written without waiting; nothing where writing has failed. */
  #writeDirectly(bytes: Buffer): Buffer {
    let at = 0;
    try {
      while (at < bytes.length) at += writeSync(this.#descriptor, bytes, at);
    } catch (error) {
      const failure = error as NodeJS.ErrnoException;
      if (failure.code !== 'EAGAIN') {
        this.#failed(failure);
        return bytes.subarray(bytes.length);
      }
    }
    return bytes.subarray(at);
  }

  #open(): NodeJS.WriteStream {
    if (this.#stream !== null) return this.#stream;
    this.#stream = streamOf(this.#descriptor);
    this.#stream.on('error', (error: NodeJS.ErrnoException) => {
      this.#failed(error);
    });
    return this.#stream;
  }

  #failed(error: NodeJS.ErrnoException): void {
    if (this.gone) return;
    this.gone = true;
    if (error.code !== 'EPIPE') this.#problem = reasonOf(error);
    this.onGone?.();
  }
}

function streamOf(descriptor: Descriptor): NodeJS.WriteStream {
  return descriptor === 1 ? process.stdout : process.stderr;
}

/** The system's words for an error, without the call that met it. */
function reasonOf({ errno, message }: NodeJS.ErrnoException): string {
  return (errno === undefined ? undefined : getSystemErrorMap().get(errno)?.[1]) ?? message;
}
