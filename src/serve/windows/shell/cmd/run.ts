import { Buffer } from 'node:buffer';
import { readingIn, type Action, type Io, type Process, type Reading } from '../process';
import { redirected } from '../redirect';
import { Exit } from './built-ins';
import { checkCmd } from './check';
import { compares } from './condition';
import { expandDelayed } from './delayed';
import { expandVariables } from './expand';
import { parseCmd } from './parser';
import { decodeText } from '../../../../transports/decode-text';
import { linesOf } from '../programs/lines';
import { valuesOfLine, variablesOf } from './for-file';
import { planSimple, withVariables } from './simple';
import { type CmdNode, type Condition, type LineSource } from './syntax';
import { fullName } from '../file-system';

export interface CmdOptions {
  /** `!NAME!` is replaced when a command runs (`cmd /v:on`). */
  readonly delayed: boolean;
}

/** Not recognized: what ERRORLEVEL is then, and what cmd itself ends with. */
const unknownProgram = 9009;

/**
 * Reads a line of cmd.exe from its first to its last character; the action runs it.
 * @throws SyntaxProblem, NotSimulated
 */
export function readCmdLine(
  line: string,
  reading: Reading,
  options: CmdOptions = { delayed: false },
): Action {
  const dynamic = new Map([
    ['ERRORLEVEL', '0'],
    ['CD', reading.folder === 'C:' ? 'C:\\' : reading.folder],
  ]);
  const node = parseCmd(expandVariables(line, reading, dynamic));
  const input = checkCmd(node, reading, options);
  return {
    ...(input === null ? {} : { input }),
    run: async ({ machine, env, folder }, io) => {
      const process = { machine, env: env.copy(), folder };
      const run = new CmdRun(process, { ...options, depth: reading.depth });
      return await run.toEnd(node, io);
    },
  };
}

/** One cmd.exe while it runs. */
export class CmdRun {
  readonly #process: Process;
  readonly #options: CmdOptions & { readonly depth: number };
  #errorLevel: number;

  constructor(process: Process, options: CmdOptions & { readonly depth: number }, errorLevel = 0) {
    this.#process = process;
    this.#options = options;
    this.#errorLevel = errorLevel;
  }

  /** Runs all of it; the status of the process. */
  async toEnd(node: CmdNode, io: Io): Promise<number> {
    try {
      await this.#run(node, io);
    } catch (error) {
      if (!(error instanceof Exit)) throw error;
      this.#errorLevel = error.status ?? this.#errorLevel;
    }
    return this.#errorLevel === unknownProgram ? 1 : this.#errorLevel;
  }

  /** Runs a part; what `&&` and `||` go by. */
  async #run(node: CmdNode, io: Io): Promise<number> {
    switch (node.kind) {
      case 'nothing':
        return 0;
      case 'both':
      case 'and':
      case 'or':
        return await this.#joined(node, io);
      case 'pipe':
        return await this.#pipe(node.left, node.right, io);
      case 'block':
        return await redirected(this.#process, io, node.redirects, (inside) => this.#run(node.body, inside));
      case 'if':
        return await this.#branch(node, io);
      case 'for':
        return await this.#loop(node, io);
      case 'lines':
        return await this.#lines(node, io);
      case 'simple':
        return await this.#command(node, io);
    }
  }

