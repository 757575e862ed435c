import { decodeText } from '../../../../transports/decode-text';
import { banner, isCopyOfSlmgr, namesSlmgr, readScriptHostWords } from '../../../../verbs/script-host';
import { fullName } from '../file-system';
import { NotSimulated } from '../not-simulated';
import { type Action, type Command, type Io, type Process } from '../process';
import { argumentsOf } from './arguments';

/** `cscript` (with its banner) and `wscript` (without one): slmgr.vbs and copies of it. */
export function scriptHost(hasBanner: boolean): Command {
  return (tail) => {
    const call = readScriptHostWords(argumentsOf(tail), null);
    return {
      run: async (process, io) => {
        if (call.unknownOption !== null) {
          io.out(`Input Error: Unknown option "${call.unknownOption}" specified.\r\n`);
          return 1;
        }
        if (hasBanner && call.banner) io.out(windowsLines(process.machine.programs.banner ?? banner()));
        if (call.script === null) {
          io.out('Usage: CScript scriptname.extension [option...] [arguments...]\r\n\r\n');
          return 0;
        }
        const problem = scriptProblem(process, call.script);
        if (problem === null) return await runSlmgr(process, io, call.args);
        io.out(problem);
        return 1;
      },
    };
  };
}

/** `slmgr WORDS` and `slmgr.vbs WORDS`; `slmgr agent --stdio` is the agent of another slmgr. */
export function slmgr(tail: string): Action {
  const args = argumentsOf(tail);
  const [first = '', second = ''] = args.map((word) => word.toLowerCase());
  if (first === 'agent' && second === '--stdio') {
    return {
      input: 'agent',
      run: () => {
        throw new NotSimulated('the agent behind other commands: it needs a connection of its own');
      },
    };
  }
  return { run: (process, io) => runSlmgr(process, io, readScriptHostWords(args, 'slmgr.vbs').args) };
}

/** A copy of slmgr.vbs that is started by its own name; null for a file that is none. */
export function startedScript(process: Process, path: string, tail: string): Action | null {
  if (!/\.vbs$/i.test(path) || scriptProblem(process, path) !== null) return null;
  return slmgr(tail);
}

async function runSlmgr({ machine }: Process, io: Io, args: readonly string[]): Promise<number> {
  const { text, exitCode } = await machine.programs.slmgr(args);
  io.out(windowsLines(text));
  return exitCode;
}

function scriptProblem({ machine, folder }: Process, script: string): string | null {
  const path = fullName(script, folder);
  const bytes = path === null ? null : machine.programs.files.read(path);
  if (bytes !== null) {
    return isCopyOfSlmgr(decodeText(bytes))
      ? null
      : `slmgr: the script host of a simulated machine runs slmgr.vbs and copies of it; "${script}" is another script.\r\n`;
  }
  return namesSlmgr(script) ? null : `Input Error: Can not find script file "${script}".\r\n`;
}

function windowsLines(text: string): string {
  return text.replace(/\r?\n/g, '\r\n');
}
