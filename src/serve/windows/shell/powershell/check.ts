import { resolveProgram } from '../cmd/resolve';
import { NotSimulated } from '../not-simulated';
import { type Action, type Reading } from '../process';
import { tailOf } from '../programs/arguments';
import { linePattern } from '../programs/line-pattern';
import { takesAnyWords } from '../programs/names';
import { regexOf } from '../programs/regex';
import { bind, plainText } from './bind';
import { cmdletAliases, cmdlets } from './cmdlets';
import { checkCall } from './functions';
import { assignedIn, functionsIn, keysIn, usesRegistry } from './look-through';
import { isKnownMember, isKnownMethod } from './known-members';
import { checkStatic, checkType } from './types';
import {
  type Block,
  type Element,
  type Expression,
  type Statement,
  type TextPart,
  type Word,
} from './syntax';

type Input = NonNullable<Action['input']>;

/** Variables that PowerShell fills itself, with what is not simulated. */
const automatic = new Set(
  `consolefilename error event executioncontext foreach home host iscoreclr myinvocation nestedpromptlevel
  pid profile psboundparameters pscmdlet pscommandpath psculture psedition pshome psscriptroot psuiculture
  psversiontable sender shellid stacktrace this $ ^`.split(/\s+/),
);

/** A name as the approved verbs of PowerShell make it: a cmdlet of Windows or of a module. */
const cmdletName = /^[a-z]+-[a-z]\w*$/i;

/**
 * Understands every command of a script before one of them runs; what standard input it takes.
 * @throws NotSimulated
 */
export function checkPowerShell(script: Block, reading: Reading): Input | null {
  return new Check(script, reading).block(script, isAlone(script.body));
}

function isAlone(statements: readonly Statement[]): boolean {
  const [only, ...others] = statements;
  return others.length === 0 && only?.kind === 'pipeline' && only.elements.length === 1;
}

function requireAlone(isAlone: boolean): void {
  if (!isAlone) throw new NotSimulated('the agent among other commands: it needs a connection of its own');
}

function firstOf(inputs: readonly (Input | null)[]): Input | null {
  return inputs.find((each) => each !== null) ?? null;
}

class Check {
  readonly #reading: Reading;
  readonly #open: Set<string>;
  /** Variables whose values are written out in the script. */
  readonly #known = new Map<string, string>();
  readonly #functions: ReadonlyMap<string, Block>;
  /** Names that the script itself gives to members, in lower case. */
  readonly #keys: ReadonlySet<string>;
  readonly #takesAnyMember: boolean;
  /** Variables that hold a block of the script, which is understood where it stands. */
  readonly #blocks = new Set<string>();
  #isBranch = false;

  constructor(script: Block, reading: Reading) {
    this.#reading = reading;
    this.#open = new Set(reading.open);
    this.#functions = functionsIn(script.body);
    this.#keys = keysIn(script.body);
    this.#takesAnyMember = usesRegistry(script.body);
  }

  block({ parameters, body }: Block, alone = false): Input | null {
    for (const { type, initial } of parameters) {
      if (type !== null) checkType(type);
      if (initial !== null) this.#expression(initial);
    }
    for (const { name } of parameters) this.#known.delete(name);
    return this.#body(body, alone);
  }

