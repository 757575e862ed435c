/** Elements and declarations of namespaces in a request: what clients send has some dozen of each. */
const mostElements = 10_000;
const mostDeclarations = 500;

/**
 * Whether an envelope may be read at all. The elements of a text take some fifty times its bytes, and each declaration
 * is copied for those inside of it; counting marks beforehand costs one look at each character.
 */
export function isWithinBounds(envelope: string): boolean {
  return (
    !occursMoreOften(envelope, '<', 2 * mostElements) && !occursMoreOften(envelope, 'xmlns', mostDeclarations)
  );
}

function occursMoreOften(text: string, mark: string, limit: number): boolean {
  let found = 0;
  for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + mark.length)) {
    found += 1;
    if (found > limit) return true;
  }
  return false;
}
