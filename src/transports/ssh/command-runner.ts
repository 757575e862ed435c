import { type AnswerMark, type CommandOutcome, type CommandRunner, maxAnswerBytes } from '../command-runner';
import { isTransportError } from '../transport-error';
import { readableStderr } from './clixml';
import { connectSsh, type SshConnection } from './connect';
import { type SshConnectOptions } from './settings';
import { runCommand } from './exec';

/**
 * Commands on a machine over one SSH connection, which is made at the first call and again after it was lost. One
 * command at a time, as a licensing verb needs it.
 */
export class SshCommandRunner implements CommandRunner {
  readonly #options: SshConnectOptions;
  #connection: Promise<SshConnection> | null = null;

  constructor(options: SshConnectOptions) {
    this.#options = options;
  }

  /** Connects without running anything; a failure is a `TransportError`. */
  async connect(): Promise<SshConnection> {
    this.#connection ??= this.#open();
    return this.#connection;
  }

  async run(line: string, stdin: string, answer: AnswerMark): Promise<CommandOutcome> {
    const connection = await this.connect();
    const debug = this.#options.ports.debug;
    try {
      const outcome = await runCommand(connection, {
        line,
        stdin,
        timeout: this.#options.timeouts.command,
        left: this.#options.timeouts.deadline?.left,
        maxOutput: maxAnswerBytes,
        mark: answer,
      });
      if (outcome.stderr !== '') debug?.(`standard error: ${readableStderr(outcome.stderr)}`);
      return outcome;
    } catch (error) {
      if (isTransportError(error)) this.#drop(connection);
      throw error;
    }
  }

  async close(): Promise<void> {
    const connection = await this.#connection?.catch(() => null);
    this.#connection = null;
    connection?.close();
  }

  async #open(): Promise<SshConnection> {
    try {
      const connection = await connectSsh(this.#options);
      connection.client.once('close', () => {
        this.#connection = null;
      });
      return connection;
    } catch (error) {
      this.#connection = null;
      throw error;
    }
  }

  #drop(connection: SshConnection): void {
    this.#connection = null;
    connection.close();
  }
}
