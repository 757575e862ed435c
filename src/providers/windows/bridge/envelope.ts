import { randomBytes } from 'node:crypto';
import { type AnswerMark } from '../../../transports/command-runner';
import { licensingScript, loaderScript } from './licensing-script';
import { type BridgeAnswer, type BridgeRequest } from './protocol';

/**
 * What a script prints around its one answer, so that banners and profiles do not matter: kind, the request's ticket
 * and base64 (or a word for the mode). The ticket tells it from answers of other times that noise may repeat.
 */
const answerMark = /#slmgr-(answer|failure|mode):(?:([A-Za-z0-9]*):)?([A-Za-z0-9+/=]*)#/g;

/** Switches in the order that Windows' documentation of remote use recommends. */
const switches = ['-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass', '-EncodedCommand'] as const;

/** A PowerShell text as `-EncodedCommand` takes it: base64 of UTF-16, little endian. */
export function encodeCommand(script: string): string {
  return Buffer.from(script, 'utf16le').toString('base64');
}

/** The text behind `-EncodedCommand`, or null where it is no base64 of UTF-16. */
export function decodeCommand(encoded: string): string | null {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(encoded)) return null;
  const bytes = Buffer.from(encoded, 'base64');
  return bytes.length % 2 === 0 ? bytes.toString('utf16le') : null;
}

/** Arguments of a PowerShell that runs the loader. */
export function loaderArguments(): readonly string[] {
  return [...switches, encodeCommand(loaderScript)];
}

/**
 * The command line for a shell on Windows. Only letters, digits and `+ / = - . space` occur in it, so cmd, Windows
 * PowerShell and PowerShell 7 as default shells all pass it on unchanged.
 */
export function loaderCommand(program = 'powershell.exe'): string {
  return [program, ...loaderArguments()].join(' ');
}

function toBase64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}

/** A new name for one request: letters and digits that no earlier output has. */
export function newTicket(): string {
  return randomBytes(16).toString('hex');
}

/** Standard input of the loader: script, arguments (both base64) and ticket with dots between them, one line of ASCII. */
export function loaderInput(request: BridgeRequest, ticket: string): string {
  return `${toBase64(licensingScript)}.${toBase64(JSON.stringify(request))}.${ticket}\n`;
}

/** True for the decoded text of our loader: a simulated machine knows by it what is asked. */
export function isLoader(script: string): boolean {
  return script.replaceAll('\r\n', '\n') === loaderScript;
}

/** What the far side is asked: the arguments' JSON text, and the ticket that its answer has to carry. */
export interface Question {
  readonly text: string;
  readonly ticket: string;
}

/** The question in the loader's standard input, or null where it is none. */
export function questionIn(input: string): Question | null {
  const body = input.replaceAll(/\s+/g, '');
  const match = /^[A-Za-z0-9+/=]+\.([A-Za-z0-9+/=]+)\.([A-Za-z0-9]+)$/.exec(body);
  const [, arguments_, ticket] = match ?? [];
  if (arguments_ === undefined || ticket === undefined) return null;
  return { text: Buffer.from(arguments_, 'base64').toString('utf8'), ticket };
}

/** What the loader prints for an answer. */
export function printedAnswer(answer: BridgeAnswer, ticket: string): string {
  return `#slmgr-answer:${ticket}:${toBase64(JSON.stringify(answer))}#\n`;
}

/** What the loader prints where the script itself failed; without a ticket where it could not even read one. */
export function printedFailure(message: string, ticket = ''): string {
  return `#slmgr-failure:${ticket}:${toBase64(message)}#\n`;
}

/** What encloses the answer to the request with this ticket, and nothing else: noise may repeat answers of other times. */
export function enclosing(ticket: string): AnswerMark {
  return { start: `:${ticket}:`, end: '#' };
}

/** What was found in a standard output. */
export type Printed =
  | { readonly kind: 'answer'; readonly text: string }
  | { readonly kind: 'failure'; readonly message: string }
  | { readonly kind: 'language-mode'; readonly mode: string };

/** Line ends, blanks, NULs and colours, which a terminal or a console in between may put into a long line. */
// eslint-disable-next-line no-control-regex -- these are the characters that are taken out
const putInBetween = /\u001b\[[0-9;?]*[A-Za-z]|[\s\u0000]+/g;

/**
 * Finds the answer to the request with this ticket in a standard output, whatever stands around it and however the line
 * was wrapped; null where there is none. A failure or a mode without a ticket counts where nothing else is found: the
 * far side could not read its input.
 */
export function findPrinted(stdout: string, ticket: string): Printed | null {
  const marks = [...stdout.replaceAll(putInBetween, '').matchAll(answerMark)];
  const found = marks.find(([, , own]) => own === ticket) ?? marks.find(([, , own = '']) => own === '');
  const [, kind, own, content = ''] = found ?? [];
  switch (kind) {
    case 'answer':
      return own === ticket ? { kind, text: fromBase64(content) } : null;
    case 'failure':
      return { kind, message: fromBase64(content) };
    case 'mode':
      return { kind: 'language-mode', mode: content };
    default:
      return null;
  }
}

function fromBase64(text: string): string {
  return Buffer.from(text, 'base64').toString('utf8');
}
