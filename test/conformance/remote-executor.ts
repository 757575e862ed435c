import { type LicensingProvider } from '../../src/licensing/provider';
import { createSshTarget } from '../../src/serve/windows/ssh';
import { generateHostKey } from '../../src/serve/windows/ssh/host-keys';
import { createWinrmTarget } from '../../src/serve/windows/winrm';
import { listen, type Listening } from '../../src/serve/windows/listen';
import { type VerbHint } from '../../src/providers/windows/expected-reads';
import { connectTarget } from '../../src/remote/connect-target';
import { connectOverWinrm } from '../../src/remote/connect-winrm';
import { type RemotePorts } from '../../src/remote/ports';
import { renderText } from '../../src/render/text';
import { parseCommandLine } from '../../src/verbs/grammar';
import { endingOf, runCommandLine, type CommandResult } from '../../src/verbs/run';
import { doublePassword, doubleUser, servedDouble } from '../fixtures/served-double';
import type { ConformanceCase } from './case-file';
import { makeDouble, type Double } from './double';
import type { Executor, OpenExecutor } from './executor';

/** Runs cases over real SSH or real WinRM to a simulated machine whose licensing is the case's double. */
export async function remoteExecutor(via: 'ssh' | 'winrm'): Promise<OpenExecutor> {
  let current: Double | null = null;
  const machine = servedDouble(() => {
    if (current === null) throw new Error('no case runs');
    return current.provider;
  });
  const server =
    via === 'ssh'
      ? createSshTarget(machine, [generateHostKey('ed25519', 'double').privateKey])
      : createWinrmTarget(machine, null);
  const listening = await listen(server, '127.0.0.1', 0);
  return {
    execute: async (one) => {
      current = makeDouble(one);
      return await runCase(one, current, () => connect(via, listening, one));
    },
    close: () => listening.close(),
  };
}

async function runCase(
  one: ConformanceCase,
  { calls, failAt }: Double,
  open: () => Promise<LicensingProvider>,
): Promise<Awaited<ReturnType<Executor>>> {
  const results: CommandResult[] = [];
  const opened: LicensingProvider[] = [];
  const reach = async (): Promise<LicensingProvider> => {
    failAt('Connect');
    const provider = await open();
    opened.push(provider);
    return provider;
  };
  for await (const result of runCommandLine(parseCommandLine(one.argv), reach)) results.push(result);
  await Promise.all(opened.map((provider) => provider.close()));
  return { stdout: renderText(results), exitCode: endingOf(results).scriptExitCode, calls };
}

function connect(
  via: 'ssh' | 'winrm',
  { address, port }: Listening,
  one: ConformanceCase,
): Promise<LicensingProvider> {
  const target = { machine: `${via}://${doubleUser}@${address}:${port}`, account: null };
  return connectTarget(
    target,
    { insecure: false, acceptNew: true, knownHosts: '/dev/null' },
    {
      ports: portsFor(one),
      winrm: connectOverWinrm,
      verb: verbOf(one),
    },
  );
}

/** What the command line tells of the verb that is going to run. */
function verbOf({ argv }: ConformanceCase): VerbHint | undefined {
  const line = parseCommandLine(argv);
  return line.kind === 'call' ? { name: line.verb.name, args: line.args } : undefined;
}

function portsFor(one: ConformanceCase): RemotePorts {
  return {
    env: { SLMGR_PASSWORD: doublePassword },
    platform: 'linux',
    home: '/nonexistent',
    localUser: doubleUser,
    now: () => Date.parse(`${one.now.replace(' ', 'T')}Z`),
    readFile: (path) =>
      Promise.resolve(
        /xrm-ms$/i.test(path) && one.failures['ReadFile'] === undefined ? one.machine.licenseFileText : null,
      ),
    readInput: () => Promise.resolve(''),
    readSecretFile: () => Promise.resolve(null),
    readTrustedFile: () => Promise.resolve(null),
    runCommand: () => Promise.reject(new Error('no command')),
    askSecret: () => Promise.resolve(null),
    askYesNo: () => Promise.resolve(true),
    readInputLine: () => Promise.resolve(null),
    answersOnPort: () => Promise.resolve(false),
    warn: () => undefined,
  };
}
