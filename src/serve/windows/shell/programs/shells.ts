import { Buffer } from 'node:buffer';
import { readCmdLine } from '../cmd/run';
import { NotSimulated } from '../not-simulated';
import { readScript } from '../engine/read-script';
import { inner, type Action, type Reading } from '../process';
import { argumentsOf } from './arguments';
import { copyScript } from './copy-script';

/** `cmd [/d] [/s] [/q] [/v:on] /c LINE`. */
export function cmd(tail: string, reading: Reading): Action {
  const [, options = '', line] = /^((?:\s*\/(?![ckr])[a-z](?::\w+)?)*)\s*\/[cr](.*)$/is.exec(tail) ?? [];
  if (line === undefined) throw new NotSimulated(`an interactive cmd (cmd${tail})`);
  if (!/^(?:\s*\/(?:[dsqau]|v:(?:on|off)|e:on))*$/i.test(options)) throw new NotSimulated(`cmd${options}`);
  return readCmdLine(unquoted(line.trim(), /\/s/i.test(options)), deeper(reading), {
    delayed: /\/v:on/i.test(options),
  });
}

/** The first and the last quote go, unless they are around the name of one program. */
function unquoted(line: string, always: boolean): string {
  if (!line.startsWith('"')) return line;
  const quotes = line.split('"').length - 1;
  const isOneName =
    quotes === 2 &&
    line.endsWith('"') &&
    /\s/.test(line) &&
    !/[&<>()@^|]/.test(line) &&
    /\.(?:exe|com|cmd|bat|vbs)"$/i.test(line);
  if (isOneName && !always) return line;
  const last = line.lastIndexOf('"');
  return last === 0 ? line.slice(1) : line.slice(1, last) + line.slice(last + 1);
}

const valued = /^[-/](?:ex\w*|ep|version|v|outputformat|of?|inputformat|if|windowstyle|w|config\w*)$/i;
const plain = /^[-/](?:nop\w*|noni\w*|nol\w*|sta|mta)$/i;

/** `powershell [switches] -EncodedCommand BASE64 | -Command LINE | LINE`: Windows PowerShell. */
export function powershell(tail: string, reading: Reading): Action {
  const words = argumentsOf(tail);
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (/^[-/]e(?:c|nc\w*)?$/i.test(word)) return encoded(words[at + 1] ?? '', deeper(reading));
    if (/^[-/]c(?:o\w*)?$/i.test(word)) return script(words.slice(at + 1).join(' '), deeper(reading));
    if (valued.test(word)) at += 1;
    else if (/^[-/]/.test(word) && !plain.test(word)) throw new NotSimulated(`powershell ${word}`);
    else if (!plain.test(word)) return script(words.slice(at).join(' '), deeper(reading));
  }
  throw new NotSimulated('an interactive PowerShell');
}

function encoded(base64: string, reading: Reading): Action {
  const text = Buffer.from(base64, 'base64').toString('utf16le');
  if (reading.facts.isLoader(text)) {
    return {
      input: 'bridge',
      run: async ({ machine }, io) => {
        io.out(await machine.programs.bridge(io.stdin.toString('latin1')));
        return 0;
      },
    };
  }
  return copyScript(text) ?? readScript(text, reading, 'encoded');
}

function script(text: string, reading: Reading): Action {
  if (text.trim() === '-') throw new NotSimulated('a PowerShell script on standard input');
  return readScript(text, reading);
}

function deeper(reading: Reading): Reading {
  const next = inner(reading);
  if (next === null) throw new NotSimulated('shells nested that deep');
  return next;
}
