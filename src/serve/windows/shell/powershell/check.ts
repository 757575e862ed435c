import { resolveProgram } from '../cmd/resolve';
import { NotSimulated } from '../not-simulated';
import { type Action, type Reading } from '../process';
import { tailOf } from '../programs/arguments';
import { linePattern } from '../programs/line-pattern';
import { takesAnyWords } from '../programs/names';
import { bind, plainText } from './bind';
import { cmdletAliases, cmdlets } from './cmdlets';
import { type Element, type Expression, type Statement, type TextPart, type Word } from './syntax';

type Input = NonNullable<Action['input']>;

/** Variables that PowerShell fills itself, with what is not simulated. */
const automatic = new Set(
  `args consolefilename error event executioncontext foreach home host input iscoreclr matches myinvocation nestedpromptlevel
  pid profile psboundparameters pscmdlet pscommandpath psculture psedition pshome psitem psscriptroot psuiculture
  psversiontable pwd sender shellid stacktrace this`.split(/\s+/),
);

/** A name as the approved verbs of PowerShell make it: a cmdlet of Windows or of a module. */
const cmdletName = /^[a-z]+-[a-z]\w*$/i;

/**
 * Understands every command of a script before one of them runs; what standard input it takes.
 * @throws NotSimulated
 */
export function checkPowerShell(statements: readonly Statement[], reading: Reading): Input | null {
  return new Check(reading).body(statements, isAlone(statements));
}

function isAlone(statements: readonly Statement[]): boolean {
  const [only, ...others] = statements;
  return others.length === 0 && only?.kind === 'pipeline' && only.elements.length === 1;
}

class Check {
  readonly #reading: Reading;
  readonly #open: Set<string>;
  /** Variables whose values are written out in the script. */
  readonly #known = new Map<string, string>();
  #isBranch = false;

  constructor(reading: Reading) {
    this.#reading = reading;
    this.#open = new Set(reading.open);
  }

  body(statements: readonly Statement[], alone = false): Input | null {
    return statements.map((each) => this.#statement(each, alone)).find((each) => each !== null) ?? null;
  }

  #statement(statement: Statement, alone: boolean): Input | null {
    switch (statement.kind) {
      case 'pipeline':
        return (
          statement.elements
            .map((each, index) => this.#element(each, index === 0, alone))
            .find((each) => each !== null) ?? null
        );
      case 'assign': {
        const input = this.#statement(statement.value, false);
        this.#assign(statement.name, statement.value);
        return input;
      }
      case 'exit':
        if (statement.status !== null) this.#expression(statement.status);
        return null;
      case 'if': {
        const inputs = statement.clauses.map(({ condition, body }) => {
          const first = this.#statement(condition, false);
          return first ?? this.#branch(body);
        });
        return [...inputs, this.#branch(statement.otherwise)].find((each) => each !== null) ?? null;
      }
      case 'foreach': {
        const input = this.#statement(statement.items, false);
        this.#known.delete(statement.name);
        return input ?? this.#branch(statement.body);
      }
    }
  }

  /** What runs perhaps, or several times: what it assigns is not known behind it, nor before it in the next turn. */
  #branch(statements: readonly Statement[]): Input | null {
    const before = this.#isBranch;
    this.#isBranch = true;
    for (const name of assignedIn(statements)) this.#assign(name, null);
    const input = this.body(statements);
    this.#isBranch = before;
    return input;
  }

  #assign(name: string, value: Statement | null): void {
    refuseChange(name);
    if (name.startsWith('env:')) this.#open.add(name.slice(4).toUpperCase());
    const only = value?.kind === 'pipeline' && value.elements.length === 1 ? value.elements[0] : undefined;
    const text = only?.kind === 'expression' ? this.#constant(only.value) : null;
    if (text === null || this.#isBranch) this.#known.delete(name);
    else this.#known.set(name, text);
  }

  #element(element: Element, isFirst: boolean, alone: boolean): Input | null {
    if (element.kind === 'expression') {
      this.#expression(element.value);
      return null;
    }
    for (const redirect of element.redirects) if (redirect.kind === 'output') this.#expression(redirect.file);
    if (element.kind === 'block') {
      if (!isFirst) throw new NotSimulated('a block behind a pipe');
      return this.body(element.body, alone && isAlone(element.body));
    }
    const input = this.#command(element);
    if (input === 'agent' && !(alone && element.redirects.length === 0))
      throw new NotSimulated('the agent among other commands: it needs a connection of its own');
    return isFirst || input === 'bridge' ? input : null;
  }

