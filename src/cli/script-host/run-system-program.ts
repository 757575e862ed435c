import { readSync } from 'node:fs';
import { replaceFile } from '../../transports/local/durable-file';
import { readFileUpTo } from '../../transports/local/bounded-file';
import { statusOfHresult } from '../exit-status';
import { hresult } from '../../licensing/hresult';
import type { Surroundings } from '../parts';
import { withLaboratory } from '../targets/laboratory';
import type { SystemProgram } from './system-program-names';

/** Most bytes of a registry file, and of an answer to a question. */
const mostOfFile = 16 * 1024 * 1024;
const mostOfAnswer = 1024;

/** Plays a program of Windows on a lab machine: `net`, `reg` and the like. Files are those of this computer. */
export async function runSystemProgram(
  {
    machine,
    program,
    words,
  }: { readonly machine: string; readonly program: SystemProgram; readonly words: readonly string[] },
  around: Surroundings,
): Promise<number> {
  const { console, parts } = around;
  const status = await withLaboratory(around, (laboratory) =>
    parts.programs().runMachineProgram(laboratory, {
      ...{ machine, program, words },
      stdin: answer,
      allInput,
      out: (text) => console.out(text),
      err: (text) => console.err(text),
      files: { readFile, writeFile },
    }),
  );
  return status === 0 ? 0 : statusOfHresult(hresult(status), console.platform);
}

/** One line of standard input, or what there is of it. */
function answer(): Buffer {
  const bytes: number[] = [];
  const one = Buffer.alloc(1);
  try {
    while (bytes.length < mostOfAnswer && readSync(0, one) === 1 && one[0] !== 0x0a) bytes.push(one[0] ?? 0);
  } catch {
    // Nothing can be read there: no answer.
  }
  return Buffer.from(bytes);
}

/** All of standard input, up to a bound. */
function allInput(): Buffer {
  const pieces: Buffer[] = [];
  let size = 0;
  const piece = Buffer.alloc(65_536);
  for (let read = readSome(piece); read > 0; read = readSome(piece)) {
    size += read;
    if (size > mostOfFile) throw new RangeError('standard input is larger than 16 MB');
    pieces.push(Buffer.from(piece.subarray(0, read)));
  }
  return Buffer.concat(pieces);
}

function readSome(piece: Buffer): number {
  try {
    return readSync(0, piece);
  } catch {
    // Nothing can be read there.
    return 0;
  }
}

function readFile(name: string): Buffer | null {
  try {
    return readFileUpTo(name, mostOfFile);
  } catch {
    return null;
  }
}

function writeFile(name: string, _folder: string, bytes: Buffer): boolean {
  try {
    replaceFile(name, bytes);
    return true;
  } catch {
    return false;
  }
}
