import { type CommandOutcome, type CommandRunner } from '../../../transports/command-runner';
import { harmlessExcerpt } from '../../../transports/harmless-text';
import { TransportError } from '../../../transports/transport-error';
import { type ScriptRunner } from '../script-runner';
import { AnswerError, parseAnswer } from './answer-schema';
import { readableErrors } from './clixml';
import { enclosing, findPrinted, loaderCommand, loaderInput, newTicket } from './envelope';
import { type BridgeAnswer } from './protocol';

/** Exit codes by which shells say that a program is not there: cmd, POSIX shells, PowerShell as default shell. */
const notFoundCodes: readonly number[] = [9009, 127];

function noPowerShell(): TransportError {
  return new TransportError({
    step: 'command',
    cause: 'no-shell',
    message: 'the machine has no powershell.exe that can be run',
    advice: [
      'Is it a Windows machine? For a Linux machine with slmgr, set "agent: true" in the targets file.',
    ],
  });
}

/** NTSTATUS errors, 0xC…: Windows ended the program before it ran. Servers give them signed or unsigned. */
function isStartFailure(exitCode: number): boolean {
  return exitCode >>> 28 === 0xc;
}

function notStarted(status: number): TransportError {
  return new TransportError({
    step: 'command',
    cause: 'no-shell',
    message: `PowerShell could not start on the machine (0x${status.toString(16).toUpperCase()})`,
    advice: [
      '0xC0000142 means that the desktop heap or a policy did not let it; the event log there says more.',
    ],
  });
}

function constrained(mode: string): TransportError {
  return new TransportError({
    step: 'rights',
    cause: 'constrained',
    message: `PowerShell runs in ${mode} on the machine, which forbids the script`,
    advice: [
      'WinRM needs no script for most verbs: try --transport winrm. Or let the application control policy allow it.',
    ],
  });
}

function scriptFailure(message: string): TransportError {
  return new TransportError({
    step: 'answer',
    cause: 'script',
    message: `the script failed on the machine: ${harmlessExcerpt(message, 400)}`,
  });
}

function killed(signal: string): TransportError {
  return new TransportError({
    step: 'command',
    cause: 'closed',
    message: `the program on the machine was ended (${harmlessExcerpt(signal, 20)}) before it answered`,
  });
}

function withoutAnswer({ stdout, stderr, exitCode, signal }: CommandOutcome): TransportError {
  if (signal !== null) return killed(signal);
  const said = harmlessExcerpt(`${stdout} ${readableErrors(stderr)}`, 300);
  if (exitCode !== null && notFoundCodes.includes(exitCode)) return noPowerShell();
  if (/powershell(\.exe)?.{0,40}(not recognized|not found)/i.test(said)) return noPowerShell();
  if (exitCode !== null && isStartFailure(exitCode)) return notStarted(exitCode >>> 0);
  const status = exitCode === null ? 'no exit status' : `exit status ${String(exitCode)}`;
  return new TransportError({
    step: 'answer',
    cause: 'garbage',
    message: `the machine gave no answer that can be read (${status})${said === '' ? '' : `: ${said}`}`,
    advice: ['Something else may stand in for PowerShell there: try the same command by hand, or --debug.'],
  });
}

/**
 * The script's answer to the request with this ticket in what a PowerShell left behind; a `TransportError` that says what
 * came instead of one.
 */
export function answerIn(outcome: CommandOutcome, ticket: string): BridgeAnswer {
  const printed = findPrinted(outcome.stdout, ticket);
  if (printed === null) throw withoutAnswer(outcome);
  switch (printed.kind) {
    case 'language-mode':
      throw constrained(harmlessExcerpt(printed.mode, 40));
    case 'failure':
      throw scriptFailure(printed.message);
    case 'answer':
      return parsed(printed.text);
  }
}

/** An answer's JSON as the schema has it; a `TransportError` that says what is wrong otherwise. */
export function parsed(text: string): BridgeAnswer {
  try {
    return parseAnswer(text);
  } catch (error) {
    if (!(error instanceof AnswerError)) throw error;
    const message = `the machine's answer is not what was asked for: ${error.message}`;
    throw new TransportError({ step: 'answer', cause: 'garbage', message }, { cause: error });
  }
}

/** The script over a PowerShell that a command runner can start: one command for each round trip. */
export function powerShellRunner(commands: CommandRunner, program?: string): ScriptRunner {
  return {
    run: async (request) => {
      const ticket = newTicket();
      const outcome = await commands.run(
        loaderCommand(program),
        loaderInput(request, ticket),
        enclosing(ticket),
      );
      return answerIn(outcome, ticket);
    },
    close: () => commands.close(),
  };
}