  #command({ name, words }: Extract<Element, { kind: 'command' }>): Input | null {
    for (const word of words) {
      if (word.kind === 'value') this.#expression(word.value);
      else this.#branch(word.body);
    }
    const text = this.#constant(name);
    if (text === null) throw new NotSimulated('a command whose name only the run will tell');
    const key = cmdletOf(text);
    const cmdlet = cmdlets.get(key);
    if (cmdlet !== undefined) {
      const bound = bind(key, words, cmdlet.parameters);
      cmdlet.check?.(bound);
      if (key === 'set-location') this.#open.add('CD');
      return null;
    }
    return this.#program(text, words);
  }

  #program(text: string, words: readonly Word[]): Input | null {
    if (cmdletAliases.has(text.toLowerCase()) || cmdletName.test(text))
      throw new NotSimulated(`the cmdlet ${text}`);
    const found = resolveProgram(text, this.#reading);
    if (words.some(({ kind }) => kind === 'block')) throw new NotSimulated(`a block behind ${text}`);
    if (found.kind === 'file') return null;
    const values = words.map((word) => this.#word(word));
    const known = values.filter((each) => each !== null);
    if (known.length < values.length) {
      if (!takesAnyWords.has(found.name))
        throw new NotSimulated(`words of ${text} that only the run will tell`);
      return null;
    }
    return found.command(` ${tailOf(known)}`, { ...this.#reading, open: this.#open }).input ?? null;
  }

  #word(word: Word): string | null {
    return word.kind === 'value' ? this.#constant(word.value) : null;
  }

  /** A text that is known before the run; null for another. */
  #constant(expression: Expression): string | null {
    const plain = plainText(expression);
    if (plain !== null) return plain;
    if (expression.kind === 'variable') return this.#variable(expression.name);
    if (expression.kind !== 'string') return null;
    const texts = expression.parts.map((part) => {
      if (part.kind === 'text') return part.text;
      return part.kind === 'variable' ? this.#variable(part.name) : null;
    });
    return texts.includes(null) ? null : texts.join('');
  }

  #variable(name: string): string | null {
    if (!name.startsWith('env:')) return this.#known.get(name) ?? null;
    const key = name.slice(4);
    return this.#open.has(key.toUpperCase()) ? null : (this.#reading.env.get(key) ?? '');
  }

  #expression(expression: Expression): void {
    switch (expression.kind) {
      case 'number':
        return;
      case 'string':
        for (const part of expression.parts) this.#part(part);
        return;
      case 'variable':
        this.#used(expression.name);
        return;
      case 'statements':
        this.body(expression.body);
        return;
      case 'list':
        for (const item of expression.items) this.#expression(item);
        return;
      case 'not':
        this.#expression(expression.operand);
        return;
      case 'member':
        this.#expression(expression.of);
        return;
      case 'binary':
        this.#expression(expression.left);
        this.#expression(expression.right);
        this.#pattern(expression);
        return;
    }
  }

  #part(part: TextPart): void {
    if (part.kind === 'variable') this.#used(part.name);
    else if (part.kind === 'statements') this.body(part.body);
  }

  #pattern({ operator, right }: Extract<Expression, { kind: 'binary' }>): void {
    const isPattern = ['like', 'notlike', 'match', 'notmatch'].includes(operator);
    if (!isPattern) return;
    const text = this.#constant(right);
    if (text === null) throw new NotSimulated(`a pattern of -${operator} that only the run will tell`);
    linePattern(text, operator.endsWith('like') ? 'wildcard' : 'regex', true);
  }

  #used(name: string): void {
    if (automatic.has(name)) throw new NotSimulated(`$${name}`);
    if (name.includes(':') && !name.startsWith('env:')) throw new NotSimulated(`$${name}`);
  }
}

function refuseChange(name: string): void {
  const isFixed = automatic.has(name) || /^(?:true|false|null|\?|_|lastexitcode)$/.test(name);
  const isOfDrive = name.includes(':') && !name.startsWith('env:');
  if (isFixed || isOfDrive) throw new NotSimulated(`a change of $${name}`);
}

/** Name of the cmdlet that a word stands for, in lower case. */
export function cmdletOf(word: string): string {
  const key = word.toLowerCase();
  return cmdletAliases.get(key) ?? key;
}

function assignedIn(statements: readonly Statement[]): readonly string[] {
  return statements.flatMap((statement): readonly string[] => {
    switch (statement.kind) {
      case 'assign':
        return [statement.name, ...assignedIn([statement.value])];
      case 'if':
        return [
          ...statement.clauses.flatMap(({ body }) => assignedIn(body)),
          ...assignedIn(statement.otherwise),
        ];
      case 'foreach':
        return [statement.name, ...assignedIn(statement.body)];
      case 'exit':
        return [];
      case 'pipeline':
        return statement.elements.flatMap((element) =>
          element.kind === 'block' ? assignedIn(element.body) : [],
        );
    }
  });
}
