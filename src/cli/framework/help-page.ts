import type { Console } from '../console';
import { columnsOf } from '../output/columns';
import { wrapText } from '../output/wrap';
import type { Example } from './command';

/** Words with what they mean: arguments, options, commands. */
export interface HelpSection {
  readonly title: string;
  readonly rows: readonly (readonly [term: string, meaning: string])[];
}

/** The help of a verb, a command, a group or the program. Help, the manual and the documentation show the same page. */
export interface HelpPage {
  /** One line each. */
  readonly usage: readonly string[];
  /** Paragraphs; the first is the summary. */
  readonly about: readonly string[];
  readonly sections: readonly HelpSection[];
  readonly examples: readonly Example[];
  /** Where to read on. */
  readonly more?: string;
}

/** Terms that are longer have a line of their own. */
const widestTerm = 28;
const widest = 110;

/** Columns that help is wrapped to. */
export function columns({ width }: Pick<Console, 'width'>): number {
  return Math.max(60, Math.min(width, widest));
}

/** The page as text: usage, what it does, arguments, options, examples. */
export function renderHelp(page: HelpPage, console: Pick<Console, 'width'>): string {
  const width = columns(console);
  const indent = termColumns(page.sections) + 4;
  const parts = [
    page.usage
      .map((line, at) => wrapText(`${at === 0 ? 'Usage: ' : '       '}${line}`, width, 11))
      .join('\n'),
    ...page.about.map((paragraph) => wrapText(paragraph, width)),
    ...page.sections
      .filter(({ rows }) => rows.length > 0)
      .map(({ title, rows }) =>
        [`${title}:`, ...rows.map(([term, meaning]) => rowText(term, meaning, indent, width))].join('\n'),
      ),
    ...(page.examples.length === 0 ? [] : [examplesText(page.examples)]),
    ...(page.more === undefined ? [] : [wrapText(page.more, width)]),
  ];
  return `${parts.join('\n\n')}\n`;
}

function termColumns(sections: readonly HelpSection[]): number {
  const terms = sections.flatMap(({ rows }) => rows.map(([term]) => columnsOf(term)));
  return Math.max(0, ...terms.filter((length) => length <= widestTerm));
}

function rowText(term: string, meaning: string, indent: number, width: number): string {
  const start = `  ${term}`;
  const isLong = columnsOf(start) > indent - 2;
  const text = wrapText(`${' '.repeat(indent)}${meaning}`, width, indent);
  return isLong ? `${start}\n${text}` : `${start.padEnd(indent)}${text.slice(indent)}`;
}

/** Each example on a line of its own, never broken: it can be copied. What it does stands above it. */
function examplesText(examples: readonly Example[]): string {
  return ['Examples:', ...examples.flatMap(({ line, does }) => [`  # ${does}`, `  ${line}`])].join('\n');
}
