import { NotSimulated } from '../not-simulated';
import { type Action, type Reading } from '../process';
import { answerEngine } from './answers';

/** Scripts that wait for standard input; the others are not kept waiting for its end. */
const readsInput = /\$\{?(?:input\b|stdin)|Console\]::|OpenStandardInput|Read-Host/i;

/** A script for the PowerShell of this computer that the machine may use. */
export function runInEngine(script: string, reading: Reading, given: 'command' | 'encoded'): Action {
  const { depth } = reading;
  return {
    ...(readsInput.test(script) ? { input: 'text' as const } : {}),
    run: async (process, io) => {
      const { machine, env } = process;
      const { engine } = machine.programs;
      if (engine === undefined) throw new NotSimulated('a PowerShell of its own any more');
      const outcome = await engine.run({
        ...{
          script,
          isEncoded: given === 'encoded',
          stdin: io.stdin,
          computerName: machine.facts.computerName,
        },
        environment: env.entries(),
        answer: (request) => answerEngine(process, depth, request),
        signal: machine.signal,
        isNested: machine.isInEngine === true,
      });
      io.out(outcome.stdout);
      io.err(outcome.stderr);
      return outcome.exitCode;
    },
  };
}
