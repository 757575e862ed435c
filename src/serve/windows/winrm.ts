import { Buffer } from 'node:buffer';
import { randomBytes, randomUUID, X509Certificate } from 'node:crypto';
import { type Server } from 'node:http';
import { type Socket } from 'node:net';
import { channelBindings } from '../../transports/winrm/ntlm/keys';
import { createWinrmServer } from '../../transports/winrm/server/server';
import { filetime, machinePrograms, shellFacts, type ServedAccount, type ServedMachine } from './machine';
import { runCommandLine } from './shell/run';
import { type TlsCertificate } from './tls-certificate';
import { WsmanService } from './wsman/service';

const maxRequestBytes = 2 * 1024 * 1024;
/** Longest time that a Receive waits for output before it answers "nothing yet". */
const receiveMilliseconds = 15_000;

/** The WinRM listener of a simulated machine: HTTP, or HTTPS with its certificate. */
export function createWinrmTarget(machine: ServedMachine, tls: TlsCertificate | null): Server {
  const services = new Map<string, WsmanService>();
  const server = createWinrmServer<ServedAccount>({
    accounts: { find: (user) => machine.findAccount(user) },
    handle: async (envelope, account) => {
      const service = services.get(account.user) ?? serviceFor(machine, account);
      services.set(account.user, service);
      return await service.handle(envelope);
    },
    acceptor: () => ({
      computer: machine.name.toUpperCase(),
      domain: machine.name.toUpperCase(),
      dnsComputer: machine.domain === '' ? machine.name : `${machine.name}.${machine.domain}`,
      dnsDomain: machine.domain,
      filetime: filetime(Date.now()),
      serverChallenge: randomBytes(8),
      channelBindings: tls === null ? null : channelBindings(new X509Certificate(tls.cert).raw, 'sha256'),
    }),
    tls,
    // Windows refuses it by default, and so does our client; a simulated machine on loopback serves other people's clients.
    allowBasicOverHttp: true,
    maxRequestBytes,
  });
  server.on('connection', (socket: Socket) => {
    if (!machine.isRunning()) socket.destroy();
  });
  return server;
}

function serviceFor(machine: ServedMachine, account: ServedAccount): WsmanService {
  return new WsmanService({
    machine: machine.name,
    provider: () => machine.provider(account),
    run: async ({ line, stdin }) => {
      const command = { line, stdin, shell: 'cmd' as const };
      const outcome = await runCommandLine(
        command,
        shellFacts(machine, account),
        machinePrograms(machine, account),
      );
      return {
        exitCode: outcome.exitCode,
        stdout: Buffer.from(outcome.stdout),
        stderr: Buffer.from(outcome.stderr),
      };
    },
    denied: () => denial(machine, account),
    newGuid: randomUUID,
    receiveWait: () =>
      new Promise((done) => {
        setTimeout(done, receiveMilliseconds).unref();
      }),
  });
}

/** WinRM's default rights: administrators, with a token that is not filtered. */
function denial(machine: ServedMachine, account: ServedAccount): string | null {
  return machine.roleOf(account) !== 'administrator' || machine.filtersTokens() ? 'Access is denied. ' : null;
}
