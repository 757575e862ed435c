import { Buffer } from 'node:buffer';
import { resolveProgram } from '../cmd/resolve';
import { type Redirect } from '../cmd/syntax';
import { Exit } from '../cmd/built-ins';
import { readingIn, type Action, type Io, type Process, type Reading } from '../process';
import { tailOf } from '../programs/arguments';
import { linesOf } from '../programs/lines';
import { startedScript } from '../programs/script-host';
import { redirected } from '../redirect';
import { bind, type Bound } from './bind';
import { checkPowerShell, cmdletOf } from './check';
import { type Cmdlet } from './cmdlet';
import { cmdlets } from './cmdlets';
import { CmdletErrors } from './cmdlet-errors';
import { Evaluator } from './evaluate';
import { Failure, failure, Jump } from './failure';
import { printed } from './format';
import { bindFunction } from './functions';
import { parsePowerShell } from './parser';
import { Scope } from './scope';
import { runStatement, type Runner } from './statements';
import { type Block, type Element, type PsRedirect, type Statement } from './syntax';
import { collected, isList, itemsOf, statusOf, textOf, type Value } from './values';

/**
 * Reads a script of Windows PowerShell from its first to its last character; the action runs it, and ends with 1 where
 * its last command failed.
 * @throws SyntaxProblem, NotSimulated
 */
export function readPowerShell(text: string, reading: Reading): Action {
  const script = parsePowerShell(text);
  const input = checkPowerShell(script, reading);
  return {
    ...(input === null ? {} : { input }),
    run: async ({ machine, env, folder }, io) =>
      await new PowerShell({ machine, env: env.copy(), folder }, reading.depth).toEnd(script, io),
  };
}

/** Where what a pipeline makes goes: to the console, or into a value. */
type Collect = Value[] | null;

/** Deepest nesting of functions. */
const deepestCall = 40;
/** Most objects that wait to be shown together. */
const mostPending = 1000;

/** One powershell.exe while it runs. */
class PowerShell implements Runner {
  readonly #process: Process;
  readonly #depth: number;
  readonly #functions = new Map<string, Block>();
  readonly #evaluator: Evaluator;
  #scope = new Scope();
  #lastExitCode: number | null = null;
  #succeeded = true;
  /** How many `try` blocks stand around what runs. */
  #tries = 0;
  #calls = 0;
  /** Objects that the console shows together, once it is known that no more of them come. */
  #pending: Value[] = [];
  #console: Io | null = null;

