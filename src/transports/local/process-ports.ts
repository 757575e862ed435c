import { execFile } from 'node:child_process';
import { homedir, userInfo } from 'node:os';
import { Secret } from '../secret';
import { printableText } from '../harmless-text';
import { decodeExactText } from './bounded-file';

const commandTimeout = 60_000;
const maxCommandOutput = 64 * 1024;

/**
 * Runs a command of the user through the shell and gives what it prints. The error never carries its output, and the
 * command does not get the password that may stand in our environment.
 */
export async function runUserCommand(command: string): Promise<string> {
  const [shell, ...args] =
    process.platform === 'win32' ? ['cmd.exe', '/d', '/s', '/c', command] : ['/bin/sh', '-c', command];
  const printed = await new Promise<Buffer>((resolve, reject) => {
    const child = execFile(
      shell,
      args,
      {
        timeout: commandTimeout,
        maxBuffer: maxCommandOutput,
        encoding: 'buffer',
        windowsHide: true,
        env: withoutPassword(process.env),
      },
      (error, stdout) => {
        if (error === null) resolve(stdout);
        else
          reject(
            new Error(
              error.killed === true ? 'it took too long' : `it ended with status ${String(error.code)}`,
            ),
          );
      },
    );
    // A command that ends before its input is closed: its exit status says how it went.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end();
  });
  return decodeExactText(printed);
}

const passwordVariables: ReadonlySet<string> = new Set(['SLMGR_PASSWORD', 'SLMGR_AD_PASSWORD']);

/** An environment for other programs: ours without the passwords that it may hold. Windows knows names in any case. */
export function withoutPassword(
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  const kept = Object.entries(env).filter(([name]) => !passwordVariables.has(name.toUpperCase()));
  return Object.fromEntries(kept);
}

type Terminal = NodeJS.ReadStream & { readonly isTTY: true };

function terminal(): Terminal | null {
  return process.stdin.isTTY ? (process.stdin as Terminal) : null;
}

/** Keys that end or change what is typed without echo. */
const enter = new Set(['\r', '\n', '\u0004']);
const erase = new Set(['\b', '\u007f']);
const interrupt = '\u0003';

/** Asks at the terminal, on standard error, without echo. Null where standard input is no terminal. */
export async function askSecret(question: string): Promise<Secret | null> {
  const input = terminal();
  if (input === null) return null;
  // Raw mode first: whoever types ahead of the question is not echoed either.
  input.setRawMode(true);
  process.stderr.write(printableText(question));
  try {
    return new Secret(await typedWithoutEcho(input));
  } finally {
    process.stderr.write('\n');
  }
}

async function typedWithoutEcho(input: Terminal): Promise<string> {
  input.setEncoding('utf8');
  input.resume();
  return new Promise<string>((resolve, reject) => {
    let typed: string[] = [];
    const end = (): void => {
      input.setRawMode(false);
      input.pause();
      input.removeListener('data', take);
    };
    const take = (chunk: string): void => {
      for (const key of chunk) {
        if (key === interrupt) {
          end();
          // The terminal gave no signal in raw mode: this ends the program as Ctrl+C does elsewhere.
          process.kill(process.pid, 'SIGINT');
          reject(new Error('interrupted'));
          return;
        }
        if (enter.has(key)) {
          end();
          resolve(typed.join(''));
          return;
        }
        typed = erase.has(key) ? typed.slice(0, -1) : [...typed, key];
      }
    };
    input.on('data', take);
  });
}

/** Asks yes or no at the terminal; only "yes" is yes, as ssh has it. Null where standard input is no terminal. */
export async function askYesNo(question: string): Promise<boolean | null> {
  if (terminal() === null) return null;
  process.stderr.write(printableText(question));
  const answer = await readInputLine();
  return answer?.trim().toLowerCase() === 'yes';
}

/** What was typed at the terminal: a line, the end of its input, or nothing as there is none. */
export type TypedLine =
  { readonly kind: 'line'; readonly line: string } | { readonly kind: 'end' } | { readonly kind: 'nobody' };

/** Asks for a line at the terminal, on standard error, until the signal takes the question back. */
export async function askLine(question: string, signal?: AbortSignal): Promise<TypedLine> {
  if (terminal() === null) return { kind: 'nobody' };
  process.stderr.write(printableText(question));
  const line = await readInputLine(signal);
  return line === null ? { kind: 'end' } : { kind: 'line', line };
}

/** Most characters of the line that is read from standard input: a password or an answer. */
const maxLine = 64 * 1024;

/**
 * The first line of standard input, without its end; null where it ends before one, or the signal says stop. Rejects
 * where the line goes on.
 */
export async function readInputLine(signal?: AbortSignal): Promise<string | null> {
  const { stdin } = process;
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  return new Promise<string | null>((resolve, reject) => {
    let text = '';
    const stop = (): void => {
      stdin.removeListener('data', take).removeListener('end', end).removeListener('error', end);
      signal?.removeEventListener('abort', end);
      stdin.pause();
    };
    const end = (): void => {
      stop();
      resolve(text === '' ? null : text);
    };
    const take = (chunk: string | Uint8Array): void => {
      text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
      const length = text.search(/[\r\n]/);
      if (length < 0 && text.length <= maxLine) return;
      stop();
      if (length < 0 || length > maxLine)
        reject(new Error(`its first line is longer than ${String(maxLine)} characters`));
      else resolve(text.slice(0, length));
    };
    // A line before it may have left the stream paused.
    stdin.on('data', take).on('end', end).on('error', end).resume();
    signal?.addEventListener('abort', end);
  });
}

/** The person at this computer. */
export function person(): { readonly name: string; readonly home: string } {
  try {
    return { name: userInfo().username, home: homedir() };
  } catch {
    return { name: process.env['USER'] ?? process.env['USERNAME'] ?? '', home: homedir() };
  }
}
