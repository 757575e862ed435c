import { parseAnswer } from '../../src/providers/windows/bridge/answer-schema';
import { executeOver } from '../providers/windows/bridge-executor';
import { findPwsh, StandInHost } from '../providers/windows/powershell/pwsh';
import type { OpenExecutor } from './executor';

/** Runs cases through the real script in a real PowerShell, with stand-ins for Windows; null where there is no PowerShell. */
export function powershellExecutor(): OpenExecutor | null {
  const program = findPwsh();
  if (program === null) return null;
  const host = new StandInHost(program);
  return {
    execute: async (one) => {
      await host.play(one);
      const observed = await executeOver(one, () => ({
        run: async (request) => parseAnswer(await host.ask(JSON.stringify(request))),
        close: () => Promise.resolve(),
      }));
      return { ...observed, calls: [...(await host.calls())] };
    },
    close: () => {
      host.close();
      return Promise.resolve();
    },
  };
}
