import { serveMachine } from '../../src/serve/kms-host/serve-child';

/** Serves KMS01 of a data directory until it is killed; a line on standard output when it can be reached. */
const [home = '', machine = 'KMS01'] = process.argv.slice(2);
void serve();

function serve(): Promise<void> {
  return serveMachine(
    machine,
    { home, listen: '127.0.0.1', advertise: [], metricsPort: null, logLevel: 'error' },
    {
      announce: (name, { port }) => process.stdout.write(`${name} ${port}\n`),
      err: (line) => process.stderr.write(line),
      now: Date.now,
      interrupted: new Promise((resolve) => process.once('SIGTERM', () => resolve())),
      orphaned: new Promise(() => undefined),
    },
  )
    .then(() => undefined)
    .catch((error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    });
}
