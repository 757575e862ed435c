import { Buffer } from 'node:buffer';
import { randomBytes, randomUUID, X509Certificate } from 'node:crypto';
import { type Server } from 'node:http';
import { ConnectionGate, type GateLimits } from '../../transports/connection-gate';
import { channelBindings } from '../../transports/winrm/ntlm/keys';
import { createWinrmServer } from '../../transports/winrm/server/server';
import { filetime, machinePrograms, shellFacts, type ServedAccount, type ServedMachine } from './machine';
import { runCommandLine } from './shell/machine-shell';
import { type TlsCertificate } from './tls-certificate';
import { WorkQuota } from './work-quota';
import { WsmanService } from './wsman/service';

const maxRequestBytes = 2 * 1024 * 1024;
/** Longest time that a Receive waits for output before it answers "nothing yet". */
const receiveMilliseconds = 15_000;

/** The WinRM listener of a simulated machine: HTTP, or HTTPS with its certificate. */
export function createWinrmTarget(
  machine: ServedMachine,
  tls: TlsCertificate | null,
  quota = new WorkQuota(),
  limits: Partial<GateLimits> = {},
): Server {
  const services = new Services(machine, quota);
  return createWinrmServer<ServedAccount>({
    accounts: { find: (user) => machine.findAccount(user) },
    gate: new ConnectionGate(limits),
    nameOf: ({ user }) => user.toLowerCase(),
    start: () => machine.start(),
    handle: async (envelope, account) => await services.of(account).handle(envelope),
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
}

interface Opened {
  readonly passwordHash: string;
  /** The start of the machine since which it runs. */
  readonly start: string | null;
  readonly service: WsmanService;
}

/** The services of a machine, one for each account: shells belong to whoever has opened them. */
class Services {
  readonly #machine: ServedMachine;
  readonly #quota: WorkQuota;
  readonly #services = new Map<string, Opened>();

  constructor(machine: ServedMachine, quota: WorkQuota) {
    this.#machine = machine;
    this.#quota = quota;
  }

  of(account: ServedAccount): WsmanService {
    const name = account.user.toLowerCase();
    const before = this.#services.get(name);
    const start = this.#machine.start();
    if (before?.passwordHash === account.passwordHash && before.start === start) return before.service;
    const service = serviceFor(this.#machine, account, this.#quota);
    // Who has lost every right is told so, and ends nothing of the account that is there now.
    if (this.#machine.roleOf(account) === null) return service;
    // Nothing is left of what was opened with an older password, or before the machine started anew.
    before?.service.close();
    this.#services.set(name, { passwordHash: account.passwordHash, start, service });
    return service;
  }
}

function serviceFor(machine: ServedMachine, account: ServedAccount, quota: WorkQuota): WsmanService {
  return new WsmanService({
    machine: machine.name,
    provider: () => machine.provider(account),
    system: machine.system(account),
    run: async (command) => {
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
    begin: () => quota.begin(`${machine.name}\\${account.user}`.toLowerCase()),
    newGuid: randomUUID,
    receiveWait: () =>
      new Promise((done) => {
        setTimeout(done, receiveMilliseconds).unref();
      }),
  });
}

/** WinRM's default rights: administrators, with a token that is not filtered. */
function denial(machine: ServedMachine, account: ServedAccount): string | null {
  return machine.roleOf(account) !== 'administrator' || machine.filtersTokens(account)
    ? 'Access is denied. '
    : null;
}
