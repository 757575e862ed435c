import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readCases } from './case-file';
import { runCases } from './compare';
import { executeInProcess } from './executor';

const folder = join(__dirname, '..', '..', '..', 'shared', 'conformance', 'cases');
const present = existsSync(folder);

/** The corpus lies beside the repository and not in it. */
const testWithCorpus = present ? test : test.skip;

describe('conformance with what Windows printed', () => {
  testWithCorpus(`every case of ${folder}${present ? '' : ' (absent: skipped)'}`, async () => {
    const reports: string[] = [];
    const summary = await runCases(readCases(folder), executeInProcess, (text) => reports.push(text));
    expect(reports).toEqual([]);
    expect(summary.failed).toBe(0);
    expect(summary.passed).toBeGreaterThanOrEqual(700);
  });
});
