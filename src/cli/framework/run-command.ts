import { existsSync } from 'node:fs';
import { isLicensingError, type LicensingError } from '../../licensing/provider';
import { failureLines, isRemoteFailure } from '../../remote/remote-failure';
import { wantsColour, type Console } from '../console';
import { refused, statusOfHresult } from '../exit-status';
import { documentLine } from '../output/document';
import { tell } from '../output/tell';
import { tsvLine, type Tabular } from '../output/tsv';
import type { CommandLine, RunProgram, Surroundings } from '../parts';
import { refusalOf } from '../refusal';
import { commandPage, groupPage } from './help';
import { renderHelp } from './help-page';
import type { OptionValues } from '../argv/option-values';
import { listed } from '../argv/listed';
import { meantWord } from '../argv/meant-words';
import { optionSpec, type OptionName } from '../options';
import { parseWords } from './parse-words';
import { UsageError, type Command, type CommandContext, type CommandResult } from './command';

/** Runs the subcommand that the words name; the status that the process ends with. */
export async function runCommand(
  commands: readonly Command[],
  line: CommandLine,
  around: Surroundings & { readonly run: RunProgram },
): Promise<number> {
  const { console } = around;
  const command = findCommand(commands, line.words) ?? findCommand(commands, allWords(line));
  if (command === null) return unknownCommand(commands, line, console);
  if (line.options.help === true) {
    console.out(renderHelp(commandPage(command), console));
    return 0;
  }
  const reporter = new Reporter(command.name, line, console, command.usageStatus);
  try {
    const { words, operands, rest } = wordsOf(command, line);
    refuseNearCommand(commands, command, words);
    refuseForeignOption(commands, command, line.options);
    const raw = parseWords(command, words, line.options, operands);
    const context = { ...around, ...contextOf(line, console, reporter), rest, options: raw };
    const result = await command.run(raw, context);
    return result === null ? reporter.status : reporter.report(result);
  } catch (error) {
    return reporter.fail(error);
  }
}

function allWords({ words, rest }: CommandLine): readonly string[] {
  return [...words, ...(rest ?? [])];
}

/**
 * A command's own words. Behind `--` stand operands, whatever they look like (POSIX, utility syntax guideline 10); only
 * for a command that says so they are something of their own.
 */
function wordsOf(
  command: Command,
  { words, rest }: CommandLine,
): {
  readonly words: readonly string[];
  readonly operands: readonly string[];
  readonly rest: readonly string[];
} {
  const named = command.name.split(' ').length;
  const own = words.slice(named);
  if (command.rest !== undefined) return { words: own, operands: [], rest: rest ?? [] };
  return { words: own, operands: (rest ?? []).slice(Math.max(0, named - words.length)), rest: [] };
}

/** The command with the longest name that the words begin with. */
export function findCommand(commands: readonly Command[], words: readonly string[]): Command | null {
  let best: Command | null = null;
  for (const command of commands) {
    const parts = command.name.split(' ');
    if (!parts.every((part, at) => words[at]?.toLowerCase() === part)) continue;
    if (best === null || parts.length > best.name.split(' ').length) best = command;
  }
  return best;
}

function unknownCommand(commands: readonly Command[], line: CommandLine, console: Console): number {
  const [first = '', second] = line.words;
  const group = first.toLowerCase();
  if (line.options.help === true) {
    console.out(renderHelp(groupPage(commands, group), console));
    return 0;
  }
  const reporter = new Reporter(group, line, console);
  if (second !== undefined) {
    const unfinished = unfinishedCommand(commands, line.words);
    if (unfinished !== null) return reporter.refuse(unfinished);
    const near = meantWord(group, second, commandsOf(commands, group));
    const hint =
      near === null ? `"slmgr help ${group}" lists its commands.` : `Did you mean "slmgr ${group} ${near}"?`;
    return reporter.refuse(`"slmgr ${group}" knows no "${second}". ${hint}`);
  }
  if (line.options.json !== true) console.err(`${renderHelp(groupPage(commands, group), console)}\n`);
  return reporter.refuse(`"slmgr ${group}" wants to know what to do: a command of those above.`);
}

/** `lab account`, `fleet proxy colect`: the first words of commands that have a third one, which is missing or mistyped. */
function unfinishedCommand(
  commands: readonly Command[],
  [first = '', second = '', third]: readonly string[],
): string | null {
  const start = `${first} ${second}`.toLowerCase();
  const below = commands
    .filter(({ name }) => name.startsWith(`${start} `))
    .map(({ name }) => name.slice(start.length + 1));
  if (below.length === 0) return null;
  if (third === undefined) return `"slmgr ${start}" wants to know what to do: ${below.join(', ')}.`;
  const near = meantWord(start, third, below);
  const hint = near === null ? `It takes ${below.join(', ')}.` : `Did you mean "slmgr ${start} ${near}"?`;
  return `"slmgr ${start}" knows no "${third}". ${hint}`;
}

/** `lab clock advanc`, `forecast exampels`: a word that the command has no use for, near to one that makes another command of it. */
function refuseNearCommand(
  commands: readonly Command[],
  { name, positionals }: Command,
  [first]: readonly string[],
): void {
  if (first === undefined || (positionals.length > 0 && !meansNoFile(positionals, first))) return;
  const start = `${name} `;
  const below = commands
    .filter((one) => one.name.startsWith(start))
    .map((one) => one.name.slice(start.length));
  const near = below.length === 0 ? null : meantWord(name, first, below);
  if (near === null) return;
  throw new UsageError(`There is no command "${name} ${first}"; did you mean "slmgr ${name} ${near}"?`);
}

