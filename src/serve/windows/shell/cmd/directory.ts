import { type Entry, fullName } from '../file-system';
import { NotSimulated } from '../not-simulated';
import { type Command, type Io, type Process } from '../process';
import { linePattern } from '../programs/line-pattern';
import { argumentsOf } from '../programs/arguments';

/** What a simulated disk calls itself. */
const serialNumber = '51C3-0D15';
/** Bytes of the machine's disk. */
const capacity = 16 * 1024 * 1024;

const known = ['/b', '/a', '/ad', '/a:d', '/a-d', '/a:-d', '/o', '/on', '/o:n', '/ogn', '/n', '/-p'];

/** `vol`: the drive's label and number. */
export const vol: Command = (tail) => {
  if (!/^\s*(?:c:)?\s*$/i.test(tail)) throw new NotSimulated(`vol${tail}`);
  return {
    run: (_, io) => {
      io.out(volume());
      return 0;
    },
  };
};

function volume(): string {
  return ` Volume in drive C has no label.\r\n Volume Serial Number is ${serialNumber}\r\n`;
}

interface Listing {
  /** The folder, with its full name. */
  readonly folder: string;
  readonly entries: readonly Entry[];
}

/** `dir [/b] [/ad | /a-d] [FOLDER | FILE | PATTERN]`, by name. */
export const dir: Command = (tail) => {
  const all = argumentsOf(tail.replaceAll(/\\(?="(?:\s|$))/g, ''));
  const switches = all.filter((word) => word.startsWith('/')).map((word) => word.toLowerCase());
  const words = all.filter((word) => !word.startsWith('/'));
  const other = switches.flatMap((each) => each.split(/(?=\/)/)).find((each) => !known.includes(each));
  if (other !== undefined) throw new NotSimulated(`dir ${other}`);
  if (words.length > 1) throw new NotSimulated('dir of several folders');
  const each = switches.flatMap((word) => word.split(/(?=\/)/));
  const wanted = (entry: Entry): boolean => isWanted(entry, each);
  if (/[*?].*[\\/]/.test(words[0] ?? '')) throw new NotSimulated(`dir ${words[0] ?? ''}`);
  return {
    run: (process, io) => {
      const listing = listed(process, words[0] ?? '.');
      const entries = listing.entries.filter(wanted);
      return each.includes('/b') ? names(io, entries) : table(process, io, { ...listing, entries }, each);
    },
  };
};

function isWanted({ bytes }: Entry, switches: readonly string[]): boolean {
  if (switches.includes('/ad') || switches.includes('/a:d')) return bytes === null;
  return !(switches.includes('/a-d') || switches.includes('/a:-d')) || bytes !== null;
}

function listed(process: Process, word: string): Listing {
  const { machine, folder } = process;
  const { files } = machine.programs;
  if (/[*?]/.test(word)) return matching(process, word);
  const path = fullName(word, folder);
  const entry = path === null ? null : files.find(path);
  if (entry?.bytes === null) return { folder: entry.path, entries: files.list(entry.path) };
  return { folder: (path ?? folder).replace(/\\[^\\]*$/, ''), entries: entry === null ? [] : [entry] };
}

function matching({ machine, folder }: Process, word: string): Listing {
  const { files } = machine.programs;
  const [, above = '', last = ''] = /^(.*[\\/:])?(.*)$/s.exec(word) ?? [];
  const inside = fullName(above === '' ? '.' : above, folder) ?? folder;
  const fits = linePattern(last === '*.*' ? '*' : last, 'wildcard', true);
  const found = files.find(inside)?.bytes === null ? files.list(inside) : [];
  return { folder: inside, entries: found.filter(({ path }) => fits(nameOf(path))) };
}

function nameOf(path: string): string {
  return path.split('\\').at(-1) ?? '';
}

function names(io: Io, entries: readonly Entry[]): number {
  if (entries.length === 0) return notFound(io);
  io.out(entries.map(({ path }) => `${nameOf(path)}\r\n`).join(''));
  return 0;
}

function notFound(io: Io): number {
  io.err('File Not Found\r\n');
  return 1;
}

function table(
  { machine }: Process,
  io: Io,
  { folder, entries }: Listing,
  switches: readonly string[],
): number {
  const { files } = machine.programs;
  const heading = `${volume()}\r\n Directory of ${folder === 'C:' ? 'C:\\' : folder}\r\n\r\n`;
  const own = files.find(folder);
  const isWhole = entries.length === files.list(folder).filter((each) => isWanted(each, switches)).length;
  const dots =
    own !== null && isWhole && folder !== 'C:' && isWanted(own, switches)
      ? ['.', '..'].map((name) => row(own, name))
      : [];
  io.out(heading);
  if (entries.length + dots.length === 0) return notFound(io);
  const inside = entries.filter(({ bytes }) => bytes !== null);
  const size = inside.reduce((sum, { bytes }) => sum + (bytes?.length ?? 0), 0);
  const folders = entries.length - inside.length + dots.length;
  io.out(
    [
      ...dots,
      ...entries.map((entry) => row(entry, nameOf(entry.path))),
      `${String(inside.length).padStart(16)} File(s) ${grouped(size).padStart(14)} bytes`,
      `${String(folders).padStart(16)} Dir(s) ${grouped(capacity - files.used).padStart(15)} bytes free`,
      '',
    ].join('\r\n'),
  );
  return 0;
}

/** `11/29/2026  08:05 AM    <DIR>          name`; times are UTC. */
function row({ bytes, modified }: Entry, name: string): string {
  const iso = new Date(modified).toISOString();
  const hour = Number(iso.slice(11, 13));
  const clock = `${String(hour % 12 === 0 ? 12 : hour % 12).padStart(2, '0')}:${iso.slice(14, 16)}`;
  const when = `${iso.slice(5, 7)}/${iso.slice(8, 10)}/${iso.slice(0, 4)}  ${clock} ${hour < 12 ? 'AM' : 'PM'}`;
  return `${when}${bytes === null ? '    <DIR>          ' : `${grouped(bytes.length).padStart(18)} `}${name}`;
}

function grouped(value: number): string {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, ',');
}
