import { MachineFiles } from '../../../../src/serve/windows/shell/file-system';
import {
  inputOf,
  runCommandLine,
  type CommandOutcome,
} from '../../../../src/serve/windows/shell/machine-shell';
import { type ShellFacts } from '../../../../src/serve/windows/shell/process';

import { noSystem } from '../../../fixtures/no-system';

export const facts: ShellFacts = {
  computerName: 'KMS01',
  user: 'Admin',
  isLoader: (script) => script === 'LOADER',
};

/** What a line left behind, and what it asked slmgr for. */
export type Ran = CommandOutcome & { readonly asked: readonly (readonly string[])[] };

/** A machine whose slmgr prints two lines; `/bogus` ends with 1 and `/no` with 0xC004F074. */
export class TestMachine {
  readonly files = new MachineFiles(() => 0);

  async run(line: string, stdin = ''): Promise<Ran> {
    const asked: (readonly string[])[] = [];
    const outcome = await runCommandLine({ line, stdin: Buffer.from(stdin) }, facts, {
      slmgr: (args) => {
        asked.push(args);
        const exitCode = args[0] === '/bogus' ? 1 : args[0] === '/no' ? 0xc004f074 : 0;
        return Promise.resolve({ text: 'Name: Windows(R)\nLicense Status: Licensed\n', exitCode });
      },
      bridge: (text) => {
        asked.push(['bridge']);
        return Promise.resolve(`bridge ${text}`);
      },
      licensing: () => Promise.reject(new Error('no licensing here')),
      files: this.files,
      system: noSystem,
    });
    return { ...outcome, asked };
  }
}

export const encode = (script: string): string => Buffer.from(script, 'utf16le').toString('base64');
export const input = (line: string): ReturnType<typeof inputOf> => inputOf(line, facts);
export const run = (line: string, stdin = ''): Promise<Ran> => new TestMachine().run(line, stdin);
export const text = 'Name: Windows(R)\r\nLicense Status: Licensed\r\n';
