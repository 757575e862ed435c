import { columnsOf } from './columns';

/**
 * Breaks text at blanks so that no line is longer than `width` columns (a word that is longer stands alone). Line feeds
 * stay; further lines of a broken one begin with `indent` blanks, or with as many as the line itself.
 */
export function wrapText(text: string, width: number, indent: number | 'as-it-begins' = 0): string {
  return text
    .split('\n')
    .map((line) => {
      const margin = indent === 'as-it-begins' ? (/^ */.exec(line)?.[0] ?? '') : ' '.repeat(indent);
      return wrapLine(line, width, margin);
    })
    .join('\n');
}

function wrapLine(line: string, width: number, margin: string): string {
  const [, start = '', rest = ''] = /^(\s*)(.*)$/.exec(line) ?? [];
  const lines: string[] = [];
  let current = start;
  let taken = columnsOf(start);
  let isEmpty = true;
  for (const word of rest.split(/(?<=\S) (?=\S)/)) {
    const columns = columnsOf(word);
    if (!isEmpty && taken + 1 + columns > width) {
      lines.push(current);
      current = margin;
      taken = margin.length;
      isEmpty = true;
    }
    current += isEmpty ? word : ` ${word}`;
    taken += isEmpty ? columns : columns + 1;
    isEmpty = false;
  }
  return [...lines, current].join('\n');
}

/** A message as a terminal shows it: folded at blanks there, as it is elsewhere. */
export function folded(
  text: string,
  { terminal, width }: { readonly terminal: boolean; readonly width: number },
  indent: number | 'as-it-begins' = 'as-it-begins',
): string {
  return terminal ? wrapText(text, width, indent) : text;
}
