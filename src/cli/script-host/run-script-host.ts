import type { Console } from '../console';
import { splitOptions } from '../argv/split-options';
import type { Surroundings } from '../parts';
import { runVerbLine } from '../verb-line';
import { banner, readScriptHostWords } from '../../verbs/script-host';
import { runSystemProgram } from './run-system-program';
import { scriptOf, unsourcedOption } from '../../render/text/script-generation';
import { scriptFile } from './script-file';
import { isSystemProgram } from './system-program-names';

/**
 * Plays Windows' script host on a lab machine: the words are the machine, `host` (cscript was started), `windowed`
 * (wscript was, which has no banner), `script` (slmgr itself was) or another program of Windows, and what it was given. Output has CRLF,
 * standard error stays empty.
 */
export async function runScriptHost(words: readonly string[], around: Surroundings): Promise<number> {
  const { console, parts } = around;
  const [machine = '', kind, ...given] = words;
  if (isSystemProgram(kind)) return runSystemProgram({ machine, program: kind, words: given }, around);
  const call = readScriptHostWords(given, kind === 'script' ? 'slmgr.vbs' : null);
  const { words: args, rest, options, problem } = splitOptions(call.args);
  const script = scriptOf(parts.lab().machineVersion(machine, around));
  const host: Console = {
    ...console,
    out: (text) => {
      console.out(text.replace(/\r?\n/g, '\r\n'));
    },
    err: () => undefined,
    progress: () => undefined,
    errIsTerminal: false,
    outIsTerminal: false,
  };
  if (call.unknownOption !== null) {
    host.out(`Input Error: Unknown option "${call.unknownOption}" specified.\n`);
    return 1;
  }
  if (hasBanner(kind, call.banner && options.json !== true))
    host.out(banner(script.host, script.hostCopyright));
  if (call.script === null) {
    host.out('Usage: CScript scriptname.extension [option...] [arguments...]\n\n');
    return 0;
  }
  const file = scriptFile(call.script);
  if (file !== 'slmgr') {
    host.out(scriptProblem(call.script, file));
    return 1;
  }
  const refusal = unsourcedOption(script, args) ?? lineOf(problem);
  if (refusal !== null) {
    host.out(refusal);
    return 1;
  }
  return runVerbLine(
    { words: [...args, ...(rest ?? [])], options, self: machine, script },
    { console: host, parts },
  );
}

function hasBanner(kind: string | undefined, isWanted: boolean): boolean {
  return isWanted && kind !== 'windowed';
}

function lineOf(problem: string | null): string | null {
  return problem === null ? null : `${problem}\n`;
}

function scriptProblem(script: string, file: 'other' | 'missing'): string {
  return file === 'missing'
    ? `Input Error: Can not find script file "${script}".\n`
    : `slmgr: the script host of a lab machine runs slmgr.vbs and copies of it; "${script}" is another script.\n`;
}
