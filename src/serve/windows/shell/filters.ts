/** What a command behind a pipe lets through of the lines before it. */
export interface LineFilter {
  /** Null: everything, as `more` and `Out-String` do. */
  readonly patterns: readonly LinePattern[] | null;
  readonly inverted: boolean;
}

interface LinePattern {
  /** In lower case where case does not count. */
  readonly text: string;
  readonly ignoresCase: boolean;
}

const passing: ReadonlySet<string> = new Set(['more', 'out-string', 'out-host', 'out-default']);
const switches = /^[/-](?:[ivnrlbex]|simplematch|casesensitive)$/i;

/** `findstr`, `find` and `Select-String` with literal texts, and what passes everything on; null for another program. */
export function lineFilter(program: string, args: readonly string[]): LineFilter | null {
  if (passing.has(program)) return { patterns: null, inverted: false };
  const given = args.filter((word) => switches.test(word)).map((word) => word.slice(1).toLowerCase());
  const words = args.filter((word) => !switches.test(word));
  const inverted = given.includes('v');
  switch (program) {
    case 'findstr': {
      const whole = words.filter((word) => /^[/-]c:/i.test(word)).map((word) => word.slice(3));
      const [first = ''] = words.filter((word) => !/^[/-]c:/i.test(word));
      const texts = whole.length > 0 ? whole : first.split(' ').filter((text) => text !== '');
      return { patterns: patternsOf(texts, given.includes('i')), inverted };
    }
    case 'find':
      return { patterns: patternsOf(words.slice(0, 1), given.includes('i')), inverted };
    case 'select-string':
    case 'sls': {
      const texts = words.filter((word) => !/^-(?:pattern|inputobject)$/i.test(word)).slice(0, 1);
      return { patterns: patternsOf(texts, !given.includes('casesensitive')), inverted };
    }
    default:
      return null;
  }
}

function patternsOf(texts: readonly string[], ignoresCase: boolean): readonly LinePattern[] {
  return texts.map((text) => ({ text: ignoresCase ? text.toLowerCase() : text, ignoresCase }));
}

/** The lines that a filter lets through, and the status that the filter ends with: 1 where none is left. */
export function filtered(
  { patterns, inverted }: LineFilter,
  text: string,
): { readonly text: string; readonly exitCode: number } {
  if (patterns === null) return { text, exitCode: 0 };
  const lines = text.split(/(?<=\n)/).filter((line) => line !== '');
  const kept = lines.filter((line) => {
    const matches = patterns.some((pattern) =>
      (pattern.ignoresCase ? line.toLowerCase() : line).includes(pattern.text),
    );
    return matches !== inverted;
  });
  return { text: kept.join(''), exitCode: kept.length === 0 ? 1 : 0 };
}
