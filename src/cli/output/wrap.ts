/**
 * Breaks text at blanks so that no line is longer than `width` columns (a word that is longer stands alone). Line feeds
 * stay; further lines of a broken one begin with `indent` blanks.
 */
export function wrapText(text: string, width: number, indent = 0): string {
  return text
    .split('\n')
    .map((line) => wrapLine(line, width, ' '.repeat(indent)))
    .join('\n');
}

function wrapLine(line: string, width: number, margin: string): string {
  const [, start = '', rest = ''] = /^(\s*)(.*)$/.exec(line) ?? [];
  const lines: string[] = [];
  let current = start;
  let isEmpty = true;
  for (const word of rest.split(/(?<=\S) (?=\S)/)) {
    if (!isEmpty && current.length + 1 + word.length > width) {
      lines.push(current);
      current = margin;
      isEmpty = true;
    }
    current += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, current].join('\n');
}
