import { licensingScript, loaderScript } from './licensing-script';
import { type BridgeAnswer, type BridgeRequest } from './protocol';

/** What a script prints around its one answer, so that banners and profiles do not matter. */
const answerMark = /#slmgr-(answer|failure|mode):([A-Za-z0-9+/=]*)#/;

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

/** Standard input of the loader: script and arguments as base64 with a dot between them, one line of ASCII. */
export function loaderInput(request: BridgeRequest): string {
  return `${toBase64(licensingScript)}.${toBase64(JSON.stringify(request))}\n`;
}

/** True for the decoded text of our loader: a simulated machine knows by it what is asked. */
export function isLoader(script: string): boolean {
  return script.replaceAll('\r\n', '\n') === loaderScript;
}

/** The arguments' JSON text from the loader's standard input, or null where it is none. */
export function requestTextOf(input: string): string | null {
  const body = input.replaceAll(/\s+/g, '');
  const match = /^[A-Za-z0-9+/=]+\.([A-Za-z0-9+/=]+)$/.exec(body);
  return match?.[1] === undefined ? null : Buffer.from(match[1], 'base64').toString('utf8');
}

/** What the loader prints for an answer. */
export function printedAnswer(answer: BridgeAnswer): string {
  return `#slmgr-answer:${toBase64(JSON.stringify(answer))}#\n`;
}

/** What the loader prints where the script itself failed. */
export function printedFailure(message: string): string {
  return `#slmgr-failure:${toBase64(message)}#\n`;
}

/** What was found in a standard output. */
export type Printed =
  | { readonly kind: 'answer'; readonly text: string }
  | { readonly kind: 'failure'; readonly message: string }
  | { readonly kind: 'language-mode'; readonly mode: string };

/** Finds the marked line in a standard output; null where there is none. */
export function findPrinted(stdout: string): Printed | null {
  const start = stdout.indexOf('#slmgr-');
  const match = start < 0 ? null : answerMark.exec(stdout.slice(start));
  const [, kind, content = ''] = match ?? [];
  switch (kind) {
    case 'answer':
      return { kind, text: Buffer.from(content, 'base64').toString('utf8') };
    case 'failure':
      return { kind, message: Buffer.from(content, 'base64').toString('utf8') };
    case 'mode':
      return { kind: 'language-mode', mode: content };
    default:
      return null;
  }
}
