import { Buffer } from 'node:buffer';
import { type ChildProcess, spawn } from 'node:child_process';
import { type Duplex, type Readable } from 'node:stream';
import { type EngineCall, type EngineOutcome } from '../windows/shell/engine/port';
import { type EngineBounds } from './bounds';
import { boxWords, channelDescriptor, type BoxContents, type BoxFile } from './box';
import { type FoundEngine } from './find-engine';
import { treeMemory } from './tree-memory';

/** A script with the box that it runs in. */
export interface BoxRun extends Omit<EngineCall, 'isNested'> {
  readonly engine: FoundEngine;
  readonly files: BoxContents;
  readonly user: number;
  readonly bounds: EngineBounds;
}

const watchMilliseconds = 250;
/** Of the descriptors behind standard error, the channel is the first; then come the words and the files. */
const wordsDescriptor = channelDescriptor + 1;

/** Runs a script in a box of its own until it ends, or until one of its bounds ends it. */
export async function runBox(run: BoxRun): Promise<EngineOutcome> {
  run.signal?.throwIfAborted();
  const { engine, user, bounds, computerName, environment } = run;
  const names: readonly BoxFile[] = [...run.files.keys()];
  const files = names.map((file, at) => ({ file, descriptor: wordsDescriptor + 1 + at }));
  const { options, command } = boxWords(engine, { computerName, environment, files, user, bounds });
  const script = run.isEncoded
    ? ['-EncodedCommand', Buffer.from(run.script, 'utf16le').toString('base64')]
    : ['-Command', run.script];
  const child = spawn(engine.bwrap, ['--args', String(wordsDescriptor), '--', ...command, ...script], {
    env: {},
    stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe', ...names.map(() => 'pipe' as const)],
  });
  give(child, wordsDescriptor, options.map((word) => `${word}\0`).join(''));
  for (const { file, descriptor } of files) give(child, descriptor, run.files.get(file) ?? '');
  give(child, 0, run.stdin);
  return await new Watched(child, run).ended;
}

/** All of them are sockets of ours. */
function streamOf(child: ChildProcess, descriptor: number): Duplex {
  return child.stdio[descriptor] as Duplex;
}

function give(child: ChildProcess, descriptor: number, data: string | Uint8Array): void {
  const stream = streamOf(child, descriptor);
  // A box that is gone does not take what it was to be given; its end says why.
  stream.on('error', () => undefined);
  stream.end(data);
}

/** A script under way: its output, its questions, its bounds. */
class Watched {
  readonly ended: Promise<EngineOutcome>;
  readonly #child: ChildProcess;
  readonly #run: BoxRun;
  readonly #stdout: Buffer[] = [];
  readonly #stderr: Buffer[] = [];
  #printed = 0;
  /** Why it was ended before its end. */
  #broken: string | null = null;
  #failure: Error | null = null;

  constructor(child: ChildProcess, run: BoxRun) {
    this.#child = child;
    this.#run = run;
    this.#collect(streamOf(child, 1), this.#stdout);
    this.#collect(streamOf(child, 2), this.#stderr);
    this.#answerOn(streamOf(child, channelDescriptor));
    this.ended = this.#watch();
  }

  async #watch(): Promise<EngineOutcome> {
    const { bounds, signal } = this.#run;
    const late = setTimeout(
      () => this.#break(`it took longer than ${bounds.milliseconds / 1000} s`),
      bounds.milliseconds,
    );
    const memory = setInterval(() => {
      const { pid } = this.#child;
      if (pid !== undefined && treeMemory(pid) > bounds.memory)
        this.#break(`it held more than ${bounds.memory / 1024 / 1024} MB of memory`);
    }, watchMilliseconds);
    const abort = (): void => this.#fail(new Error('nobody waits for the script any more'));
    signal?.addEventListener('abort', abort);
    try {
      const code = await new Promise<number>((resolve, reject) => {
        this.#child.once('error', reject);
        this.#child.once('close', (status) => resolve(status ?? 1));
      });
      if (this.#failure !== null) throw this.#failure;
      return this.#outcome(code);
    } finally {
      clearTimeout(late);
      clearInterval(memory);
      signal?.removeEventListener('abort', abort);
      streamOf(this.#child, channelDescriptor).destroy();
    }
  }

  #outcome(code: number): EngineOutcome {
    const [stdout, stderr] = [textOf(this.#stdout), textOf(this.#stderr)];
    if (this.#broken === null) return { exitCode: code, stdout, stderr };
    return { exitCode: 1, stdout, stderr: `${stderr}slmgr: the script was ended: ${this.#broken}.\r\n` };
  }

  #collect(stream: Readable, pieces: Buffer[]): void {
    stream.on('error', () => undefined);
    stream.on('data', (piece: Buffer) => {
      this.#printed += piece.length;
      if (this.#printed <= this.#run.bounds.output) pieces.push(piece);
      else this.#break(`it printed more than ${this.#run.bounds.output / 1024 / 1024} MB`);
    });
  }

  /** One question at a time: those of all programs in the box come one after the other. */
  #answerOn(channel: Duplex): void {
    let waiting = '';
    let turn = Promise.resolve();
    channel.setEncoding('utf8');
    channel.on('error', () => undefined);
    channel.on('data', (piece: string) => {
      const lines = `${waiting}${piece}`.split('\n');
      waiting = lines.pop() ?? '';
      if (waiting.length > this.#run.bounds.question) this.#break('its question to the machine is too long');
      for (const line of lines) {
        turn = turn
          .then(async () => {
            const answer = await this.#run.answer(line);
            if (channel.writable) channel.write(`${answer}\n`);
          })
          .catch((error: unknown) => this.#fail(error instanceof Error ? error : new Error(String(error))));
      }
    });
  }

  #break(reason: string): void {
    this.#broken ??= reason;
    this.#end();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#end();
  }

  /** The first process of the box goes with its parent, and all the others with the first. */
  #end(): void {
    this.#child.kill('SIGKILL');
  }
}

function textOf(pieces: readonly Buffer[]): string {
  return new TextDecoder().decode(Buffer.concat(pieces));
}
