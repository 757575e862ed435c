import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readCases } from '../../conformance/case-file';
import { runCases } from '../../conformance/compare';
import { powershellExecutor } from '../../conformance/powershell-executor';
import { findPwsh } from './powershell/pwsh';

const folder = join(__dirname, '..', '..', '..', '..', 'shared', 'conformance', 'cases');
const possible = existsSync(folder) && findPwsh() !== null;
const testWithPowerShell = possible ? test : test.skip;
const note = possible ? '' : ' (skipped: no pwsh on the PATH or in SLMGR_TEST_PWSH, or no corpus)';

describe('the real script in a real PowerShell', () => {
  testWithPowerShell(
    `every case of the corpus prints and calls the same${note}`,
    async () => {
      const executor = powershellExecutor();
      if (executor === null) throw new Error('PowerShell was there a moment ago');
      try {
        const reports: string[] = [];
        await runCases(readCases(folder), executor.execute, (text) => reports.push(text));
        expect(reports).toEqual([]);
      } finally {
        await executor.close();
      }
    },
    300_000,
  );
});
