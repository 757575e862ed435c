import { bundles } from './bundles';
import { internalError } from './internal-error';
import { program } from './main';
import { processConsole } from './process-console';

const argv = process.argv.slice(2);
const console = processConsole();

/** The last line of defence: what nobody caught, in a listener or a promise, ends the program with one line. */
function defect(error: unknown): void {
  console.err(internalError(error, argv.includes('--debug')));
  // eslint-disable-next-line n/no-process-exit -- whatever still runs is not to be trusted
  void console.unwritten().then(() => process.exit(70));
}

process.on('uncaughtException', defect);
program(argv, { console, parts: bundles }).then((status) => {
  process.exitCode = status;
}, defect);
