import { SyntaxProblem } from '../not-simulated';
import { type Redirect } from './syntax';

/** Walks through a command line: quotes, carets, redirections, operators. */
export class Scanner {
  /** Commands that were begun. */
  commands = 0;
  readonly #line: string;
  #at = 0;

  constructor(line: string) {
    this.#line = line;
  }

  get rest(): string {
    return this.#line.slice(this.#at);
  }

  get atEnd(): boolean {
    return this.#at >= this.#line.length;
  }

  skip(length: number): void {
    this.#at += length;
  }

  skipAll(): void {
    this.#at = this.#line.length;
  }

  blanks(): void {
    while (/[\s]/.test(this.#line[this.#at] ?? '')) this.#at += 1;
  }

  /** Blanks, what separates like blanks, and the @ in front of a command. */
  beginning(): void {
    while (/[\s,;=@]/.test(this.#line[this.#at] ?? '')) this.#at += 1;
  }

  /** Takes an operator; not `&` where `&&` stands, and not `|` of `||`. */
  takeOperator(operator: '&' | '&&' | '|' | '||'): boolean {
    this.blanks();
    if (/^(?:&&?|\|\|?)/.exec(this.rest.slice(0, 2))?.[0] !== operator) return false;
    this.#at += operator.length;
    return true;
  }

  /** A command up to an operator, the end, or the end of the block around it. */
  command(inBlock: boolean): { readonly text: string; readonly redirects: readonly Redirect[] } {
    let text = '';
    const redirects: Redirect[] = [];
    let quoted = false;
    while (!this.atEnd) {
      const character = this.#line[this.#at] ?? '';
      if (quoted) {
        quoted = character !== '"';
      } else {
        if (/[&|]/.test(character) || (inBlock && character === ')')) break;
        const redirect = /[<>\d]/.test(character) && this.#mayRedirect(text) ? this.redirect() : null;
        if (redirect !== null) {
          redirects.push(redirect);
          continue;
        }
        if (character === '^') {
          text += this.#line[this.#at + 1] ?? '';
          this.#at += 2;
          continue;
        }
        quoted = character === '"';
      }
      text += character;
      this.#at += 1;
    }
    return { text, redirects };
  }

  /** A digit is a handle only where a word begins. */
  #mayRedirect(before: string): boolean {
    return !/\d/.test(this.#line[this.#at] ?? '') || before === '' || /[\s,;=")]$/.test(before);
  }

  /** A redirection; null where none stands. */
  redirect(): Redirect | null {
    const found = /^\s*(\d?)(>>|>|<)(?:\s*(&)\s*(\d))?/.exec(this.rest.slice(0, 4096));
    if (found === null) return null;
    this.#at += found[0].length;
    const [, digit, sign, duplicate, of] = found;
    if (sign === '<') {
      if (duplicate !== undefined || !/^0?$/.test(digit ?? '')) throw notDuplicated();
      return { kind: 'input', file: this.#fileName() };
    }
    const handle = handleOf(digit === '' ? '1' : digit);
    if (duplicate !== undefined) return { kind: 'duplicate', handle, of: handleOf(of) };
    return { kind: 'output', handle, file: this.#fileName(), append: sign === '>>' };
  }

  #fileName(): string {
    this.blanks();
    const found = /^(?:"[^"]*"|\^.|[^\s&|<>()"^,;=])+/.exec(this.rest)?.[0];
    if (found === undefined)
      throw new SyntaxProblem(
        this.atEnd
          ? 'The syntax of the command is incorrect.'
          : `${this.rest.slice(0, 1)} was unexpected at this time.`,
      );
    this.#at += found.length;
    return found.replace(/\^(.)/g, '$1').replaceAll('"', '');
  }
}

function handleOf(digit: string | undefined): 1 | 2 {
  if (digit !== '1' && digit !== '2') throw notDuplicated();
  return digit === '1' ? 1 : 2;
}

function notDuplicated(): SyntaxProblem {
  return new SyntaxProblem('The handle could not be duplicated during redirection of handle 1.');
}
