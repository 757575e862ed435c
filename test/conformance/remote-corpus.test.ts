import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readCases, type ConformanceCase } from './case-file';
import { runCases } from './compare';
import { remoteExecutor } from './remote-executor';

const folder = join(__dirname, '..', '..', '..', 'shared', 'conformance', 'cases');
const present = existsSync(folder);
const note = present ? '' : ` (skipped: there is no ${folder})`;
const testWithCorpus = present ? test : test.skip;

/** Verbs that WS-Management does not carry: over WinRM they run in the remote shell, so both ways run all of them. */
const directoryVerbs = /^[/-](?:ad-|ao-|del-ao|lil|ril|ltc|stc|fta|rilc|ilc|dti|atp)/i;

/** The two ways share the corpus between them, since each takes as long as all the other conformance tests together. */
function shareOf(via: 'ssh' | 'winrm', cases: readonly ConformanceCase[]): readonly ConformanceCase[] {
  const odd = via === 'ssh' ? 0 : 1;
  return cases.filter(
    ({ argv }, index) => index % 2 === odd || argv.some((word) => directoryVerbs.test(word)),
  );
}

describe(`the same text, calls and exit codes over a network${note}`, () => {
  testWithCorpus.each(['ssh', 'winrm'] as const)(
    'over real %s to a simulated machine (npm run conformance -- --via runs every case)',
    async (via) => {
      const executor = await remoteExecutor(via);
      try {
        const cases = shareOf(via, readCases(folder));
        const reports: string[] = [];
        const { passed } = await runCases(cases, executor.execute, (text) => reports.push(text));
        expect(reports).toEqual([]);
        expect(passed).toBeGreaterThan(360);
      } finally {
        await executor.close();
      }
    },
    240_000,
  );
});