  #body(statements: readonly Statement[], alone = false): Input | null {
    return firstOf(statements.map((each) => this.#statement(each, alone)));
  }

  #statement(statement: Statement, alone: boolean): Input | null {
    switch (statement.kind) {
      case 'pipeline':
        return firstOf(statement.elements.map((each, index) => this.#element(each, index === 0, alone)));
      case 'assign':
        return this.#assignment(statement);
      case 'exit':
      case 'throw':
      case 'return':
        return statement.value === null ? null : this.#statement(statement.value, false);
      case 'break':
      case 'continue':
        return null;
      default:
        return this.#composed(statement);
    }
  }

  #assignment(statement: Extract<Statement, { kind: 'assign' }>): Input | null {
    const input = this.#statement(statement.value, false);
    if (statement.type !== null) checkType(statement.type);
    if (statement.target.kind === 'variable')
      this.#assign(statement.target.name, statement.operator === '=' ? statement.value : null);
    else this.#expression(statement.target);
    return input;
  }

  #composed(
    statement: Extract<Statement, { kind: 'if' | 'foreach' | 'loop' | 'switch' | 'try' | 'function' }>,
  ): Input | null {
    switch (statement.kind) {
      case 'if':
        return this.#choices(statement);
      case 'foreach': {
        const input = this.#statement(statement.items, false);
        this.#known.delete(statement.name);
        return input ?? this.#branch(statement.body);
      }
      case 'loop':
        return this.#loop(statement);
      case 'switch': {
        const input = this.#statement(statement.value, false);
        for (const { when } of statement.clauses) if (when !== null) this.#expression(when);
        return input ?? firstOf(statement.clauses.map(({ body }) => this.#branch(body)));
      }
      case 'try':
        return firstOf(
          [statement.body, statement.handler ?? [], statement.last].map((body) => this.#branch(body)),
        );
      case 'function':
        return this.#branched(() => this.block(statement.block));
    }
  }

  #choices({ clauses, otherwise }: Extract<Statement, { kind: 'if' }>): Input | null {
    const inputs = clauses.map(({ condition, body }) => {
      const first = this.#statement(condition, false);
      return first ?? this.#branch(body);
    });
    return firstOf([...inputs, this.#branch(otherwise)]);
  }

  #loop({ initial, condition, step, body }: Extract<Statement, { kind: 'loop' }>): Input | null {
    for (const name of assignedIn(body)) this.#known.delete(name);
    const parts = [initial, condition, step].filter((each) => each !== null);
    return firstOf([...parts.map((each) => this.#statement(each, false)), this.#branch(body)]);
  }

  /** What runs perhaps, or several times: what it assigns is not known behind it, nor before it in the next turn. */
  #branch(statements: readonly Statement[]): Input | null {
    return this.#branched(() => {
      for (const name of assignedIn(statements)) this.#assign(name, null);
      return this.#body(statements);
    });
  }

  #branched(look: () => Input | null): Input | null {
    const before = this.#isBranch;
    this.#isBranch = true;
    const input = look();
    this.#isBranch = before;
    return input;
  }

  #assign(name: string, value: Statement | null): void {
    refuseChange(name);
    if (name.startsWith('env:')) this.#open.add(name.slice(4).toUpperCase());
    const only = value === null ? null : expressionIn(value);
    const text = only === null ? null : this.#constant(only);
    if (only?.kind === 'block' && !this.#isBranch) this.#blocks.add(name);
    else this.#blocks.delete(name);
    if (text === null || this.#isBranch) this.#known.delete(name);
    else this.#known.set(name, text);
  }

  #element(element: Element, isFirst: boolean, alone: boolean): Input | null {
    if (element.kind === 'expression') {
      this.#expression(element.value);
      return null;
    }
    for (const redirect of element.redirects) if (redirect.kind === 'output') this.#expression(redirect.file);
    if (element.block !== null) {
      if (!isFirst) throw new NotSimulated('a block behind a pipe');
      for (const word of element.words) this.#expression(word.value);
      return this.block(element.block, alone && isAlone(element.block.body));
    }
    const input = this.#command(element);
    if (input === 'agent') requireAlone(alone && element.redirects.length === 0);
    return isFirst || input === 'bridge' ? input : null;
  }

  #command({ name, words }: Extract<Element, { kind: 'command' }>): Input | null {
    for (const { value } of words) this.#expression(value);
    if (name.kind === 'variable' && this.#blocks.has(name.name)) return null;
    const text = this.#constant(name);
    if (text === null) throw new NotSimulated('a command whose name only the run will tell');
    const own = this.#functions.get(text.toLowerCase());
    if (own !== undefined) {
      checkCall(own.parameters, words);
      return null;
    }
    const key = cmdletOf(text);
    const cmdlet = cmdlets.get(key);
    if (cmdlet === undefined) return this.#program(text, words);
    const bound = bind(key, words, cmdlet.parameters);
    cmdlet.check?.(bound);
    if (key === 'set-location') this.#open.add('CD');
    return null;
  }

  #program(text: string, words: readonly Word[]): Input | null {
    if (cmdletAliases.has(text.toLowerCase()) || cmdletName.test(text))
      throw new NotSimulated(`the cmdlet ${text}`);
    const found = resolveProgram(text, this.#reading);
    if (words.some(({ value }) => value.kind === 'block')) throw new NotSimulated(`a block behind ${text}`);
    if (found.kind === 'file') return null;
    const values = words.map(({ value }) => this.#constant(value));
    const known = values.filter((each) => each !== null);
    if (known.length < values.length) {
      if (!takesAnyWords.has(found.name))
        throw new NotSimulated(`words of ${text} that only the run will tell`);
      return null;
    }
    return found.command(` ${tailOf(known)}`, { ...this.#reading, open: this.#open }).input ?? null;
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
        this.#body(expression.body);
        return;
      case 'list':
        for (const item of expression.items) this.#expression(item);
        return;
      case 'not':
      case 'minus':
        this.#expression(expression.operand);
        return;
      case 'block':
        this.#branched(() => this.block(expression.block));
        return;
      case 'type':
        checkType(expression.type);
        return;
      default:
        this.#compound(expression);
    }
  }

  #compound(
    expression: Extract<
      Expression,
      { kind: 'member' | 'method' | 'index' | 'static' | 'cast' | 'table' | 'binary' }
    >,
  ): void {
    switch (expression.kind) {
      case 'member':
        this.#expression(expression.of);
        this.#member(expression.name);
        return;
      case 'method':
        for (const each of [expression.of, ...expression.arguments]) this.#expression(each);
        if (!isKnownMethod(expression.name)) throw new NotSimulated(`.${expression.name}() of a value`);
        return;
      case 'index':
        this.#expression(expression.of);
        this.#expression(expression.index);
        return;
      case 'static':
        this.#static(expression);
        return;
      case 'cast':
        checkType(expression.type);
        this.#expression(expression.operand);
        return;
      case 'table':
        this.#table(expression);
        return;
      case 'binary':
        this.#expression(expression.left);
        this.#expression(expression.right);
        this.#pattern(expression);
    }
  }

  #static({ type, name, arguments: given }: Extract<Expression, { kind: 'static' }>): void {
    for (const each of given ?? []) this.#expression(each);
    checkStatic(type, name, given !== null);
  }

  #table({ entries }: Extract<Expression, { kind: 'table' }>): void {
    for (const { key, value } of entries) {
      this.#expression(key);
      this.#statement(value, false);
    }
  }

  #member(name: string): void {
    const isKnown = this.#takesAnyMember || this.#keys.has(name.toLowerCase()) || isKnownMember(name);
    if (!isKnown) throw new NotSimulated(`.${name} of a value`);
  }

