import { bundles } from './bundles';
import { main } from './main';
import { processConsole } from './process-console';

main(process.argv.slice(2), { console: processConsole(), parts: bundles }).then(
  (status) => {
    process.exitCode = status;
  },
  (error: unknown) => {
    process.stderr.write(
      `slmgr: internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
    );
    process.exitCode = 70;
  },
);
