import { copyScript, fileCommand, type FileTask } from './files';
import { lineFilter, type LineFilter } from './filters';
import { splitCmdLine, splitPowerShellLine, type CommandWords, type Environment } from './words';

/** What a simulated machine is asked to do by a command line. */
export type ShellTask =
  /** Our own loader: the script and its request come on standard input. */
  | { readonly kind: 'bridge' }
  /** The agent of another slmgr, on standard input and output. */
  | { readonly kind: 'agent' }
  /** slmgr, with or without the script host's two banner lines. */
  | { readonly kind: 'slmgr'; readonly args: readonly string[]; readonly banner: boolean }
  /** Text of a command that the shell knows itself. */
  | { readonly kind: 'print'; readonly text: string }
  | { readonly kind: 'file'; readonly task: FileTask }
  /** Behind a pipe: what the task before it printed, less some lines. */
  | { readonly kind: 'filter'; readonly filter: LineFilter }
  | { readonly kind: 'missing-script'; readonly script: string; readonly banner: boolean }
  | { readonly kind: 'unknown'; readonly program: string; readonly shell: ShellKind };

/** The shell that reads a command line. */
export type ShellKind = 'cmd' | 'powershell';

/** Facts of the machine that command lines may ask for, and how to know our loader. */
export interface ShellFacts {
  readonly computerName: string;
  readonly user: string;
  readonly isLoader: (script: string) => boolean;
}

const maxNesting = 6;

/** Reads a command line in the machine's default shell and says what it asks for, in order. */
export function interpret(line: string, shell: ShellKind, facts: ShellFacts): readonly ShellTask[] {
  return interpretLine(line, shell, { facts, depth: 0 });
}

interface Reading {
  readonly facts: ShellFacts;
  readonly depth: number;
}

function environmentOf(facts: ShellFacts): Environment {
  const root = 'C:\\Windows';
  return new Map([
    ['WINDIR', root],
    ['SYSTEMROOT', root],
    ['SYSTEMDRIVE', 'C:'],
    ['COMSPEC', `${root}\\System32\\cmd.exe`],
    ['COMPUTERNAME', facts.computerName],
    ['USERNAME', facts.user],
    ['TEMP', `C:\\Users\\${facts.user}\\AppData\\Local\\Temp`],
  ]);
}

function interpretLine(line: string, shell: ShellKind, reading: Reading): readonly ShellTask[] {
  if (reading.depth > maxNesting) return [];
  const block = shell === 'powershell' ? /^\s*[&.]\s*\{([^]*)\}\s*$/.exec(line)?.[1] : undefined;
  if (block !== undefined) return interpretLine(block, shell, { ...reading, depth: reading.depth + 1 });
  const split = shell === 'cmd' ? splitCmdLine : splitPowerShellLine;
  return split(line, environmentOf(reading.facts)).flatMap((words) => interpretWords(words, shell, reading));
}

type Program = (args: CommandWords, reading: Reading) => readonly ShellTask[];

const programs: ReadonlyMap<string, Program> = new Map<string, Program>([
  ['cmd', nestedCmd],
  ['powershell', nestedPowerShell],
  ['pwsh', nestedPowerShell],
  ['cscript', (args) => [scriptHost(args)]],
  ['wscript', (args) => [scriptHost(args)]],
  ['slmgr', slmgr],
]);

function interpretWords(words: CommandWords, shell: ShellKind, reading: Reading): readonly ShellTask[] {
  const [first = '', ...args] = words;
  const program = programName(first);
  if (first === '|') return [behindPipe(args, shell)];
  const known = programs.get(program);
  if (known !== undefined) return known(args, reading);
  const file = shell === 'cmd' ? fileCommand(program, args) : null;
  if (file !== null) return [{ kind: 'file', task: file }];
  const text = builtInText(program, args, reading.facts);
  return [text === null ? { kind: 'unknown', program: first, shell } : { kind: 'print', text }];
}

function behindPipe([first = '', ...args]: CommandWords, shell: ShellKind): ShellTask {
  const filter = lineFilter(programName(first), args);
  return filter === null ? { kind: 'unknown', program: first, shell } : { kind: 'filter', filter };
}

function slmgr(args: CommandWords): readonly ShellTask[] {
  const [first = '', second = ''] = args.map((word) => word.toLowerCase());
  return [
    first === 'agent' && second === '--stdio' ? { kind: 'agent' } : { kind: 'slmgr', args, banner: false },
  ];
}

