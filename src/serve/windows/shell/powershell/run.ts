import { Buffer } from 'node:buffer';
import { resolveProgram } from '../cmd/resolve';
import { type Redirect } from '../cmd/syntax';
import { Exit } from '../cmd/built-ins';
import { readingIn, type Action, type Environment, type Io, type Process, type Reading } from '../process';
import { tailOf } from '../programs/arguments';
import { linesOf } from '../programs/lines';
import { startedScript } from '../programs/script-host';
import { redirected } from '../redirect';
import { bind, type Bound } from './bind';
import { checkPowerShell, cmdletOf } from './check';
import { type Cmdlet } from './cmdlet';
import { cmdlets } from './cmdlets';
import { compare } from './compare';
import { parsePowerShell } from './parser';
import { type Element, type Expression, type PsRedirect, type Statement, type TextPart } from './syntax';
import {
  collected,
  isList,
  isTrue,
  itemsOf,
  memberOf,
  printed,
  statusOf,
  textOf,
  type Value,
} from './values';

/**
 * Reads a script of Windows PowerShell from its first to its last character; the action runs it, and ends with 1 where
 * its last command failed.
 * @throws SyntaxProblem, NotSimulated
 */
export function readPowerShell(text: string, reading: Reading): Action {
  const statements = parsePowerShell(text);
  const input = checkPowerShell(statements, reading);
  return {
    ...(input === null ? {} : { input }),
    run: async ({ machine, env, folder }, io) =>
      await new PowerShell({ machine, env: env.copy(), folder }, reading.depth).toEnd(statements, io),
  };
}

/** Where what a pipeline makes goes: to the console, or into a value. */
type Collect = Value[] | null;

/** One powershell.exe while it runs. */
class PowerShell {
  readonly #process: Process;
  readonly #depth: number;
  readonly #variables = new Map<string, Value>();
  #lastExitCode: number | null = null;
  #succeeded = true;

  constructor(process: Process, depth: number) {
    this.#process = process;
    this.#depth = depth;
  }

  async toEnd(statements: readonly Statement[], io: Io): Promise<number> {
    try {
      await this.#body(statements, io, null);
    } catch (error) {
      if (!(error instanceof Exit)) throw error;
      return error.status ?? 0;
    }
    return this.#succeeded ? 0 : 1;
  }

