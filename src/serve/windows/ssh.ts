import { timingSafeEqual } from 'node:crypto';
import { type Server } from 'node:net';
import { serveAgent } from '../../remote/serve-agent';
import { ntHash } from '../../transports/winrm/ntlm/keys';
import { bridgeHost, machinePrograms, shellFacts, type ServedAccount, type ServedMachine } from './machine';
import { interpret } from './shell/interpret';
import { runCommandLine } from './shell/run';
import { createSshServer } from './ssh/server';

/** The SSH server of a simulated machine, as Windows' own with cmd.exe as default shell. */
export function createSshTarget(machine: ServedMachine, hostKeys: readonly string[]): Server {
  const facts = { computerName: machine.name, user: '', isLoader: shellFacts(machine, nobody).isLoader };
  const asks = (line: string, kind: 'agent' | 'bridge'): boolean =>
    interpret(line, 'cmd', facts).some((task) => task.kind === kind);
  return createSshServer<ServedAccount>({
    hostKeys,
    isRunning: () => machine.isRunning(),
    checkPassword: (user, password) => {
      const known = machine.findAccount(user.replace(/^.*\\/, ''));
      return known !== null && timingSafeEqual(known.ntHash, ntHash(password)) ? known.account : null;
    },
    mayAct: (account) => machine.roleOf(account) !== null,
    run: (command, account) =>
      runCommandLine(
        { ...command, shell: 'cmd' },
        shellFacts(machine, account),
        machinePrograms(machine, account),
      ),
    readsInput: (line) => asks(line, 'bridge'),
    isConversation: (line) => asks(line, 'agent'),
    converse: async (stream, account) => {
      const provider = await machine.provider(account);
      try {
        await serveAgent(provider, {
          input: stream,
          write: (line) => void stream.write(line),
          host: () => bridgeHost(machine, account, provider),
        });
      } finally {
        await provider.close();
      }
    },
  });
}

const nobody: ServedAccount = { user: '', passwordHash: '' };
