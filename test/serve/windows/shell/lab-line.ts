import { machinePrograms, shellFacts } from '../../../../src/serve/windows/machine';
import { type PowerShellEngine } from '../../../../src/serve/windows/shell/engine/port';
import { servedMachine } from '../../../../src/serve/windows/served-machine';
import { runCommandLine, type CommandOutcome } from '../../../../src/serve/windows/shell/machine-shell';
import { type ServedMachine } from '../../../../src/serve/windows/machine';
import { type TestLaboratory } from '../../../lab/estate/laboratories';

/** A machine of a real laboratory whose shell is typed at without a network between. */
export class LabShell {
  readonly machine: ServedMachine;

  constructor(laboratory: TestLaboratory, name: string, engine?: PowerShellEngine) {
    this.machine = servedMachine(laboratory, name, engine);
  }

  async run(user: string, line: string, stdin = '', signal?: AbortSignal): Promise<CommandOutcome> {
    const found = this.machine.findAccount(user);
    if (found === null) throw new Error(`there is no account ${user}`);
    const { account } = found;
    return await runCommandLine(
      { line, stdin: Buffer.from(stdin), ...(signal === undefined ? {} : { signal }) },
      shellFacts(this.machine, account),
      machinePrograms(this.machine, account),
    );
  }
}
