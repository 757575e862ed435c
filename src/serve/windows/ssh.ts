import { timingSafeEqual } from 'node:crypto';
import { type Server } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { serveAgent } from '../../remote/serve-agent';
import { ConnectionGate, type GateLimits } from '../../transports/connection-gate';
import { ntHash } from '../../transports/winrm/ntlm/keys';
import { bridgeHost, machinePrograms, shellFacts, type ServedAccount, type ServedMachine } from './machine';
import { inputOf, runCommandLine } from './shell/machine-shell';
import { homeFolder } from './shell/process';
import { meteredInput, writeTaken } from './ssh/conversation';
import { createSshServer } from './ssh/server';
import { WorkQuota } from './work-quota';

/** The SSH server of a simulated machine, as Windows' own. */
export function createSshTarget(
  machine: ServedMachine,
  hostKeys: readonly string[],
  quota = new WorkQuota(),
  limits: Partial<GateLimits> = {},
): Server {
  const facts = { ...shellFacts(machine, nobody), computerName: machine.name };
  return createSshServer<ServedAccount>({
    hostKeys,
    gate: new ConnectionGate(limits),
    start: () => machine.start(),
    checkPassword: (user, password) => {
      const known = machine.findAccount(user);
      return known !== null && timingSafeEqual(known.ntHash, ntHash(password)) ? known.account : null;
    },
    nameOf: ({ user }) => user.toLowerCase(),
    mayAct: (account) => machine.roleOf(account) !== null,
    disk: ({ user }) => ({ files: machine.files, home: homeFolder(user) }),
    begin: ({ user }) => quota.begin(`${machine.name}\\${user}`.toLowerCase()),
    run: (command, account) =>
      runCommandLine(
        { ...command, shell: machine.defaultShell() },
        shellFacts(machine, account),
        machinePrograms(machine, account),
      ),
    readsInput: (line) => ['text', 'bridge'].includes(inputOf(line, facts, machine.defaultShell()) ?? ''),
    isConversation: (line) => inputOf(line, facts, machine.defaultShell()) === 'agent',
    converse: async (stream, account, signal, work) => {
      const start = machine.start();
      const provider = await machine.provider(account);
      try {
        await serveAgent(provider, {
          input: meteredInput(stream, work),
          write: (line) => writeTaken(stream, line, signal, work),
          host: () => bridgeHost(machine, account, provider),
          between: async () => {
            // One client's requests leave the others their turn.
            await setImmediate();
            signal.throwIfAborted();
            if (start === null || machine.start() !== start) throw new Error('the machine runs no more');
          },
        });
      } finally {
        await provider.close();
      }
    },
  });
}

const nobody: ServedAccount = { user: '', passwordHash: '' };
