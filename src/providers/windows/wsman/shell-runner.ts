import { Buffer } from 'node:buffer';
import { type WsmanClient } from '../../../transports/winrm/wsman/client';
import { runInShell } from '../../../transports/winrm/wsman/shell';
import { loaderCommand, loaderInput, newTicket } from '../bridge/envelope';
import { answerIn } from '../bridge/powershell-runner';
import { type BridgeAnswer, type BridgeRequest } from '../bridge/protocol';
import { type ScriptRunner } from '../script-runner';

/** Largest answer of the script that is read. */
const maxAnswerBytes = 50 * 1024 * 1024;

/** The SSH transport's script in the remote shell of WinRM: for what WS-Management itself does not carry. */
export function winrsRunner(client: WsmanClient, expired: () => boolean): ScriptRunner {
  return {
    async run(request: BridgeRequest): Promise<BridgeAnswer> {
      const ticket = newTicket();
      const { stdout, stderr, exitCode } = await runInShell(client, {
        commandLine: loaderCommand(),
        stdin: Buffer.from(loaderInput(request, ticket), 'ascii'),
        maxOutputBytes: maxAnswerBytes,
        expired,
      });
      return answerIn(
        { stdout: stdout.toString('latin1'), stderr: stderr.toString('utf8'), exitCode, signal: null },
        ticket,
      );
    },
    close: () => Promise.resolve(),
  };
}
