import { Buffer } from 'node:buffer';
import { TransportError } from '../../../transports/transport-error';
import { type WsmanClient } from '../../../transports/winrm/wsman/client';
import { runInShell } from '../../../transports/winrm/wsman/shell';
import { AnswerError, parseAnswer } from '../bridge/answer-schema';
import { findPrinted, loaderCommand, loaderInput } from '../bridge/envelope';
import { type BridgeAnswer, type BridgeRequest } from '../bridge/protocol';
import { type ScriptRunner } from '../script-runner';

/** Largest answer of the script that is read. */
const maxAnswerBytes = 50 * 1024 * 1024;

/** The SSH transport's script in the remote shell of WinRM: for what WS-Management itself does not carry. */
export function winrsRunner(client: WsmanClient, expired: () => boolean): ScriptRunner {
  return {
    async run(request: BridgeRequest): Promise<BridgeAnswer> {
      const result = await runInShell(client, {
        commandLine: loaderCommand(),
        stdin: Buffer.from(loaderInput(request), 'ascii'),
        maxOutputBytes: maxAnswerBytes,
        expired,
      });
      const printed = findPrinted(result.stdout.toString('latin1'));
      switch (printed?.kind) {
        case 'answer':
          return checked(printed.text);
        case 'failure':
          throw unusable('script', `the script failed on the target: ${printed.message}`);
        case 'language-mode':
          throw unusable(
            'constrained',
            `PowerShell on the target runs in ${printed.mode}, which forbids the script`,
          );
        case undefined:
          throw unusable('garbage', `the script printed no answer (exit code ${result.exitCode})`);
      }
    },
    close: () => Promise.resolve(),
  };
}

function checked(text: string): BridgeAnswer {
  try {
    return parseAnswer(text);
  } catch (error) {
    throw error instanceof AnswerError ? unusable('garbage', error.message, error) : error;
  }
}

function unusable(
  cause: 'script' | 'constrained' | 'garbage',
  message: string,
  error?: unknown,
): TransportError {
  return new TransportError(
    { step: cause === 'garbage' ? 'answer' : 'command', cause, message, advice: [] },
    { cause: error },
  );
}
