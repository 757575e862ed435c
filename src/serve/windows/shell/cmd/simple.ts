import { NotSimulated } from '../not-simulated';
import { type Action, type Process, type Reading } from '../process';
import { takesAnyWords } from '../programs/names';
import { startedScript } from '../programs/script-host';
import { builtIns, otherBuiltIns } from './built-ins';
import { resolveProgram } from './resolve';
import { unknown, type CmdNode, type Condition, type LineSource } from './syntax';

/** A simple command that is understood. */
export type Planned =
  | { readonly kind: 'action'; readonly name: string; readonly tail: string; readonly action: Action }
  /** Not a program: perhaps a copy of slmgr.vbs, which only the run will tell. */
  | { readonly kind: 'unknown'; readonly name: string; readonly script: (process: Process) => Action | null };

/** Name and rest of a simple command. `echo.`, `cd\`, `cd..` and `dir/b` are a built-in command and its words. */
export function splitName(text: string): { readonly name: string; readonly tail: string } {
  const [, quoted] = /^"([^"]*)"?/.exec(text) ?? [];
  if (quoted !== undefined) {
    const [whole = ''] = /^"[^"]*"?[^\s,;=]*/.exec(text) ?? [];
    return { name: whole.replaceAll('"', ''), tail: text.slice(whole.length) };
  }
  const [built = ''] = /^[a-z]+(?=[.:/\\+([\]])/i.exec(text) ?? [];
  if (builtIns.has(built.toLowerCase()) && !/^[a-z]+\.(?:exe|com|vbs)\b/i.test(text))
    return { name: built, tail: text.slice(built.length) };
  const [name = ''] =
    /^[^\s,;=/]+(?:\/[^\s,;=/]+(?=[\\/]))*/.exec(text.includes('/') ? pathFirst(text) : text) ?? [];
  return { name, tail: text.slice(name.length) };
}

/** A name with forward slashes (`C:/Windows/System32/cscript.exe`) is one name; `cmd/c` is a name and a switch. */
function pathFirst(text: string): string {
  return /^[a-z]:\//i.test(text) ? text.replace(/^[^\s,;=]+/, (name) => name.replaceAll('/', '\\')) : text;
}

/**
 * Understands a simple command. `expand` is what `call` does to its words once more.
 * @throws NotSimulated
 */
export function planSimple(text: string, reading: Reading, expand: (text: string) => string): Planned {
  const trimmed = text.replace(/^[\s,;=]+/, '');
  const { name, tail } = splitName(trimmed);
  const key = name.toLowerCase();
  if (key === 'call') return planCall(tail, reading, expand);
  if (key === 'start') return planStart(tail, reading);
  const builtIn = builtIns.get(key);
  if (builtIn !== undefined) return { kind: 'action', name: key, tail, action: builtIn(tail, reading) };
  if (otherBuiltIns.has(key)) throw new NotSimulated(`the command ${key}`);
  const found = resolveProgram(name, reading);
  if (found.kind === 'program') {
    return { kind: 'action', name: found.name, tail, action: found.command(tail, reading) };
  }
  return { kind: 'unknown', name, script: (process) => startedScript(process, found.path, tail) };
}

function planCall(tail: string, reading: Reading, expand: (text: string) => string): Planned {
  const text = expand(tail).replace(/^\s+/, '');
  if (text.startsWith(':')) throw new NotSimulated('labels');
  if (text === '') return { kind: 'action', name: 'call', tail, action: { run: () => 0 } };
  if (/^(?:if|for|call)\b/i.test(text)) throw new NotSimulated(`call ${text}`);
  return planSimple(text, reading, expand);
}

