import { Buffer } from 'node:buffer';
import { type Redirect } from './cmd/syntax';
import { fullName, isNull, problemText, type FileProblem } from './file-system';
import { type Io, type Process } from './process';

type Sink = (text: string) => void;

/** Standard streams after redirections, in the order in which they stand, and what writes the files at the end. */
interface Redirected {
  readonly io: Io;
  readonly flush: () => FileProblem | null;
}

/**
 * Runs something with its streams redirected. Where a file cannot be had, nothing runs, Windows' words go to standard
 * error and the status is 1.
 */
export async function redirected<T>(
  process: Process,
  io: Io,
  redirects: readonly Redirect[],
  run: (io: Io) => Promise<T>,
): Promise<T | number> {
  if (redirects.length === 0) return await run(io);
  const opened = open(process, io, redirects);
  if (typeof opened === 'string') {
    io.err(`${problemText(opened)}\r\n`);
    return 1;
  }
  try {
    const done = await run(opened.io);
    const problem = opened.flush();
    if (problem === null) return done;
    io.err(`${problemText(problem)}\r\n`);
    return 1;
  } catch (error) {
    // What was printed before an `exit` is in the file.
    opened.flush();
    throw error;
  }
}

function open(process: Process, io: Io, redirects: readonly Redirect[]): Redirected | FileProblem {
  const { files } = process.machine.programs;
  const handles: Record<1 | 2, Sink> = { 1: io.out, 2: io.err };
  const written: { readonly path: string; readonly texts: string[] }[] = [];
  let stdin = io.stdin;
  for (const redirect of redirects) {
    if (redirect.kind === 'duplicate') {
      handles[redirect.handle] = handles[redirect.of];
      continue;
    }
    if (isNull(redirect.file)) {
      if (redirect.kind === 'input') stdin = Buffer.alloc(0);
      else handles[redirect.handle] = () => undefined;
      continue;
    }
    const path = fullName(redirect.file, process.folder);
    if (path === null) return 'bad-name';
    if (redirect.kind === 'input') {
      const bytes = files.read(path);
      if (bytes === null) return 'missing';
      stdin = bytes;
      continue;
    }
    const problem = redirect.append
      ? files.append(path, Buffer.alloc(0))
      : files.write(path, Buffer.alloc(0));
    if (problem !== null) return problem;
    const texts: string[] = [];
    written.push({ path, texts });
    handles[redirect.handle] = (text) => {
      process.machine.spend(text.length);
      texts.push(text);
    };
  }
  return { io: { stdin, out: handles[1], err: handles[2] }, flush: () => flush(process, written) };
}

function flush(
  { machine }: Process,
  written: readonly { readonly path: string; readonly texts: readonly string[] }[],
): FileProblem | null {
  let problem: FileProblem | null = null;
  for (const { path, texts } of written)
    problem ??= machine.programs.files.append(path, Buffer.from(texts.join('')));
  return problem;
}
