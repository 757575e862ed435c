import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { MachineFiles } from '../../src/serve/windows/shell/file-system';
import type { ServedAccount, ServedMachine } from '../../src/serve/windows/machine';
import { WsmanService } from '../../src/serve/windows/wsman/service';
import { snapshotProvider } from '../../src/providers/snapshot/provider';
import { readTrustedFile } from '../../src/transports/local/checked-file';
import { connectTarget } from '../../src/remote/connect-target';
import { connectOverWinrm } from '../../src/remote/connect-winrm';
import type { RemoteOptions } from '../../src/remote/plan';
import type { RemotePorts } from '../../src/remote/ports';
import { renderText } from '../../src/render/text';
import { ntHash } from '../../src/transports/winrm/ntlm/keys';
import type { WinrmServerOptions } from '../../src/transports/winrm/server/server';
import { parseCommandLine } from '../../src/verbs/grammar';
import { endingOf, runCommandLine, type CommandResult } from '../../src/verbs/run';
import type { LicensingProvider } from '../../src/licensing/provider';
import { plainSystem } from '../fixtures/no-system';

export const secret = 'Pässwörd-1';

/** One machine as a snapshot has it. */
const machine = {
  service: {
    Version: '10.0.20348.1',
    KeyManagementServiceMachine: 'kms.lab.example',
    RemainingWindowsReArmCount: 3,
  },
  products: [
    {
      ID: 'ef6cfc9f-8c5d-44ac-9aad-de6a2ea0ae03',
      ApplicationID: '55c92734-d682-4d71-983e-d6ec3f16059f',
      Name: 'Windows(R), ServerDatacenter edition',
      Description: 'Windows(R) Operating System, VOLUME_KMSCLIENT channel',
      PartialProductKey: '6VM33',
      LicenseIsAddon: false,
      LicenseStatus: 1,
      GracePeriodRemaining: 259_200,
    },
  ],
};

/** A provider that only reads. */
export function readOnlyProvider(): LicensingProvider {
  return snapshotProvider(JSON.stringify(machine), 'file', Date.UTC(2026, 0, 5));
}

/** A machine with one administrator, `admin`, whose password is {@link secret}. */
export function oneMachine(provider: () => LicensingProvider = readOnlyProvider): ServedMachine {
  const account: ServedAccount = { user: 'admin', passwordHash: '' };
  return {
    name: 'KMS01',
    domain: 'lab.example',
    findAccount: (user) => (user === 'admin' ? { account, ntHash: ntHash(secret) } : null),
    roleOf: () => 'administrator',
    provider: () => Promise.resolve(provider()),
    slmgr: () => Promise.resolve({ text: '', exitCode: 0 }),
    system: plainSystem,
    defaultShell: () => ({ kind: 'cmd' }),
    files: new MachineFiles(),
    start: () => 'first',
    filtersTokens: () => false,
  };
}

/** {@link plainService} behind plain HTTP, without signing in: what somebody else's endpoint hands envelopes to. */
export function plainHandler(): RequestListener {
  const service = plainService();
  return (incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      void service.handle(Buffer.concat(chunks).toString('utf8')).then(({ status, body }) => {
        outgoing.writeHead(status).end(body);
      });
    });
  };
}

/** How a listener over plain HTTP signs people in: NTLM alone, with a challenge that is always the same. */
export const ntlmListener: Omit<WinrmServerOptions<never>, 'accounts' | 'handle'> = {
  acceptor: () => ({
    ...{ computer: 'KMS01', domain: 'LAB', dnsComputer: 'kms01', dnsDomain: '' },
    ...{ filetime: Buffer.alloc(8), serverChallenge: Buffer.alloc(8, 7), channelBindings: null },
  }),
  tls: null,
  allowBasicOverHttp: false,
  maxRequestBytes: 1_000_000,
};

/** The WS-Management operations of a machine, without HTTP and without signing in. */
export function plainService(provider: () => LicensingProvider = readOnlyProvider): WsmanService {
  return new WsmanService({
    machine: 'KMS01',
    provider: () => Promise.resolve(provider()),
    run: () => Promise.reject(new Error('no shell')),
    denied: () => null,
    newGuid: randomUUID,
    receiveWait: () => new Promise((resolve) => setImmediate(resolve)),
  });
}

export interface Outcome {
  readonly stdout: string;
  readonly exitCode: number;
  readonly error: (Error & { readonly step?: string; readonly advice?: readonly string[] }) | null;
}

/** Runs slmgr's words against an address as the command line does, and keeps the last error of the way. */
export async function runRemotely(
  words: readonly string[],
  options: RemoteOptions = {},
  password = secret,
): Promise<Outcome> {
  const results: CommandResult[] = [];
  const opened: LicensingProvider[] = [];
  let error: Outcome['error'] = null;
  const ports = portsWith(password);
  const open = async (): Promise<LicensingProvider> => {
    try {
      const provider = await connectTarget({ machine: words[0] ?? '', account: null }, options, {
        ports,
        winrm: connectOverWinrm,
        failed: (failure) => {
          error = failure;
        },
      });
      opened.push(provider);
      return provider;
    } catch (cause) {
      error = cause as Error;
      throw cause;
    }
  };
  for await (const result of runCommandLine(parseCommandLine(words), open)) results.push(result);
  await Promise.all(opened.map((provider) => provider.close()));
  return { stdout: renderText(results), exitCode: endingOf(results).scriptExitCode, error };
}

function portsWith(password: string): RemotePorts {
  return {
    env: { SLMGR_PASSWORD: password },
    platform: 'linux',
    home: '/nonexistent',
    localUser: 'admin',
    now: Date.now,
    readFile: (path) => readFile(path, 'utf8').catch(() => null),
    readInput: () => Promise.resolve(''),
    readSecretFile: () => Promise.resolve(null),
    readTrustedFile,
    runCommand: () => Promise.reject(new Error('no command')),
    askSecret: () => Promise.resolve(null),
    askYesNo: () => Promise.resolve(null),
    readInputLine: () => Promise.resolve(null),
    answersOnPort: () => Promise.resolve(false),
    warn: () => undefined,
  };
}