/** Last part of a path, lower case, without .exe, .com, .vbs or .cmd. */
function programName(word: string): string {
  const name = word.split(/[\\/]/).at(-1) ?? '';
  return name.toLowerCase().replace(/\.(?:exe|com|vbs|cmd)$/, '');
}

/** `cmd /c LINE`: what stands behind /c, one pair of quotes around all of it taken away. */
function nestedCmd(args: CommandWords, reading: Reading): readonly ShellTask[] {
  const at = args.findIndex((word) => /^\/[ck]$/i.test(word));
  return at < 0 ? [] : nested(args.slice(at + 1), 'cmd', reading);
}

/** `powershell [-switches] -EncodedCommand B64 | -Command LINE | LINE`. */
function nestedPowerShell(args: CommandWords, reading: Reading): readonly ShellTask[] {
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? '';
    if (/^-e(?:c|nc|ncodedcommand)?$/i.test(word)) return encoded(args[at + 1] ?? '', reading);
    if (/^-c(?:ommand)?$/i.test(word)) return nested(args.slice(at + 1), 'powershell', reading);
    if (/^-(?:ex|ep|executionpolicy|version|v|outputformat|of|inputformat|if|windowstyle|w)/i.test(word))
      at += 1;
    else if (!word.startsWith('-')) return nested(args.slice(at), 'powershell', reading);
  }
  return [];
}

function nested(words: CommandWords, shell: ShellKind, reading: Reading): readonly ShellTask[] {
  // One word is a line of its own; several were quoted apart already and keep their borders.
  const inner = { ...reading, depth: reading.depth + 1 };
  const [only] = words;
  if (words.length === 1 && only !== undefined) return interpretLine(only, shell, inner);
  return words.length === 0 || inner.depth > maxNesting
    ? []
    : interpretLine(words.map((word) => requote(word, shell)).join(' '), shell, inner);
}

/** Separators such as & stay live in the inner line; only spaces need their quotes back. */
function requote(word: string, shell: ShellKind): string {
  if (!/\s/.test(word)) return word;
  return shell === 'cmd' ? `"${word}"` : `'${word.replaceAll("'", "''")}'`;
}

function encoded(base64: string, reading: Reading): readonly ShellTask[] {
  const script = Buffer.from(base64, 'base64').toString('utf16le');
  if (reading.facts.isLoader(script)) return [{ kind: 'bridge' }];
  const variables = environmentOf(reading.facts);
  const copy = copyScript(script, (text) =>
    text.replace(/\$env:(\w+)/gi, (whole, name: string) => variables.get(name.toUpperCase()) ?? whole),
  );
  if (copy !== null) return [{ kind: 'file', task: copy }];
  return interpretLine(script, 'powershell', { ...reading, depth: reading.depth + 1 });
}

/** cscript's own options begin with two slashes; the first other word is the script. */
function scriptHost(words: CommandWords): ShellTask {
  const banner = !words.some((word) => word.toLowerCase() === '//nologo');
  const [script = '', ...args] = words.filter((word) => !word.startsWith('//'));
  return programName(script) === 'slmgr'
    ? { kind: 'slmgr', args, banner }
    : { kind: 'missing-script', script, banner };
}

/** Commands that change only where or how the next ones run, which is one and the same here. */
const silent: ReadonlySet<string> = new Set([
  ...['exit', 'cd', 'chdir', 'pushd', 'popd', 'set', 'setlocal', 'rem', '@echo'],
  ...['set-location', 'set-strictmode', 'set-executionpolicy'],
]);
const echoes: ReadonlySet<string> = new Set(['echo', 'write-output', 'write-host']);

/** What a command of the shell itself prints; null for one that the simulated machine does not have. */
function builtInText(program: string, args: CommandWords, facts: ShellFacts): string | null {
  if (echoes.has(program)) return `${args.join(' ')}\r\n`;
  if (silent.has(program) || /^\$\w+$/.test(program)) return '';
  switch (program) {
    case 'hostname':
      return `${facts.computerName}\r\n`;
    case 'whoami':
      return `${facts.computerName.toLowerCase()}\\${facts.user.toLowerCase()}\r\n`;
    case 'ver':
      return '\r\nMicrosoft Windows (simulated by slmgr)\r\n';
    case 'chcp':
      return `Active code page: ${args[0] ?? '437'}\r\n`;
    default:
      return null;
  }
}
