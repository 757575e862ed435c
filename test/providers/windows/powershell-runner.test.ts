import { powerShellRunner } from '../../../src/providers/windows/bridge/powershell-runner';
import { type BridgeRequest } from '../../../src/providers/windows/bridge/protocol';
import { type CommandOutcome } from '../../../src/transports/command-runner';
import { isTransportError, type TransportError } from '../../../src/transports/transport-error';

const request: BridgeRequest = { v: 1, steps: [] };

async function failureOf(outcome: Partial<CommandOutcome>): Promise<TransportError> {
  const whole = { stdout: '', stderr: '', exitCode: 0, signal: null, ...outcome };
  const runner = powerShellRunner({ run: () => Promise.resolve(whole), close: () => Promise.resolve() });
  const error: unknown = await runner.run(request).then(
    () => new Error('it answered'),
    (reason: unknown) => reason,
  );
  if (!isTransportError(error)) throw error as Error;
  return error;
}

describe('what a PowerShell without an answer left behind', () => {
  test.each([3221225794, -1073741502])('Windows did not let it start: status %d', async (exitCode) => {
    const failure = await failureOf({ exitCode });
    expect(failure).toMatchObject({ step: 'command', failure: 'no-shell' });
    expect(failure.message).toContain('0xC0000142');
  });

  test.each([
    [9009, ''],
    [127, ''],
    [1, "'powershell.exe' is not recognized as an internal or external command,"],
    [1, 'sh: powershell.exe: not found'],
  ])('there is none: status %d, %j', async (exitCode, stderr) => {
    expect(await failureOf({ exitCode, stderr })).toMatchObject({ step: 'command', failure: 'no-shell' });
  });

  test('status 0 or 1 and no mark is no answer; what was printed is shown, cut and harmless', async () => {
    const failure = await failureOf({ exitCode: 1, stdout: `\u001b]0;x\u0007${'y'.repeat(1000)}` });
    expect(failure).toMatchObject({ step: 'answer', failure: 'garbage' });
    expect(failure.message).toContain('exit status 1');
    expect(failure.message.length).toBeLessThan(500);
    expect(failure.message).not.toContain('\u001b');
  });

  test('a signal ended it', async () => {
    expect(await failureOf({ exitCode: null, signal: 'SIGKILL' })).toMatchObject({
      step: 'command',
      failure: 'closed',
    });
  });

  test('constrained language mode, and a script that failed', async () => {
    const constrained = await failureOf({ stdout: 'noise #slmgr-mode:ConstrainedLanguage#\r\n' });
    expect(constrained).toMatchObject({ step: 'rights', failure: 'constrained' });
    expect(constrained.advice.join(' ')).toContain('--transport winrm');
  });
});
