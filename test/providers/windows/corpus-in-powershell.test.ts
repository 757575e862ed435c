import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseAnswer } from '../../../src/providers/windows/bridge/answer-schema';
import type { ConformanceCase, Observed } from '../../conformance/case-file';
import { readCases } from '../../conformance/case-file';
import { runCases } from '../../conformance/compare';
import { executeOver } from './bridge-executor';
import { findPwsh, StandInHost } from './powershell/pwsh';

const folder = join(__dirname, '..', '..', '..', '..', 'shared', 'conformance', 'cases');
const pwsh = findPwsh();
const possible = existsSync(folder) && pwsh !== null;
const testWithPowerShell = possible ? test : test.skip;
const note = possible ? '' : ' (skipped: no pwsh on the PATH or in SLMGR_TEST_PWSH, or no corpus)';

describe('the real script in a real PowerShell', () => {
  testWithPowerShell(
    `every case of the corpus prints and calls the same${note}`,
    async () => {
      const host = new StandInHost(pwsh ?? '');
      try {
        const execute = async (one: ConformanceCase): Promise<Observed> => {
          await host.play(one);
          const runner = {
            run: async (request: object) => parseAnswer(await host.ask(JSON.stringify(request))),
            close: () => Promise.resolve(),
          };
          const observed = await executeOver(one, () => runner);
          // Local steps of the double (files of the caller) stay there; everything else was called in PowerShell.
          return { ...observed, calls: await host.calls() };
        };
        const reports: string[] = [];
        const cases = readCases(folder);
        await runCases(cases, execute, (text) => reports.push(text));
        expect(reports).toEqual([]);
      } finally {
        host.close();
      }
    },
    300_000,
  );
});
