import { machinePrograms, shellFacts } from '../../../../src/serve/windows/machine';
import { servedMachine } from '../../../../src/serve/windows/served-machine';
import { runCommandLine, type CommandOutcome } from '../../../../src/serve/windows/shell/machine-shell';
import { type ServedMachine } from '../../../../src/serve/windows/machine';
import { type TestLaboratory } from '../../../lab/estate/laboratories';

/** A machine of a real laboratory whose shell is typed at without a network between. */
export class LabShell {
  readonly machine: ServedMachine;

  constructor(laboratory: TestLaboratory, name: string) {
    this.machine = servedMachine(laboratory, name);
  }

  async run(user: string, line: string, stdin = ''): Promise<CommandOutcome> {
    const found = this.machine.findAccount(user);
    if (found === null) throw new Error(`there is no account ${user}`);
    const { account } = found;
    return await runCommandLine(
      { line, stdin: Buffer.from(stdin) },
      shellFacts(this.machine, account),
      machinePrograms(this.machine, account),
    );
  }
}
