/** Parts of a distinguished name (RFC 4514), as they are written: a comma behind a backslash or in quotes parts nothing. */
export function partsOf(name: string): readonly string[] {
  const parts: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let at = 0; at < name.length; at += 1) {
    const character = name.charAt(at);
    if (character === '\\') at += 1;
    else if (character === '"') isQuoted = !isQuoted;
    else if (character === ',' && !isQuoted) {
      parts.push(name.slice(start, at).trim());
      start = at + 1;
    }
  }
  parts.push(name.slice(start).trim());
  return parts;
}

/** The distinguished name of what an object is in; "" for a name of one part. */
export function parentOf(name: string): string {
  return partsOf(name).slice(1).join(',');
}

/** Whether two names are written alike but for case and blanks around commas and equals signs. */
export function isSameName(one: string, other: string): boolean {
  return comparable(one) === comparable(other);
}

function comparable(name: string): string {
  return partsOf(name)
    .map((part) => part.replace(/^([^=]*?)\s*=\s*/, '$1=').toLowerCase())
    .join(',');
}
