import { type Buffer } from 'node:buffer';
import { decodeText } from '../../../../transports/decode-text';
import { type Io, type Process } from '../process';
import { fullName } from '../file-system';

/** The lines of a text, each without its end; what ends without one counts, too. */
export function linesOf(text: string): readonly string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** Lines of standard input. */
export function inputLines({ stdin }: Io): readonly string[] {
  return linesOf(decodeText(stdin));
}

/** Bytes of a file of the machine, seen from the process's folder; null where there is none. */
export function fileOf({ machine, folder }: Process, name: string): Buffer | null {
  const path = fullName(name, folder);
  return path === null ? null : machine.programs.files.read(path);
}
