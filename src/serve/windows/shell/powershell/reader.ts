import { NotSimulated, SyntaxProblem } from '../not-simulated';
import { type Block, type Statement } from './syntax';

const deepest = 40;

/** How statements within something are read; given by the parser of statements, which stands above the readers of parts. */
export interface Grammar {
  /** Statements up to a closing character, which stays; up to the end of the text for "". */
  readonly body: (reader: Reader, end: ')' | '}' | '') => readonly Statement[];
  readonly statement: (reader: Reader) => Statement;
  readonly block: (reader: Reader) => Block;
}

/** Walks through a script's characters. */
export class Reader {
  readonly text: string;
  readonly grammar: Grammar;
  at = 0;
  #depth = 0;

  constructor(text: string, grammar: Grammar) {
    this.text = text;
    this.grammar = grammar;
  }

  /** The text from here, as far as a pattern needs it. */
  get rest(): string {
    return this.text.slice(this.at);
  }

  get next(): string {
    return this.text[this.at] ?? '';
  }

  get atEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** Takes what a pattern (anchored at its beginning) fits; null where it does not. */
  take(pattern: RegExp): string | null {
    const found = pattern.exec(this.rest)?.[0];
    if (found === undefined) return null;
    this.at += found.length;
    return found;
  }

  /** Blanks, line feeds behind a backtick and comments; no ends of lines. */
  blanks(): void {
    this.take(/^(?:[ \t\f\u00a0]|`\r?\n|#[^\r\n]*|<#[^]*?#>)+/);
  }

  /** Blanks and ends of lines. */
  space(): void {
    this.take(/^(?:\s|`\r?\n|#[^\r\n]*|<#[^]*?#>)+/);
  }

  expect(what: string): void {
    this.space();
    if (!this.text.startsWith(what, this.at)) throw this.problem(`Missing '${what}' in the script.`);
    this.at += what.length;
  }

  /** Runs a reading of what stands within something, no deeper than that. */
  within<T>(read: () => T): T {
    this.#depth += 1;
    if (this.#depth > deepest) throw new NotSimulated('a script nested that deep');
    const result = read();
    this.#depth -= 1;
    return result;
  }

  problem(text: string): SyntaxProblem {
    const line = this.text.slice(0, this.at).split('\n').length;
    return new SyntaxProblem(
      `At line:${line} char:${this.at + 1}\r\n${text}\r\n    + CategoryInfo          : ParserError: (:) [], ParentContainsErrorRecordException`,
    );
  }
}
