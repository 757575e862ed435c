import { NotSimulated } from '../not-simulated';
import { type Reading } from '../process';

/** Variables that Windows makes at every use, from what is not simulated. */
const unforeseen = new Set(['DATE', 'TIME', 'RANDOM', 'CMDCMDLINE']);

/**
 * Replaces `%NAME%`, `%NAME:~FROM,LENGTH%` and `%NAME:OLD=NEW%` in a line, as cmd.exe does before it reads it: what is
 * not set stays as it is.
 */
export function expandVariables(
  line: string,
  reading: Reading,
  dynamic: ReadonlyMap<string, string>,
): string {
  return line.replace(
    /%([^%:\r\n]{1,255})(?::([^%\r\n]{1,255}))?%/g,
    (whole, name: string, change?: string) => {
      const value = valueOf(name, reading, dynamic);
      if (value === undefined) return whole;
      return change === undefined ? value : changed(value, change, whole);
    },
  );
}

function valueOf(
  name: string,
  { env, open }: Reading,
  dynamic: ReadonlyMap<string, string>,
): string | undefined {
  const key = name.toUpperCase();
  if (open.has(key)) throw new NotSimulated(`%${name}% of a line within the line that changes it`);
  const value = env.get(name) ?? dynamic.get(key);
  if (value === undefined && unforeseen.has(key)) throw new NotSimulated(`%${name}%`);
  return value;
}

/**
 * A part of a variable's value, or the value with other text.
 * @throws NotSimulated for another change
 */
export function changed(value: string, change: string, whole: string): string {
  const [, from, length] = /^~(-?\d+)(?:,(-?\d+))?$/.exec(change) ?? [];
  if (from !== undefined) {
    const start = Number(from) < 0 ? Math.max(0, value.length + Number(from)) : Number(from);
    const rest = value.slice(start);
    return length === undefined ? rest : rest.slice(0, Number(length));
  }
  const [, old, by = ''] = /^([^=*~][^=]*)=(.*)$/s.exec(change) ?? [];
  if (old === undefined) throw new NotSimulated(whole);
  const parts = value.toLowerCase().split(old.toLowerCase());
  let at = 0;
  return parts
    .map((part) => {
      const piece = value.slice(at, at + part.length);
      at += part.length + old.length;
      return piece;
    })
    .join(by);
}