  constructor(process: Process, depth: number) {
    this.#process = process;
    this.#depth = depth;
    this.#evaluator = new Evaluator({
      process,
      variable: (name) => this.variable(name),
      assign: (name, value) => this.assign(name, value),
      values: (body, io) => this.values(body, io),
      collected: (statement, io) => this.collected(statement, io),
    });
  }

  async toEnd(script: Block, given: Io): Promise<number> {
    const flush = (): void => {
      const pending = this.#pending;
      this.#pending = [];
      if (pending.length > 0) given.out(printed(pending));
    };
    const io: Io = {
      ...given,
      out: (text) => {
        flush();
        given.out(text);
      },
    };
    this.#console = io;
    try {
      await this.body(script.body, io, null);
    } catch (error) {
      if (error instanceof Failure) return this.#tell(error, io, 1);
      if (error instanceof Exit) return error.status ?? 0;
      if (!(error instanceof Jump)) throw error;
    } finally {
      flush();
    }
    return this.#succeeded ? 0 : 1;
  }

  #tell({ record }: Failure, io: Io, status: number): number {
    io.err(
      `${record.message}\r\n    + CategoryInfo          : NotSpecified: (:) [], ${record.exception.split('.').at(-1) ?? ''}\r\n`,
    );
    return status;
  }

  /** Runs statements; an error of one ends that one alone, unless a `try` stands around or the script asked to stop. */
  async body(statements: readonly Statement[], io: Io, collect: Collect): Promise<void> {
    for (const statement of statements) {
      try {
        await this.statement(statement, io, collect);
      } catch (error) {
        if (!(error instanceof Failure) || error.endsScript || this.#tries > 0 || this.#stops()) throw error;
        this.#tell(error, io, 1);
        this.#succeeded = false;
      }
    }
  }

  #stops(): boolean {
    return /^stop$/i.test(textOf(this.variable('erroractionpreference')));
  }

  async values(statements: readonly Statement[], io: Io): Promise<readonly Value[]> {
    const values: Value[] = [];
    for (const statement of statements) await this.statement(statement, io, values);
    return values;
  }

  async statement(statement: Statement, io: Io, collect: Collect): Promise<void> {
    await this.#process.machine.step();
    switch (statement.kind) {
      case 'pipeline':
        await this.#pipeline(statement.elements, io, collect);
        return;
      case 'exit': {
        const value = statement.value === null ? null : await this.collected(statement.value, io);
        throw new Exit(statusOf(value) ?? 0);
      }
      case 'return':
        if (statement.value !== null) await this.statement(statement.value, io, collect);
        throw new Jump('return');
      case 'function':
        this.#functions.set(statement.name.toLowerCase(), statement.block);
        return;
      default:
        await runStatement(statement, this, io, collect);
    }
  }

  /** What a statement leaves in a variable; an expression alone keeps the list that it is. */
  async collected(statement: Statement, io: Io): Promise<Value> {
    const [element, ...others] = statement.kind === 'pipeline' ? statement.elements : [];
    if (element?.kind !== 'expression' || others.length > 0)
      return collected(await this.values([statement], io));
    await this.#process.machine.step();
    const value = await this.value(element.value, io);
    this.#succeeded = true;
    return value;
  }

  value(expression: Parameters<Evaluator['value']>[0], io: Io): Promise<Value> {
    return this.#evaluator.value(expression, io);
  }

  /** Runs something within a `try`. */
  async tried(work: () => Promise<void>): Promise<void> {
    this.#tries += 1;
    try {
      await work();
    } finally {
      this.#tries -= 1;
    }
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
      const value = await this.value(element.value, io);
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
      const member: CommandMember = { io: own, input, collect: inside, console: io };
      if (element.block === null) await this.#command(element, member);
      else await this.#calledBlock(element, element.block, member);
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
      const value = await this.value(redirect.file, io);
      const file = value === null ? 'nul' : textOf(value);
      const handle = redirect.handle === 'all' ? 1 : redirect.handle;
      found.push({ kind: 'output', handle, file, append: redirect.append });
      if (redirect.handle === 'all') found.push({ kind: 'duplicate', handle: 2, of: 1 });
    }
    return found;
  }

  async #command(element: Command, member: CommandMember): Promise<void> {
    const { words } = element;
    const called = await this.value(element.name, member.io);
    if (typeof called === 'object' && called !== null && !isList(called) && called.kind === 'block') {
      await this.#calledBlock(element, called, member);
      return;
    }
    const text = textOf(called);
    const cmdlet = cmdlets.get(cmdletOf(text));
    const own = this.#functions.get(text.toLowerCase());
    if (own !== undefined) await this.#function(own, element, member);
    else if (cmdlet !== undefined)
      await this.#cmdlet(cmdlet, bind(cmdletOf(text), words, cmdlet.parameters), member);
    else {
      const values: string[] = [];
      for (const word of words) values.push(...itemsOf(await this.value(word.value, member.io)).map(textOf));
      await this.#program(text, values, member);
    }
  }

  async #calledBlock(element: Command, block: Block, member: CommandMember): Promise<void> {
    if (element.isDotted && block.parameters.length === 0)
      await this.body(block.body, member.io, member.collect);
    else await this.#function(block, element, member);
  }

  /** Runs a function, or a block as one: with variables of its own. */
  async #function(block: Block, { words }: Command, { io, input, collect }: Member): Promise<void> {
    if (this.#calls >= deepestCall) throw failure('The script failed due to call depth overflow.');
    const scope = new Scope(this.#scope);
    const given = await bindFunction(block.parameters, words, (expression) => this.value(expression, io));
    for (const [name, value] of given) scope.set(name, value);
    if (input !== null) scope.set('input', input);
    const outer = this.#scope;
    this.#scope = scope;
    this.#calls += 1;
    try {
      await this.body(block.body, io, collect);
    } catch (error) {
      if (!(error instanceof Jump) || error.to !== 'return') throw error;
    } finally {
      this.#scope = outer;
      this.#calls -= 1;
    }
  }

  async #cmdlet(cmdlet: Cmdlet, bound: Bound, { io, input, collect, console }: CommandMember): Promise<void> {
    const values = await this.#bound(cmdlet, bound, io);
    const errors = new CmdletErrors(
      textOf(values.get('erroraction')?.[0] ?? this.variable('erroractionpreference')),
      io,
    );
    const made = await errors.of(cmdlet, () =>
      cmdlet.run({
        process: this.#process,
        // What is for the console goes there, whoever takes the values.
        io: { ...io, out: collect === null ? io.out : console.out },
        ...{ input: input ?? [], isPiped: input !== null, switches: bound.switches },
        values: (parameter) => values.get(parameter) ?? [],
        block: (body, item) => this.#block(body, item, io),
        variable: (each) => this.variable(each),
        fail: (message) => errors.fail(message),
      }),
    );
    this.#give(made, io, collect);
    this.#succeeded = errors.count === 0;
  }

  /** The values of a cmdlet's parameters; lists one by one, but for parameters that take a list as it is. */
  async #bound(
    { parameters: { whole = [] } }: Cmdlet,
    bound: Bound,
    io: Io,
  ): Promise<ReadonlyMap<string, readonly Value[]>> {
    const values = new Map<string, readonly Value[]>();
    for (const [parameter, given] of bound.values) {
      const made: Value[] = [];
      for (const each of given) {
        const value = await this.value(each, io);
        made.push(...(isList(value) && !whole.includes(parameter) ? value : [value]));
      }
      values.set(parameter, made);
    }
    return values;
  }

  async #block({ body }: Block, item: Value, io: Io): Promise<readonly Value[]> {
    const before = this.#scope.get('_') ?? null;
    this.#scope.set('_', item);
    try {
      const values: Value[] = [];
      await this.body(body, io, values);
      return values;
    } catch (error) {
      if (error instanceof Jump && error.to === 'return') return [];
      throw error;
    } finally {
      this.#scope.set('_', before);
    }
  }

  async #program(name: string, words: readonly string[], { io, input, collect }: Member): Promise<void> {
    const reading = readingIn(this.#process, this.#depth);
    const found = resolveProgram(name, reading);
    const tail = ` ${tailOf(words)}`;
    const action =
      found.kind === 'program'
        ? found.command(tail, reading)
        : startedScript(this.#process, found.path, tail);
    if (action === null) throw new Failure({ ...failure(notFound(name)).record, exception: commandNotFound });
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
    if (collect !== null) collect.push(...values);
    else if (io.out !== this.#console?.out) io.out(printed(values));
    else
      for (const value of values) {
        if (typeof value !== 'object' || value === null) io.out(printed([value]));
        else this.#pending.push(value);
        if (this.#pending.length > mostPending) io.out('');
      }
  }

  assign(name: string, value: Value): void {
    if (name.startsWith('env:')) this.#process.env.set(name.slice(4), textOf(value));
    else this.#scope.set(name, value);
  }

  variable(name: string): Value {
    if (name.startsWith('env:')) return this.#process.env.get(name.slice(4)) ?? null;
    const own = this.#automatic(name.replace(/^global:/, ''));
    return own === undefined ? (this.#scope.get(name) ?? null) : own;
  }

  /** Variables that PowerShell fills itself; undefined for another one. */
  #automatic(name: string): Value | undefined {
    switch (name) {
      case 'true':
      case 'false':
        return name === 'true';
      case 'null':
        return null;
      case '?':
        return this.#succeeded;
      case 'lastexitcode':
        return this.#lastExitCode;
      case 'psitem':
        return this.#scope.get('_') ?? null;
      case 'pwd':
        return this.#process.folder === 'C:' ? 'C:\\' : this.#process.folder;
      default:
        return undefined;
    }
  }
}

const commandNotFound = 'System.Management.Automation.CommandNotFoundException';

type Command = Extract<Element, { kind: 'command' }>;

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
    'Check the spelling of the name, or if a path was included, verify that the path is correct and try again.'
  );
}
