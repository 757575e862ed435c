import { type ChildProcess, spawn } from 'node:child_process';
import { type CommandOutcome, type CommandRunner } from '../command-runner';
import { TransportError } from '../transport-error';

/** How a local PowerShell is started. Tests put another program in. */
export interface LocalShell {
  /** The program; `powershell.exe` of Windows itself by its full path. */
  readonly program: string;
  /** Arguments in front of those that run the loader. */
  readonly before?: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/** The PowerShell that every Windows has, by its full path: the current folder and PATH are not searched. */
export function windowsPowerShell(env: Readonly<Record<string, string | undefined>>): LocalShell {
  const root = env['SystemRoot'] ?? env['SYSTEMROOT'] ?? 'C:\\Windows';
  return { program: `${root}\\System32\\WindowsPowerShell\\v1.0\\powershell.exe` };
}

function missing(program: string, cause: unknown): TransportError {
  return new TransportError(
    { step: 'command', cause: 'no-shell', message: `${program} cannot be started on this computer` },
    { cause },
  );
}

function tooBig(limit: number): TransportError {
  return new TransportError({
    step: 'answer',
    cause: 'too-big',
    message: `the answer of the local PowerShell is larger than ${String(limit)} bytes`,
  });
}

function timedOut(milliseconds: number): TransportError {
  return new TransportError({
    step: 'command',
    cause: 'timeout',
    message: `the local PowerShell did not answer within ${String(milliseconds / 1000)} s`,
    advice: ['Whether it was carried out is unknown: run /dlv, and raise --timeout for a slow machine.'],
  });
}

const maxStderr = 1024 * 1024;

/** Limits of a local command. */
export interface LocalLimits {
  readonly timeout: number;
  readonly maxOutput: number;
}

/**
 * Commands in a PowerShell of this computer: the same loader and script as over SSH, one process for each round trip,
 * without a shell in between.
 */
export class LocalCommandRunner implements CommandRunner {
  readonly #shell: LocalShell;
  readonly #limits: LocalLimits;

  constructor(shell: LocalShell, limits: LocalLimits) {
    this.#shell = shell;
    this.#limits = limits;
  }

  async run(line: string, stdin: string): Promise<CommandOutcome> {
    // The loader's line holds no quotes and no blanks inside of words, by design.
    const [, ...words] = line.split(' ');
    const { program, before = [], env } = this.#shell;
    const options = { windowsHide: true, ...(env === undefined ? {} : { env: { ...env } }) };
    const child = spawn(program, [...before, ...words], { ...options, stdio: 'pipe' });
    return this.#outcomeOf(child, stdin);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  async #outcomeOf(child: ChildProcess, stdin: string): Promise<CommandOutcome> {
    const { timeout, maxOutput } = this.#limits;
    return new Promise<CommandOutcome>((resolve, reject) => {
      const stdout: Buffer[] = [];
      const stderr: Buffer[] = [];
      let size = 0;
      let stderrSize = 0;
      const fail = (error: TransportError): void => {
        clearTimeout(timer);
        child.kill();
        reject(error);
      };
      const timer = setTimeout(() => fail(timedOut(timeout)), timeout);
      child.on('error', (error) => fail(missing(this.#shell.program, error)));
      child.stdout?.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > maxOutput) fail(tooBig(maxOutput));
        else stdout.push(chunk);
      });
      child.stderr?.on('data', (chunk: Buffer) => {
        stderrSize += chunk.length;
        if (stderrSize < maxStderr) stderr.push(chunk);
      });
      child.on('close', (exitCode, signal) => {
        clearTimeout(timer);
        const text = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString('utf8');
        resolve({ stdout: text(stdout), stderr: text(stderr), exitCode, signal });
      });
      // A program that ends before it has read its input: its exit status says why.
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(stdin);
    });
  }
}