  async #body(statements: readonly Statement[], io: Io, collect: Collect): Promise<void> {
    for (const statement of statements) await this.#statement(statement, io, collect);
  }

  async #statement(statement: Statement, io: Io, collect: Collect): Promise<void> {
    await this.#process.machine.step();
    switch (statement.kind) {
      case 'pipeline':
        await this.#pipeline(statement.elements, io, collect);
        return;
      case 'assign': {
        const values: Value[] = [];
        await this.#statement(statement.value, io, values);
        this.#assign(statement.name, collected(values));
        return;
      }
      case 'exit': {
        const status = statement.status === null ? 0 : statusOf(await this.#value(statement.status, io));
        throw new Exit(status ?? 0);
      }
      case 'if': {
        for (const { condition, body } of statement.clauses) {
          if (!isTrue(await this.#collected(condition, io))) continue;
          await this.#body(body, io, collect);
          return;
        }
        await this.#body(statement.otherwise, io, collect);
        return;
      }
      case 'foreach':
        for (const item of itemsOf(await this.#collected(statement.items, io))) {
          this.#variables.set(statement.name, item);
          await this.#body(statement.body, io, collect);
        }
    }
  }

  async #collected(statement: Statement, io: Io): Promise<Value> {
    const values: Value[] = [];
    await this.#statement(statement, io, values);
    return collected(values);
  }

  /** Runs a pipeline; what its last member makes is collected or written out. */
  async #pipeline(elements: readonly Element[], io: Io, collect: Collect): Promise<void> {
    let input: readonly Value[] | null = null;
    let succeeded = true;
    for (const [index, element] of elements.entries()) {
      const isLast = index === elements.length - 1;
      const made: Value[] = [];
      await this.#element(element, { io, input, collect: isLast ? collect : made });
      input = made;
      succeeded &&= this.#succeeded;
    }
    this.#succeeded = succeeded;
  }

  async #element(element: Element, { io, input, collect }: Member): Promise<void> {
    if (element.kind === 'expression') {
      const value = await this.#value(element.value, io);
      this.#succeeded = true;
      this.#give(isList(value) ? value : [value], io, collect);
      return;
    }
    const redirects = await this.#redirects(element.redirects, io);
    const hasFile = redirects.some(
      ({ kind, ...each }) => kind === 'output' && 'handle' in each && each.handle === 1,
    );
    // What goes into a file is written as text; what is collected has standard error in it where that was asked for.
    const inside = hasFile ? null : collect;
    const joined: Io =
      inside === null ? io : { ...io, out: (text) => void inside.push(...this.#lines(text)) };
    const status = await redirected(this.#process, joined, redirects, async (own) => {
      if (element.kind === 'block') await this.#body(element.body, own, inside);
      else await this.#command(element, { io: own, input, collect: inside, console: io });
      return null;
    });
    if (status !== null) this.#succeeded = false;
  }

  #lines(text: string): readonly string[] {
    this.#process.machine.spend(text.length);
    return linesOf(text);
  }

  async #redirects(redirects: readonly PsRedirect[], io: Io): Promise<readonly Redirect[]> {
    const found: Redirect[] = [];
    for (const redirect of redirects) {
      if (redirect.kind === 'duplicate') {
        found.push(redirect);
        continue;
      }
      const value = await this.#value(redirect.file, io);
      const file = value === null ? 'nul' : textOf(value);
      const handle = redirect.handle === 'all' ? 1 : redirect.handle;
      found.push({ kind: 'output', handle, file, append: redirect.append });
      if (redirect.handle === 'all') found.push({ kind: 'duplicate', handle: 2, of: 1 });
    }
    return found;
  }

  async #command(
    { name, words }: Extract<Element, { kind: 'command' }>,
    { io, input, collect, console }: CommandMember,
  ): Promise<void> {
    const text = textOf(await this.#value(name, io));
    const cmdlet = cmdlets.get(cmdletOf(text));
    if (cmdlet === undefined) {
      const values: string[] = [];
      for (const word of words)
        if (word.kind === 'value') values.push(...itemsOf(await this.#value(word.value, io)).map(textOf));
      await this.#program(text, values, { io, input, collect });
      return;
    }
    await this.#cmdlet(cmdlet, bind(cmdletOf(text), words, cmdlet.parameters), {
      io,
      input,
      collect,
      console,
    });
  }

  async #cmdlet(cmdlet: Cmdlet, bound: Bound, { io, input, collect, console }: CommandMember): Promise<void> {
    const values = new Map<string, readonly Value[]>();
    for (const [parameter, given] of bound.values) {
      const made: Value[] = [];
      for (const each of given) made.push(await this.#value(each, io));
      values.set(parameter, made);
    }
    const onError = textOf(
      values.get('erroraction')?.[0] ?? this.#variable('erroractionpreference'),
    ).toLowerCase();
    const isQuiet = onError === 'silentlycontinue' || onError === 'ignore';
    const failures: string[] = [];
    const made = await cmdlet.run({
      process: this.#process,
      // What is for the console goes there, whoever takes the values.
      io: { ...io, out: collect === null ? io.out : console.out },
      ...{ input: input ?? [], isPiped: input !== null, switches: bound.switches, blocks: bound.blocks },
      values: (parameter) => values.get(parameter) ?? [],
      block: (body, item) => this.#block(body, item, io),
      variable: (each) => this.#variable(each),
      fail: (message) => {
        failures.push(message);
        if (!isQuiet) io.err(`${message}\r\n`);
        return [];
      },
    });
    this.#give(made, io, collect);
    this.#succeeded = failures.length === 0;
    if (failures.length > 0 && onError === 'stop') throw new Exit(1);
  }

  async #block(body: readonly Statement[], item: Value, io: Io): Promise<readonly Value[]> {
    const before = this.#variables.get('_') ?? null;
    this.#variables.set('_', item);
    const values: Value[] = [];
    await this.#body(body, io, values);
    this.#variables.set('_', before);
    return values;
  }

  async #program(name: string, words: readonly string[], { io, input, collect }: Member): Promise<void> {
    const reading = readingIn(this.#process, this.#depth);
    const found = resolveProgram(name, reading);
    const tail = ` ${tailOf(words)}`;
    const action =
      found.kind === 'program'
        ? found.command(tail, reading)
        : startedScript(this.#process, found.path, tail);
    if (action === null) {
      io.err(notFound(name));
      this.#succeeded = false;
      if (/^stop$/i.test(textOf(this.#variable('erroractionpreference')))) throw new Exit(1);
      return;
    }
    const texts: string[] = [];
    const stdin =
      input === null ? io.stdin : Buffer.from(input.map((each) => `${textOf(each)}\r\n`).join(''));
    const out = (text: string): void => {
      this.#process.machine.spend(text.length);
      texts.push(text);
    };
    const status = await action.run(this.#process, { ...io, stdin, out: collect === null ? io.out : out });
    if (collect !== null) collect.push(...linesOf(texts.join('')));
    this.#lastExitCode = status ?? 0;
    this.#succeeded = status === 0 || status === null;
  }

  #give(values: readonly Value[], io: Io, collect: Collect): void {
    if (collect === null) io.out(printed(values));
    else collect.push(...values);
  }

  #assign(name: string, value: Value): void {
    if (name.startsWith('env:')) this.#process.env.set(name.slice(4), textOf(value));
    else this.#variables.set(name, value);
  }

  #variable(name: string): Value {
    const env: Environment = this.#process.env;
    if (name.startsWith('env:')) return env.get(name.slice(4)) ?? null;
    switch (name) {
      case 'true':
        return true;
      case 'false':
        return false;
      case '?':
        return this.#succeeded;
      case 'lastexitcode':
        return this.#lastExitCode;
      default:
        return this.#variables.get(name) ?? null;
    }
  }

  async #value(expression: Expression, io: Io): Promise<Value> {
    switch (expression.kind) {
      case 'number':
        return expression.value;
      case 'string':
        return await this.#text(expression.parts, io);
      case 'variable':
        return this.#variable(expression.name);
      case 'statements': {
        const values: Value[] = [];
        await this.#body(expression.body, io, values);
        return collected(values);
      }
      case 'list': {
        const items: Value[] = [];
        for (const item of expression.items) items.push(await this.#value(item, io));
        return items;
      }
      case 'not':
        return !isTrue(await this.#value(expression.operand, io));
      case 'member':
        return memberOf(await this.#value(expression.of, io), expression.name);
      case 'binary':
        return compare(
          expression,
          await this.#value(expression.left, io),
          await this.#value(expression.right, io),
        );
    }
  }

  async #text(parts: readonly TextPart[], io: Io): Promise<string> {
    let text = '';
    for (const part of parts) {
      if (part.kind === 'text') text += part.text;
      else if (part.kind === 'variable') text += textOf(this.#variable(part.name));
      else text += textOf(await this.#value({ kind: 'statements', body: part.body }, io));
    }
    return text;
  }
}

/** A member of a pipeline: its streams, what came before it (null at the front), and where its values go. */
interface Member {
  readonly io: Io;
  readonly input: readonly Value[] | null;
  readonly collect: Collect;
}

/** A command with its streams redirected, and the console behind them. */
interface CommandMember extends Member {
  readonly console: Io;
}

function notFound(name: string): string {
  return (
    `${name} : The term '${name}' is not recognized as the name of a cmdlet, function, script file, or operable program. ` +
    'Check the spelling of the name, or if a path was included, verify that the path is correct and try again.\r\n' +
    `    + CategoryInfo          : ObjectNotFound: (${name}:String) [], CommandNotFoundException\r\n`
  );
}
