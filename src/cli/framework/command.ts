import type * as z from 'zod';
import type { Hresult } from '../../licensing/hresult';
import { optionWords } from '../option-texts';
import { optionTextOf } from '../option-texts-of-commands';
import { optionNames, type OptionName } from '../options';
import type { Style } from '../output/style';
import type { Tabular } from '../output/tsv';
import type { RunProgram, Surroundings } from '../parts';

/** A word that a command takes. */
export interface Positional {
  readonly name: string;
  readonly summary: string;
  readonly optional?: true;
  /** Takes all further words. */
  readonly many?: true;
  /** The words that may stand here, where they are few. */
  readonly choices?: readonly string[];
  /** Words that are often wanted here; others may stand as well. */
  readonly suggestions?: readonly string[];
  /** What stands here, for completion. */
  readonly holds?: 'machine' | 'product' | 'file' | 'topic';
}

export interface Example {
  readonly line: string;
  readonly does: string;
}

export type { Style };

/** What a command is run with. */
export interface CommandContext extends Surroundings {
  readonly colour: boolean;
  readonly json: boolean;
  readonly debug: (message: string) => void;
  /** Words behind `--`. */
  readonly rest: readonly string[];
  /** For what runs on: prints one result now, a JSON document a line under --json. */
  readonly emit: (result: CommandResult) => void;
  /** Runs another command line, as the program itself would. */
  readonly run: RunProgram;
  /** The options of the command line as they stood. */
  readonly options: RawInput;
}

/** What stood on the command line: words and options by name. */
export type RawInput = Readonly<Record<string, string | true | readonly string[] | undefined>>;

/** What a command found out or did. `text` makes the lines for people; `data` is what --json prints. */
export interface CommandResult {
  readonly data: unknown;
  readonly text: (style: Style) => string;
  /** The rows that `--tsv` prints; commands that take it have them. */
  readonly table?: Tabular;
  /** Status of the process, 0 unless told. */
  readonly exitCode?: number;
  readonly hresult?: Hresult | null;
  /** False where an error was printed; defaults to `exitCode === 0`. */
  readonly ok?: boolean;
  /** Sentences for people, as JSON carries them; not printed in text mode. */
  readonly messages?: readonly string[];
  /** Sentences that also go to standard error in text mode. */
  readonly warnings?: readonly string[];
  /** The machine or host that it was about. */
  readonly target?: CommandTarget | null;
}

export interface CommandTarget {
  readonly kind: string;
  readonly machine: string;
}

/** A subcommand as data: parser, help, completion, the manual, the documentation and the dispatcher read this. */
export interface Command {
  /** All words, "lab add". */
  readonly name: string;
  readonly summary: string;
  /** More for --help and the reference: a paragraph or two. */
  readonly description?: string;
  readonly positionals: readonly Positional[];
  /** Options of the command; those of scope `everywhere` are always allowed. */
  readonly options: readonly OptionName[];
  /** What stands behind `--`, for the help text; absent where nothing may. */
  readonly rest?: string;
  readonly examples: readonly Example[];
  /** Status after wrong words; 1 unless told. */
  readonly usageStatus?: number;
  /** Schema of `data` in the JSON document. */
  readonly data: z.ZodType;
  readonly run: (raw: RawInput, context: CommandContext) => Promise<CommandResult | null>;
}

interface CommandDefinition<Input> extends Omit<Command, 'run'> {
  /** Schema of the words and options together. */
  readonly input: z.ZodType<Input>;
  readonly run: (input: Input, context: CommandContext) => Promise<CommandResult | null>;
}

/** Makes a {@link Command} whose `run` gets validated input. */
export function defineCommand<Input>(definition: CommandDefinition<Input>): Command {
  const { input, run, ...facts } = definition;
  refuseDoubleNames(facts);
  return { ...facts, run: async (raw, context) => run(parseInput(input, raw, facts), context) };
}

/** A word with the name of an option would silently take the option's value. */
function refuseDoubleNames({ name, positionals, options }: Omit<Command, 'run'>): void {
  const taken = [...options, ...optionNames(['everywhere'])];
  const double = positionals.find((word) => taken.some((option) => option === word.name));
  if (double !== undefined)
    throw new Error(`"${name}" has a word and an option with the same name: ${double.name}`);
}

/** Wrong words on a command line: status 1, and the usage of the command is worth a hint. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UsageError';
  }
}

function parseInput<Input>(
  schema: z.ZodType<Input>,
  raw: RawInput,
  { name: command, options }: Pick<Command, 'name' | 'options'>,
): Input {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const message = issue?.message ?? 'not understood';
  const name = issue?.path[0];
  if (name === undefined) throw new UsageError(message);
  const option = options.find((one) => one === name);
  if (option === undefined) throw new UsageError(`${String(name)}: ${message}`);
  throw new UsageError(
    raw[option] === undefined
      ? `${optionWords(option)} is missing: ${optionTextOf(option, command).summary}.`
      : `--${option}: ${message}`,
  );
}