/** A title is the first text in quotes, in front of the switches or behind them. */
const startWords =
  /^((?:\s*\/(?:wait|w|b|min|max|i)(?=[\s/"]))*)\s*(?:"[^"]*"(?=\s))?((?:\s*\/(?:wait|w|b|min|max|i)(?=[\s/]))*)\s*/i;

/** `start ["TITLE"] [/wait] [/b] [/min] PROGRAM`: without /b it has a window of its own, which nobody sees. */
function planStart(tail: string, reading: Reading): Planned {
  const [whole = '', before = '', after = ''] = startWords.exec(`${tail} `) ?? [];
  const switches = before + after;
  const text = tail.slice(whole.length);
  if (text === '' || /^\/|^"[^"]*"\s*$/.test(text)) throw new NotSimulated(`start ${tail.trim()}`);
  const { name } = splitName(text);
  if (builtIns.has(name.toLowerCase())) throw new NotSimulated(`start ${name}`);
  const planned = planSimple(text, reading, (same) => same);
  if (planned.kind === 'unknown')
    throw new NotSimulated(`start of ${planned.name}, which is no program of the machine`);
  const { action } = planned;
  const waits = /\/w/i.test(switches);
  const isSeen = /\/b/i.test(switches);
  const run: Action['run'] = async (process, io) => {
    const own = { ...process, env: process.env.copy() };
    const status = await action.run(own, isSeen ? io : { ...io, out: () => undefined, err: () => undefined });
    return waits ? status : null;
  };
  return { ...planned, action: { run } };
}

/** Whether a command may have words that only the run will tell: it takes whatever comes. */
export function takesOpenWords(name: string): boolean {
  return takesAnyWords.has(name) || ['echo', 'exit', 'set'].includes(name);
}

/** A part of a line with a loop's variables replaced, all of them in one go. */
export function withVariables(node: CmdNode, values: ReadonlyMap<string, string>): CmdNode {
  const names = [...values.keys()].join('').replaceAll(/[^A-Za-z]/g, '');
  const letters = new RegExp(`%(~(?:[fdpnxsatzFDPNXSATZ]*|\\$[^:%]*:))?([${names}])`, 'g');
  const inside = (text: string): string =>
    text.replaceAll(letters, (whole, parts: string | undefined, letter: string) => {
      const value = values.get(letter) ?? '';
      return parts === undefined ? value : partOf(value, parts.slice(1).toLowerCase(), whole);
    });
  const again = (each: CmdNode): CmdNode => withVariables(each, values);
  switch (node.kind) {
    case 'nothing':
      return node;
    case 'both':
    case 'and':
    case 'or':
    case 'pipe':
      return { kind: node.kind, left: again(node.left), right: again(node.right) };
    case 'block':
      return {
        ...node,
        body: again(node.body),
        redirects: node.redirects.map((each) => redirectWith(each, inside)),
      };
    case 'simple':
      return {
        ...node,
        text: inside(node.text),
        redirects: node.redirects.map((each) => redirectWith(each, inside)),
      };
    case 'if': {
      const otherwise = node.otherwise === null ? null : again(node.otherwise);
      return { ...node, condition: conditionWith(node.condition, inside), then: again(node.then), otherwise };
    }
    case 'for':
      return { ...node, items: node.items.map(inside), body: again(node.body) };
    case 'lines':
      return { ...node, source: sourceWith(node.source, inside, again), body: again(node.body) };
  }
}

/** `%~I` without quotes, `%~nI` the name of a file, `%~xI` its extension, `%~nxI` both. @throws NotSimulated for others */
function partOf(value: string, parts: string, whole: string): string {
  const bare = value.replace(/^"(.*)"$/, '$1');
  if (parts === '') return bare;
  if (!/^[nx]+$/.test(parts)) throw new NotSimulated(whole);
  if (bare.includes(unknown)) return unknown;
  const file = /[^\\/:]*$/.exec(bare)?.[0] ?? '';
  const dot = file.lastIndexOf('.');
  const [name, extension] = dot < 0 ? [file, ''] : [file.slice(0, dot), file.slice(dot)];
  return `${parts.includes('n') ? name : ''}${parts.includes('x') ? extension : ''}`;
}

function sourceWith(
  source: LineSource,
  inside: (text: string) => string,
  again: (node: CmdNode) => CmdNode,
): LineSource {
  return source.kind === 'command'
    ? { kind: 'command', node: again(source.node) }
    : { ...source, text: inside(source.text) };
}

type Redirects = Extract<CmdNode, { kind: 'simple' }>['redirects'];

function redirectWith(redirect: Redirects[number], inside: (text: string) => string): Redirects[number] {
  return redirect.kind === 'duplicate' ? redirect : { ...redirect, file: inside(redirect.file) };
}

function conditionWith(condition: Condition, inside: (text: string) => string): Condition {
  switch (condition.kind) {
    case 'errorlevel':
      return condition;
    case 'defined':
      return { ...condition, name: inside(condition.name) };
    case 'exist':
      return { ...condition, path: inside(condition.path) };
    case 'compare':
      return { ...condition, left: inside(condition.left), right: inside(condition.right) };
  }
}
