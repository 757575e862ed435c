import { readdir } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { wildcard } from './wildcard';

/** OpenSSH's own bound. */
const deepest = 16;

/** Where relative names and the tilde lead, and how a file is read: its text, empty where it is not there. */
export interface IncludePlace {
  readonly home: string;
  readonly read: (file: string) => Promise<string>;
}

/**
 * A text of ssh_config with the files of its Include lines in their places. Only lines in front of the first Host or
 * Match are followed; one behind it holds for some hosts alone and stays as it is, unread. Throws where files include
 * each other without end, and where one cannot be read.
 */
export async function withIncludes(text: string, place: IncludePlace, depth = 0): Promise<string> {
  if (depth > deepest) throw new Error(`Include lines are nested more than ${String(deepest)} deep`);
  const lines: string[] = [];
  let isForAll = true;
  for (const line of text.split('\n')) {
    if (/^\s*(?:host|match)\b/i.test(line)) isForAll = false;
    const names = isForAll ? /^\s*include(?:\s+|\s*=\s*)(\S.*)$/i.exec(line)?.[1] : undefined;
    if (names === undefined) {
      lines.push(line);
      continue;
    }
    for (const file of await filesOf(names, place)) {
      // What an included file says of some hosts ends with it.
      lines.push(await withIncludes(await place.read(file), place, depth + 1), 'Host *');
    }
  }
  return lines.join('\n');
}

async function filesOf(names: string, place: IncludePlace): Promise<readonly string[]> {
  const words = names.match(/"[^"]*"|\S+/g) ?? [];
  const found = await Promise.all(words.map((word) => matching(word.replaceAll('"', ''), place)));
  return found.flat();
}

/** The file of a name, or those that fit its wildcards, which may stand in its last part, in their order. */
async function matching(name: string, { home }: IncludePlace): Promise<readonly string[]> {
  const plain = /^~(?:\/|$)/.test(name) ? join(home, name.slice(2)) : name;
  const path = isAbsolute(plain) ? plain : join(home, '.ssh', plain);
  const pattern = basename(path);
  if (!/[*?]/.test(pattern)) return [path];
  const fits = wildcard(pattern);
  const entries = await readdir(dirname(path)).catch((): string[] => []);
  return entries
    .filter((entry) => fits.test(entry) && !entry.startsWith('.'))
    .toSorted()
    .map((entry) => join(dirname(path), entry));
}