  #part(part: TextPart): void {
    if (part.kind === 'variable') this.#used(part.name);
    else if (part.kind === 'statements') this.#body(part.body);
  }

  #pattern({ operator, right }: Extract<Expression, { kind: 'binary' }>): void {
    const isWildcard = operator === 'like' || operator === 'notlike';
    const isRegex = ['match', 'notmatch', 'replace', 'split'].includes(operator);
    if (!isWildcard && !isRegex) return;
    const pattern = right.kind === 'list' ? (right.items[0] ?? right) : right;
    const text = this.#constant(pattern);
    if (text === null) {
      if (pattern.kind === 'static' && pattern.name.toLowerCase() === 'escape') return;
      throw new NotSimulated(`a pattern of -${operator} that only the run will tell`);
    }
    if (isWildcard) linePattern(text, 'wildcard', true);
    else regexOf(text, true);
  }

  #used(name: string): void {
    if (automatic.has(name)) throw new NotSimulated(`$${name}`);
    if (name.includes(':') && !/^(?:env|script|global|variable):/.test(name))
      throw new NotSimulated(`$${name}`);
  }
}

/** The expression that a statement is; null for another statement. */
function expressionIn(statement: Statement): Expression | null {
  const [only, ...others] = statement.kind === 'pipeline' ? statement.elements : [];
  return only?.kind === 'expression' && others.length === 0 ? only.value : null;
}

function refuseChange(name: string): void {
  const isFixed = automatic.has(name) || /^(?:true|false|null|\?|lastexitcode|psitem|pwd)$/.test(name);
  const isOfDrive = name.includes(':') && !/^(?:env|script|global):/.test(name);
  if ((isFixed && name !== 'null') || isOfDrive) throw new NotSimulated(`a change of $${name}`);
}

/** Name of the cmdlet that a word stands for, in lower case. */
export function cmdletOf(word: string): string {
  const key = word.toLowerCase();
  return cmdletAliases.get(key) ?? key;
}
