/** Variables of the simulated machine's environment, by upper-case name. */
export type Environment = ReadonlyMap<string, string>;

/** One simple command: the words of a command line between two separators. */
export type CommandWords = readonly string[];

/**
 * Splits a line as cmd.exe and a program's C runtime do: `"` quotes, `^` escapes outside of quotes, `%NAME%` is
 * replaced everywhere, `&`, `&&`, `||` separate commands, redirections to NUL and of standard error are dropped.
 * Commands after `||` are left out: the first ones always run.
 */
export function splitCmdLine(line: string, environment: Environment): readonly CommandWords[] {
  const expanded = line.replace(
    /%([^%\s]+)%/g,
    (whole, name: string) => environment.get(name.toUpperCase()) ?? whole,
  );
  return split(expanded, {
    quotes: '"',
    escape: '^',
    isSeparator: (rest) => /^(?:&&?|\|\|?)/.exec(rest)?.[0] ?? null,
    substitute: () => null,
  });
}

/**
 * Splits a line as PowerShell does, as far as people's slmgr lines need it: `'` quotes without and `"` with variables
 * (`$env:NAME`, `${env:NAME}`), the backtick escapes, `&` at the front calls, `;` and `&&` separate commands. A value
 * that stands alone is written out and not called.
 */
export function splitPowerShellLine(line: string, environment: Environment): readonly CommandWords[] {
  return splitMarked(line, {
    quotes: `"'`,
    escape: '`',
    isSeparator: (rest) => /^(?:;|&&|\||\r?\n)/.exec(rest)?.[0] ?? null,
    substitute: (rest) => {
      const match = /^\$(?:env:(\w+)|\{env:(\w+)\})/i.exec(rest);
      const name = match?.[1] ?? match?.[2];
      return match === null || name === undefined
        ? null
        : { length: match[0].length, text: environment.get(name.toUpperCase()) ?? '' };
    },
  })
    .map(({ words, isValue }) => {
      if (isValue && words.length === 1) return ['write-output', ...words];
      return words[0] === '&' || words[0] === '.' ? words.slice(1) : words;
    })
    .filter((words) => words.length > 0);
}

interface MarkedCommand {
  readonly words: string[];
  /** It begins with a quote or a variable. */
  isValue: boolean;
}

interface Rules {
  readonly quotes: string;
  readonly escape: string;
  readonly isSeparator: (rest: string) => string | null;
  readonly substitute: (rest: string) => { readonly length: number; readonly text: string } | null;
}

const redirection = /^(?:[12]?>>?\s*(?:nul|\$null|&[12])|<\s*nul)(?=\s|$|[&;|])/i;

function split(line: string, rules: Rules): readonly CommandWords[] {
  return splitMarked(line, rules).map(({ words }) => words);
}

function splitMarked(line: string, rules: Rules): readonly MarkedCommand[] {
  const commands: MarkedCommand[] = [{ words: [], isValue: false }];
  let word: string | null = null;
  let quote: string | null = null;
  let at = 0;
  const endWord = (): void => {
    if (word !== null) commands.at(-1)?.words.push(word);
    word = null;
  };
  while (at < line.length) {
    const rest = line.slice(at);
    const step: Step = quote === null ? outside(rest, rules, word !== null) : inside(rest, rules, quote);
    if (word === null)
      markBeginning(commands.at(-1), step.kind === 'quote' || rules.substitute(rest) !== null);
    at += step.length;
    switch (step.kind) {
      case 'text':
        word = (word ?? '') + step.text;
        break;
      case 'quote':
        word ??= '';
        quote = quote === null ? step.text : null;
        break;
      case 'space':
        endWord();
        break;
      case 'separator':
        endWord();
        commands.push(commandBehind(step.text));
        break;
    }
  }
  endWord();
  return commands.filter(({ words }) => words.length > 0);
}

/** A command behind a pipe keeps the pipe as its first word. */
function commandBehind(separator: string): MarkedCommand {
  return { words: separator === '|' ? ['|'] : [], isValue: false };
}

function markBeginning(command: MarkedCommand | undefined, isValue: boolean): void {
  if (command?.words.length === 0) command.isValue = isValue;
}

interface Step {
  readonly kind: 'text' | 'quote' | 'space' | 'separator';
  readonly text: string;
  readonly length: number;
}

function outside(rest: string, rules: Rules, inWord: boolean): Step {
  const character = rest.slice(0, 1);
  const dropped = inWord ? null : redirection.exec(rest);
  if (dropped !== null) return { kind: 'space', text: '', length: dropped[0].length };
  if (/\s/.test(character) && character !== '\n') return { kind: 'space', text: '', length: 1 };
  const separator = rules.isSeparator(rest);
  if (separator !== null && !(separator === '&' && rules.escape === '`')) {
    return { kind: 'separator', text: separator, length: separator.length };
  }
  if (rules.quotes.includes(character)) return { kind: 'quote', text: character, length: 1 };
  return plain(rest, rules);
}

function inside(rest: string, rules: Rules, quote: string): Step {
  const character = rest.slice(0, 1);
  if (character === quote) {
    // PowerShell doubles a quote inside quotes; for cmd and the C runtime "" inside quotes is one too.
    return rest.startsWith(quote + quote)
      ? { kind: 'text', text: quote, length: 2 }
      : { kind: 'quote', text: quote, length: 1 };
  }
  if (quote === "'" || rules.escape === '^') return { kind: 'text', text: character, length: 1 };
  return plain(rest, rules);
}

function plain(rest: string, rules: Rules): Step {
  if (rest.startsWith(rules.escape) && rest.length > 1)
    return { kind: 'text', text: rest.slice(1, 2), length: 2 };
  const replaced = rules.substitute(rest);
  return replaced === null
    ? { kind: 'text', text: rest.slice(0, 1), length: 1 }
    : { kind: 'text', text: replaced.text, length: replaced.length };
}
