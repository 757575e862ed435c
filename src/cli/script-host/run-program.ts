import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { constants } from 'node:os';

export interface ProgramCall {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Record<string, string | undefined>;
  /** Temporary folder that goes when the program has ended. */
  readonly directory: string;
  /** Collect the output instead of passing it through; at most so many bytes of each stream are kept. */
  readonly captureBytes: number | null;
}

export interface ProgramResult {
  /** Exit status as a shell would show it: 128 and the signal's number, 126 or 127 where it could not start. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Why it could not be started; null where it ran. */
  readonly problem: string | null;
}

/** Runs a program to its end. SIGTERM and SIGHUP that reach us are passed on; SIGINT reaches it by the terminal. */
export async function runProgram(call: ProgramCall): Promise<ProgramResult> {
  const capture = call.captureBytes;
  const child = spawn(call.command, call.args, {
    env: call.env,
    stdio: capture === null ? 'inherit' : ['inherit', 'pipe', 'pipe'],
    windowsHide: true,
  });
  const pass = (signal: NodeJS.Signals): void => {
    child.kill(signal);
  };
  const ignore = (): void => undefined;
  process.on('SIGTERM', pass).on('SIGHUP', pass).on('SIGINT', ignore);
  const stdout = collect(child.stdout, capture ?? 0);
  const stderr = collect(child.stderr, capture ?? 0);
  try {
    return await new Promise<ProgramResult>((resolve) => {
      child.on('error', (error: NodeJS.ErrnoException) => {
        const [exitCode, problem] = startProblem(error, call.command);
        resolve({ exitCode, problem, stdout: '', stderr: '' });
      });
      child.on('close', (code, signal) => {
        const exitCode = code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
        resolve({ exitCode, problem: null, stdout: stdout(), stderr: stderr() });
      });
    });
  } finally {
    process.off('SIGTERM', pass).off('SIGHUP', pass).off('SIGINT', ignore);
    rmSync(call.directory, { recursive: true, force: true });
  }
}

function startProblem(error: NodeJS.ErrnoException, command: string): readonly [number, string] {
  if (error.code === 'ENOENT') return [127, `${command}: there is no such program.`];
  if (error.code === 'EACCES') return [126, `${command}: may not be run.`];
  return [126, `${command}: ${error.message}`];
}

function collect(stream: NodeJS.ReadableStream | null, limit: number): () => string {
  const chunks: Buffer[] = [];
  let size = 0;
  stream?.on('data', (chunk: Buffer) => {
    if (size < limit) chunks.push(chunk.subarray(0, limit - size));
    size += chunk.length;
  });
  return () => Buffer.concat(chunks).toString('utf8');
}
