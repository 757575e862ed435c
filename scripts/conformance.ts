import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readCases } from '../test/conformance/case-file';
import { runCases } from '../test/conformance/compare';
import { executeInProcess, type Executor } from '../test/conformance/executor';

const defaultFolder = join(__dirname, '..', '..', 'shared', 'conformance', 'cases');

/** The ways to run a case, by the name behind --via. */
const executors: Readonly<Record<string, Executor>> = { double: executeInProcess };

/**
 * Runs every case file of a folder and prints each failing case's name with a diff, then `N passed, N failed`.
 * Returns the status: 0 where all passed, 1 where one failed or there were none, 2 for wrong words.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: { via: { type: 'string', default: 'double' } },
    allowPositionals: true,
  });
  const [folder = defaultFolder] = positionals;
  const execute = executors[values.via];
  if (execute === undefined) {
    console.error(`--via takes ${Object.keys(executors).join(', ')}.`);
    return 2;
  }
  if (!existsSync(folder)) {
    console.error(`There is no folder ${folder}; name the folder of the case files.`);
    return 2;
  }
  const { passed, failed } = await runCases(readCases(folder), execute, console.log);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

if (require.main === module) {
  void main(process.argv.slice(2)).then((status) => {
    process.exitCode = status;
  });
}
