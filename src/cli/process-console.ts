import { homedir } from 'node:os';
import { decodeExactText } from '../transports/decode-text';
import { systemReason } from '../transports/local/system-reason';
import { harmlessText } from '../transports/harmless-text';
import type { Console } from './console';
import { openScreen } from './output/screen';
import { isTerminal, Output } from './output/stream-output';
import { Refusal } from './refusal';

/** The console of this process. */
export function processConsole(): Console {
  const output = new Output(1);
  const errors = new Output(2);
  return {
    out: (text) => {
      output.write(text);
    },
    err: (text) => {
      errors.write(text);
    },
    progress: (line) => {
      if (isTerminal(2)) errors.writeRaw(`\r\u001b[K${harmlessText(line)}`);
    },
    openScreen: () =>
      isTerminal(1) && process.env['TERM'] !== 'dumb' ? openScreen(output, process.stdout) : null,
    unwritten: async () => ({ out: await output.problem(), err: await errors.problem() }),
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
  try {
    for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limitBytes) break;
      chunks.push(chunk);
    }
    if (size <= limitBytes) return decodeExactText(Buffer.concat(chunks));
  } catch (error) {
    throw new Refusal(`Standard input cannot be read: ${systemReason(error)}`, { cause: error });
  }
  throw new Refusal(`Standard input is longer than ${limitBytes} bytes.`);
}
