import { parseAnswer } from '../../../src/providers/windows/bridge/answer-schema';
import type { Executor } from '../../conformance/executor';
import { executeOver } from './bridge-executor';
import { findPwsh, StandInHost } from './powershell/pwsh';

/**
 * Runs cases through the real script in a real PowerShell, with stand-ins for what Windows would answer (`npm run
 * conformance -- DIR --via powershell`). Null where there is no PowerShell: SLMGR_TEST_PWSH names one, or pwsh is on
 * the PATH.
 */
export function powerShellExecutor(): {
  readonly execute: Executor;
  readonly close: () => Promise<void>;
} | null {
  const pwsh = findPwsh();
  if (pwsh === null) return null;
  const host = new StandInHost(pwsh);
  const runner = {
    run: async (request: object) => parseAnswer(await host.ask(JSON.stringify(request))),
    close: () => Promise.resolve(),
  };
  return {
    execute: async (one) => {
      await host.play(one);
      const observed = await executeOver(one, () => runner);
      return { ...observed, calls: [...(await host.calls())] };
    },
    close: () => {
      host.close();
      return Promise.resolve();
    },
  };
}
