import { type Io } from '../process';
import { type Cmdlet } from './cmdlet';
import { Failure, failure } from './failure';
import { type Value } from './values';

/** The errors of one call of a cmdlet: told, kept quiet, or an end of the script, as `-ErrorAction` says. */
export class CmdletErrors {
  count = 0;
  readonly #action: string;
  readonly #io: Io;

  constructor(action: string, io: Io) {
    this.#action = action.toLowerCase();
    this.#io = io;
  }

  /** Tells of an error that does not end the script unless it is told to. */
  fail(message: string): readonly Value[] {
    const exception = 'Microsoft.PowerShell.Commands.WriteErrorException';
    return this.#told(new Failure({ ...failure(message).record, exception }));
  }

  /** Runs a cmdlet; what it made before an error of its own is lost. */
  async of(
    { isSelfContained }: Cmdlet,
    work: () => readonly Value[] | Promise<readonly Value[]>,
  ): Promise<readonly Value[]> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Failure) || error.endsScript || isSelfContained !== true) throw error;
      return this.#told(error);
    }
  }

  #told({ record }: Failure): readonly Value[] {
    if (this.#action === 'stop') throw new Failure(record, true);
    this.count += 1;
    const isQuiet = this.#action === 'silentlycontinue' || this.#action === 'ignore';
    if (!isQuiet) this.#io.err(`${record.message}\r\n`);
    return [];
  }
}
