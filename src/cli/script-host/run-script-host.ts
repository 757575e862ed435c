import type { Console } from '../console';
import { splitOptions } from '../argv/split-options';
import type { Surroundings } from '../parts';
import { runVerbLine } from '../verb-line';
import { banner, namesSlmgr, readScriptHostWords } from './arguments';

/**
 * Plays Windows' script host on a lab machine: the words are the machine, `host` (cscript was started) or `script`
 * (slmgr itself was), and what the program gave. Output has CRLF, standard error stays empty.
 */
export async function runScriptHost(words: readonly string[], around: Surroundings): Promise<number> {
  const { console, parts } = around;
  const [machine = '', kind, ...given] = words;
  const call = readScriptHostWords(given, kind === 'script' ? 'slmgr.vbs' : null);
  const { words: args, rest, options, problem } = splitOptions(call.args);
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
  if (call.banner && options.json !== true) host.out(banner);
  if (call.script === null) {
    host.out('Usage: CScript scriptname.extension [option...] [arguments...]\n\n');
    return 0;
  }
  if (!namesSlmgr(call.script)) {
    host.out(`Input Error: Can not find script file "${call.script}".\n`);
    return 1;
  }
  if (problem !== null) {
    host.out(`${problem}\n`);
    return 1;
  }
  return runVerbLine({ words: [...args, ...(rest ?? [])], options, self: machine }, { console: host, parts });
}
