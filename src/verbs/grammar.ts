import { findVerb, type Verb } from './table';

/** Which machine a command line is about. */
export type Target =
  | { readonly kind: 'local' }
  | {
      readonly kind: 'remote';
      readonly machine: string;
      /** Null where only the machine was named. */
      readonly account: { readonly user: string; readonly password: string } | null;
    };

/** Why a command line is refused; the usage text follows. */
export type Complaint =
  | { readonly kind: 'invalid-combination' }
  | { readonly kind: 'unrecognized-option'; readonly option: string }
  | { readonly kind: 'missing-parameter'; readonly verb: string; readonly parameter: string };

/** What a command line in slmgr's own grammar says. */
export type CommandLine =
  | {
      readonly kind: 'call';
      readonly verb: Verb;
      readonly args: readonly string[];
      readonly target: Target;
    }
  | { readonly kind: 'complaint'; readonly complaint: Complaint; readonly target: Target };

const local: Target = { kind: 'local' };
const hostOption = /^(?:\/\/(?:nologo|logo|b|i|d|s|u|x|e:.*|h:.*|t:\d+|job:.*)|\/nologo)$/i;
const hostProgram = /(?:^|[\\/])[cw]script(?:\.exe)?$/i;
const hostScript = /(?:^|[\\/])slmgr\.vbs$/i;

/**
 * Reads `[Machine [User Password]] /verb [args]`: one or three words may stand before the verb, which begins with `/`
 * or `-` and is written in any case; the machine `.` is the local one; the password may be a lone `-`, which asks for it. Words of the Windows script host around it are ignored.
 */
export function parseCommandLine(argv: readonly string[]): CommandLine {
  const words = withoutHostWords(argv);
  const place = words
    .slice(0, 4)
    .findIndex((word, index) => isOption(word) && !asksForPassword(words, index));
  const target = place === -1 ? null : targetOf(words.slice(0, place));
  if (target === null) return complain({ kind: 'invalid-combination' }, local);
  const option = words[place] ?? '';
  const verb = findVerb(option.slice(1));
  if (verb === undefined) return complain({ kind: 'unrecognized-option', option }, target);
  const args = words.slice(place + 1, place + 1 + verb.parameters.length);
  const missing = verb.parameters.slice(args.length).find((parameter) => parameter.required);
  if (missing === undefined) return { kind: 'call', verb, args, target };
  const parameter = missing.complaint ?? missing.usage;
  return complain({ kind: 'missing-parameter', verb: verb.name, parameter }, target);
}

/** Whether the machine is reached before the complaint is made, as slmgr does for a remote one. */
export function connectsBeforeComplaint({
  complaint,
  target,
}: Extract<CommandLine, { kind: 'complaint' }>): boolean {
  return target.kind === 'remote' && complaint.kind !== 'invalid-combination';
}

function complain(complaint: Complaint, target: Target): CommandLine {
  return { kind: 'complaint', complaint, target };
}

function isOption(word: string): boolean {
  return word.startsWith('/') || word.startsWith('-');
}

/** `Machine User - /verb`: a lone `-` in the password's place asks for it; slmgr itself has no such form. */
function asksForPassword(words: readonly string[], index: number): boolean {
  return index === 2 && words[index] === '-' && isOption(words[index + 1] ?? '');
}

function targetOf(words: readonly string[]): Target | null {
  const [machine, user, password] = words;
  if (machine === undefined) return local;
  if (user === undefined) return machine === '.' ? local : { kind: 'remote', machine, account: null };
  if (machine === '.' && password !== undefined) return local;
  return password === undefined ? null : { kind: 'remote', machine, account: { user, password } };
}

/** The words of a line without those of the Windows script host around them. */
export function withoutHostWords(argv: readonly string[]): readonly string[] {
  const first = argv.findIndex((word, index) => !isHostWord(word, index));
  if (first === -1) return [];
  const last = argv.findLastIndex((word) => !hostOption.test(word));
  return argv.slice(first, last + 1);
}

function isHostWord(word: string, index: number): boolean {
  return hostOption.test(word) || hostScript.test(word) || (index === 0 && hostProgram.test(word));
}