/** Whether a word stands where a file is wanted, looks like a word of the program, and no file has that name. */
function meansNoFile([wanted]: Command['positionals'], word: string): boolean {
  return wanted?.holds === 'file' && /^[a-z]+$/i.test(word) && !existsSync(word);
}

const shownOwners = 8;

/** An option of another command is refused with the commands that take it, where they are few. */
function refuseForeignOption(
  commands: readonly Command[],
  { name, options }: Command,
  given: OptionValues,
): void {
  const foreign = (Object.keys(given) as OptionName[]).find(
    (one) => optionSpec(one).scope !== 'everywhere' && !options.includes(one),
  );
  if (foreign === undefined) return;
  const owners = commands.filter((one) => one.options.includes(foreign)).map((one) => `"slmgr ${one.name}"`);
  if (owners.length === 0 || owners.length > shownOwners) return;
  throw new UsageError(
    `Option --${foreign} does not belong to "slmgr ${name}" but to ${listed(owners, 'and')}.`,
  );
}

/** The words that may follow a group's name. */
function commandsOf(commands: readonly Command[], group: string): readonly string[] {
  const words = commands.map(({ name }) => name.split(' '));
  return [...new Set(words.flatMap(([first, second]) => (first === group && second ? [second] : [])))];
}

function contextOf(
  line: CommandLine,
  console: Console,
  reporter: Reporter,
): Omit<CommandContext, 'console' | 'parts' | 'run' | 'options' | 'rest'> {
  return {
    colour: wantsColour(console, line.options),
    json: isJson(line),
    debug: (message) => {
      if (line.options.debug === true) console.err(`slmgr: ${message}\n`);
    },
    emit: (result) => {
      reporter.report(result);
    },
  };
}

/** Whether documents are wanted: one, or a line for each result of what runs on. */
function isJson({ options }: CommandLine): boolean {
  return options.json === true || options.ndjson === true;
}

/** Prints results and errors of one command, as text or as JSON documents. */
class Reporter {
  status = 0;
  #headed = false;
  readonly #verb: string;
  readonly #line: CommandLine;
  readonly #console: Console;
  readonly #usageStatus: number;

  constructor(verb: string, line: CommandLine, console: Console, usageStatus = refused) {
    this.#usageStatus = usageStatus;
    this.#verb = verb;
    this.#line = line;
    this.#console = console;
  }

  report(result: CommandResult): number {
    const given = result.exitCode ?? 0;
    const ok = result.ok ?? given === 0;
    const status = given === 0 && !ok && this.#line.options.strict === true ? refused : given;
    this.status = status;
    if (isJson(this.#line)) {
      this.#document(result.data, {
        ok,
        status,
        hresult: result.hresult ?? null,
        messages: messagesOf(result),
        target: result.target ?? null,
      });
    } else if (this.#line.options.tsv === true && result.table !== undefined) {
      this.#rows(result.table);
    } else {
      const style = {
        colour: wantsColour(this.#console, this.#line.options),
        terminal: this.#console.outIsTerminal,
        width: this.#console.width,
      };
      this.#console.out(result.text(style));
      this.#warn(result);
    }
    return status;
  }

  #warn({ warnings = [] }: CommandResult): void {
    for (const warning of warnings) tell(this.#console, `slmgr: ${warning}`);
  }

  /** The head stands once, however many results come. */
  #rows({ head, rows }: Tabular): void {
    const lines = this.#headed ? rows : [head, ...rows];
    this.#headed = true;
    this.#console.out(lines.map(tsvLine).join(''));
  }

  refuse(message: string): number {
    return this.#failed(message, refused, null);
  }

  fail(error: unknown): number {
    if (this.#line.options.debug === true && error instanceof Error)
      this.#console.err(`${error.stack ?? ''}\n`);
    if (error instanceof Error && error.name === 'UsageError') {
      const message = `${error.message} ("slmgr help ${this.#verb}" shows how)`;
      return this.#failed(message, this.#usageStatus, null);
    }
    if (isLicensingError(error)) {
      return this.#failed(
        messageOf(error),
        statusOfHresult(error.hresult, this.#console.platform),
        error.hresult,
      );
    }
    const told = refusalOf(error);
    if (told === null) throw error;
    const { exitCode, hresult } = told as Partial<CommandResult>;
    const status = exitCode ?? refused;
    return this.#failed(told.message, status === refused ? this.#usageStatus : status, hresult ?? null);
  }

  #failed(message: string, status: number, code: CommandResult['hresult']): number {
    this.status = status;
    if (isJson(this.#line)) {
      const messages = message.split('\n');
      this.#document(null, { ok: false, status, hresult: code ?? null, messages, target: null });
    } else {
      tell(this.#console, `slmgr: ${message}`);
    }
    return status;
  }

  #document(
    data: unknown,
    facts: {
      readonly ok: boolean;
      readonly status: number;
      readonly hresult: CommandResult['hresult'];
      readonly messages: readonly string[];
      readonly target: CommandResult['target'];
    },
  ): void {
    this.#console.out(
      documentLine({
        verb: this.#verb,
        target: facts.target ?? null,
        ok: facts.ok,
        exitCode: facts.status,
        hresult: facts.hresult ?? null,
        messages: facts.messages,
        data,
      }),
    );
  }
}

/** A machine that cannot be reached is told with the step that failed and what to do, as for a verb. */
function messageOf(error: LicensingError): string {
  if (!isRemoteFailure(error)) return error.message;
  return failureLines(error)
    .join('\n')
    .replace(/^slmgr: /, '');
}

function messagesOf({ messages = [], warnings = [] }: CommandResult): readonly string[] {
  return [...messages, ...warnings];
}
