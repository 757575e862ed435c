import { readPowerShell } from '../powershell/run';
import { type Action, type Reading } from '../process';
import { runInEngine } from './run-in-engine';

/** How a script was given: `-EncodedCommand` writes errors as CLIXML. */
export type Given = 'command' | 'encoded';

/** One PowerShell that does nothing but start another: Ansible's way over SSH, twice. */
const startsAnother =
  /^\s*(?:chcp(?:\.com)?\s+65001\s*>\s*\$null\s*;\s*)?powershell(?:\.exe)?(?<tail>(?:\s+-(?:NoProfile|NonInteractive|NoLogo)|\s+-ExecutionPolicy\s+\w+)*\s+-EncodedCommand\s+[\w+/=]+)\s*;?\s*$/i;

/** A script of PowerShell: for the real one of this computer where there is one, else for the simulated one. */
export function readScript(script: string, reading: Reading, given: Given = 'command'): Action {
  if (reading.facts.hasEngine !== true) return readPowerShell(script, reading);
  const tail = startsAnother.exec(script)?.groups?.['tail'];
  const powershell = reading.commands.get('powershell');
  if (tail === undefined || powershell === undefined) return runInEngine(script, reading, given);
  return startedAtOnce(powershell(tail, reading));
}

/** A start costs a second: the inner script runs alone, and its status is what the outer one would have made of it. */
function startedAtOnce(inner: Action): Action {
  return {
    ...inner,
    run: async (process, io) => ((await inner.run(process, io)) === 0 ? 0 : 1),
  };
}