  /** A turn for each line; a command's lines are those of a cmd.exe of its own. */
  async #lines(
    { source, variable, options, body }: Extract<CmdNode, { kind: 'lines' }>,
    io: Io,
  ): Promise<number> {
    const text = source.kind === 'text' ? source.text : await this.#sourceText(source, io);
    if (text === null) {
      io.err(`The system cannot find the file ${source.kind === 'file' ? source.text : ''}.\r\n`);
      this.#errorLevel = 1;
      return 1;
    }
    const names = variablesOf(variable, options);
    let status = 0;
    for (const line of linesOf(text).slice(options.skip)) {
      const values = valuesOfLine(line, options);
      if (values === null) continue;
      status = await this.#run(
        withVariables(body, new Map(names.map((name, at) => [name, values[at] ?? '']))),
        io,
      );
    }
    return status;
  }

  async #sourceText(source: Exclude<LineSource, { kind: 'text' }>, io: Io): Promise<string | null> {
    const { machine, env, folder } = this.#process;
    if (source.kind !== 'command') {
      const path = fullName(source.text, folder);
      const bytes = path === null ? null : machine.programs.files.read(path);
      return bytes === null ? null : decodeText(bytes);
    }
    const texts: string[] = [];
    const out = (text: string): void => {
      machine.spend(text.length);
      texts.push(text);
    };
    const child = new CmdRun({ machine, env: env.copy(), folder }, this.#options, this.#errorLevel);
    await child.toEnd(source.node, { ...io, out });
    return texts.join('');
  }

  async #command({ text, redirects }: Extract<CmdNode, { kind: 'simple' }>, io: Io): Promise<number> {
    const status = await redirected(this.#process, io, redirects, (inside) => this.#simple(text, inside));
    if (status !== null) this.#errorLevel = status;
    return status ?? 0;
  }

  async #loop({ body, variable, items }: Extract<CmdNode, { kind: 'for' }>, io: Io): Promise<number> {
    let status = 0;
    for (const item of items) status = await this.#run(withVariables(body, new Map([[variable, item]])), io);
    return status;
  }

  async #joined(node: Extract<CmdNode, { kind: 'both' | 'and' | 'or' | 'pipe' }>, io: Io): Promise<number> {
    const status = await this.#run(node.left, io);
    const goesOn = node.kind === 'both' || (status === 0) === (node.kind === 'and');
    return goesOn ? await this.#run(node.right, io) : status;
  }

  async #branch(node: Extract<CmdNode, { kind: 'if' }>, io: Io): Promise<number> {
    const branch = this.#holds(node.condition) === node.negated ? node.otherwise : node.then;
    return branch === null ? 0 : await this.#run(branch, io);
  }

  async #simple(text: string, io: Io): Promise<number | null> {
    const { machine } = this.#process;
    await machine.step();
    if (text.trim() === '') return null;
    const expanded = this.#options.delayed ? this.#delayed(text) : text;
    const reading = readingIn(this.#process, this.#options.depth);
    const planned = planSimple(expanded, reading, (again) =>
      expandVariables(again, reading, this.#dynamic()),
    );
    if (planned.kind === 'action') return await planned.action.run(this.#process, io);
    const found = planned.script(this.#process);
    if (found !== null) return await found.run(this.#process, io);
    io.err(
      `'${planned.name}' is not recognized as an internal or external command,\r\noperable program or batch file.\r\n`,
    );
    return unknownProgram;
  }

  /** Both sides of a pipe run in processes of their own. */
  async #pipe(left: CmdNode, right: CmdNode, io: Io): Promise<number> {
    const texts: string[] = [];
    const own = (): CmdRun => {
      const { machine, env, folder } = this.#process;
      return new CmdRun({ machine, env: env.copy(), folder }, this.#options, this.#errorLevel);
    };
    const out = (text: string): void => {
      this.#process.machine.spend(text.length);
      texts.push(text);
    };
    await own().toEnd(left, { ...io, out });
    this.#errorLevel = await own().#side(right, { ...io, stdin: Buffer.from(texts.join('')) });
    return this.#errorLevel;
  }

  /** The right side of a pipe keeps the number of a program that is not there. */
  async #side(node: CmdNode, io: Io): Promise<number> {
    const status = await this.toEnd(node, io);
    return this.#errorLevel === unknownProgram ? unknownProgram : status;
  }

  #holds(condition: Condition): boolean {
    switch (condition.kind) {
      case 'errorlevel':
        return this.#errorLevel >= condition.least;
      case 'defined':
        return (
          this.#process.env.get(condition.name) !== undefined ||
          this.#dynamic().has(condition.name.toUpperCase())
        );
      case 'exist': {
        const path = fullName(condition.path, this.#process.folder);
        return (
          /^nul$/i.test(condition.path) ||
          (path !== null && this.#process.machine.programs.files.find(path) !== null)
        );
      }
      case 'compare': {
        const { left, right } = condition;
        if (!this.#options.delayed) return compares(condition);
        return compares({ ...condition, left: this.#delayed(left), right: this.#delayed(right) });
      }
    }
  }

  #dynamic(): ReadonlyMap<string, string> {
    return new Map([
      ['ERRORLEVEL', String(this.#errorLevel)],
      ['CD', this.#process.folder === 'C:' ? 'C:\\' : this.#process.folder],
    ]);
  }

  #delayed(text: string): string {
    const dynamic = this.#dynamic();
    return expandDelayed(text, (name) => this.#process.env.get(name) ?? dynamic.get(name.toUpperCase()));
  }
}
