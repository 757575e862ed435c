import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readCases } from '../test/conformance/case-file';
import { runCases } from '../test/conformance/compare';
import { executeInProcess } from '../test/conformance/executor';

const defaultFolder = join(__dirname, '..', '..', 'shared', 'conformance', 'cases');

/**
 * Runs every case file of a folder and prints each failing case's name with a diff, then `N passed, N failed`.
 * Returns the status: 0 where all passed, 1 where one failed or there were none.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const [folder = defaultFolder] = argv;
  if (!existsSync(folder)) {
    console.error(`There is no folder ${folder}; name the folder of the case files.`);
    return 1;
  }
  const cases = readCases(folder);
  const { passed, failed } = await runCases(cases, executeInProcess, console.log);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

if (require.main === module) {
  void main(process.argv.slice(2)).then((status) => {
    process.exitCode = status;
  });
}
