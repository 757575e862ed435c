import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readCases } from '../test/conformance/case-file';
import { runCases } from '../test/conformance/compare';
import { executeInProcess, type OpenExecutor } from '../test/conformance/executor';
import { powershellExecutor } from '../test/conformance/powershell-executor';
import { remoteExecutor } from '../test/conformance/remote-executor';

const defaultFolder = join(__dirname, '..', '..', 'shared', 'conformance', 'cases');

/** The ways to run a case, by the name behind --via; each is opened when it is asked for. */
const ways: Readonly<Record<string, () => Promise<OpenExecutor | null>>> = {
  double: () => Promise.resolve({ execute: executeInProcess, close: () => Promise.resolve() }),
  ssh: () => remoteExecutor('ssh'),
  winrm: () => remoteExecutor('winrm'),
  powershell: () => Promise.resolve(powershellExecutor()),
};

/**
 * Runs every case file of a folder and prints each failing case's name with a diff, then `N passed, N failed`.
 * Returns the status: 0 where all passed, 1 where one failed or there were none, 2 for wrong words or
 * where PowerShell is missing.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: { via: { type: 'string', default: 'double' } },
    allowPositionals: true,
  });
  const [folder = defaultFolder] = positionals;
  const open = ways[values.via];
  if (open === undefined) {
    console.error(`--via takes ${Object.keys(ways).join(', ')}.`);
    return 2;
  }
  if (!existsSync(folder)) {
    console.error(`There is no folder ${folder}; name the folder of the case files.`);
    return 2;
  }
  const executor = await open();
  if (executor === null) {
    console.error('There is no pwsh on the PATH, and SLMGR_TEST_PWSH names none.');
    return 2;
  }
  try {
    const { passed, failed } = await runCases(readCases(folder), executor.execute, console.log);
    console.log(`${passed} passed, ${failed} failed`);
    return failed === 0 && passed > 0 ? 0 : 1;
  } finally {
    await executor.close();
  }
}

if (require.main === module) {
  void main(process.argv.slice(2)).then((status) => {
    process.exitCode = status;
  });
}
