import { Buffer } from 'node:buffer';
import { accountName, accountOn, roleOn, type Actor } from '../../lab/estate/authorization';
import type { Laboratory } from '../../lab/estate/laboratory';
import { findMachine } from '../../lab/estate/machines';
import { requireMachine } from '../../lab/estate/names';
import type { StoredMachine } from '../../lab/estate/store-port';
import { filtersLocalAccounts, tokenFilterValue } from '../../lab/model/reachable';
import { hresult } from '../../licensing/hresult';
import { LicensingError, type LicensingProvider } from '../../licensing/provider';
import { simulatedProvider } from '../../providers/simulated/provider';
import { renderText } from '../../render/text';
import { scriptOf, unsourcedOption, type ScriptGeneration } from '../../render/text/script-generation';
import { ntHash } from '../../transports/winrm/ntlm/keys';
import { parseCommandLine, type Target } from '../../verbs/grammar';
import { banner } from '../../verbs/script-host';
import { endingOf, runCommandLine, type CommandResult } from '../../verbs/run';
import type { ServedAccount, ServedMachine } from './machine';
import { machineSystem } from './machine-system';
import { type MachinePrograms } from './shell/process';
import { defaultShell } from './shell/default-shell';
import { machineText, MachineFiles } from './shell/file-system';
import { type PowerShellEngine } from './shell/engine/port';

/** "The RPC server is unavailable": what Windows says of a name that is no machine. */
const unreachable = hresult(0x800706ba);

/**
 * A machine of the laboratory as its servers reach it. It knows the few files that were copied to it and no other:
 * nothing here opens a file of this computer.
 */
export function servedMachine(
  laboratory: Laboratory,
  name: string,
  engine?: PowerShellEngine,
): ServedMachine {
  const { store } = laboratory;
  const state = store.read((reader) => requireMachine(reader, name).state);
  const script = scriptOf(state.version);
  const files = new MachineFiles();
  const providerFor = (actor: Actor, machine: string): Promise<LicensingProvider> =>
    simulatedProvider(laboratory, machine, {
      // What came by the network is read as this machine has it, whichever machine is acted on: so does Windows.
      readFile: (path) => machineText(files, path),
      actor,
      onClose: () => undefined,
    });
  const connect = (target: Target, account: ServedAccount): Promise<LicensingProvider> => {
    if (target.kind === 'local') return providerFor(here(account), state.name);
    const other = store.read((reader) => findMachine(reader, target.machine));
    if (other === null) throw new LicensingError(unreachable, `${target.machine} is no machine of the lab.`);
    const isHere = target.account === null && other.state.name === state.name;
    return providerFor(isHere ? here(account) : actorOf(target, account), other.state.name);
  };
  return {
    name: state.name,
    domain: state.domain ?? '',
    findAccount: (user) => {
      const account = store.read((reader) => accountOn(reader, accountName(user), state.name));
      return account === null
        ? null
        : {
            account: { user: account.user, passwordHash: account.passwordHash },
            ntHash: Buffer.from(account.passwordHash, 'hex'),
          };
    },
    roleOf: (account) => store.read((reader) => roleOn(reader, account, state.name)),
    provider: (account) => providerFor(here(account), state.name),
    slmgr: (args, account) => {
      const text = unsourcedOption(script, args);
      if (text !== null) return Promise.resolve({ text, exitCode: 1 });
      return runSlmgr(args, (target) => connect(target, account), script);
    },
    banner: banner(script.host, script.hostCopyright),
    system: (account) => machineSystem(laboratory, state.name, here(account)),
    ...(engine === undefined ? {} : { engine }),
    defaultShell: () => defaultShell(store.read((reader) => requireMachine(reader, state.name).state)),
    files,
    start: () => store.read((reader) => startOf(findMachine(reader, state.name))),
    filtersTokens: ({ user }) => {
      const now = store.read((reader) => requireMachine(reader, state.name).state);
      return !now.elevated || (tokenFilterValue(now) === 0 && filtersLocalAccounts(now, user));
    },
  };
}

/** Licensing and slmgr of a machine for the estate's own administrator, who has signed in nowhere. */
export function ownPrograms(
  laboratory: Laboratory,
  name: string,
  files: MachineFiles,
): Pick<MachinePrograms, 'slmgr' | 'licensing' | 'banner'> {
  const { store } = laboratory;
  const script = scriptOf(store.read((reader) => requireMachine(reader, name).state.version));
  const open = (machine: string, actor: Actor | null): Promise<LicensingProvider> =>
    simulatedProvider(laboratory, machine, {
      readFile: (path) => machineText(files, path),
      ...(actor === null ? {} : { actor }),
      onClose: () => undefined,
    });
  const connect = (target: Target): Promise<LicensingProvider> => {
    if (target.kind === 'local') return open(name, null);
    const other = store.read((reader) => findMachine(reader, target.machine));
    if (other === null) throw new LicensingError(unreachable, `${target.machine} is no machine of the lab.`);
    const { account } = target;
    return open(other.state.name, account === null ? null : actorOf(target, { user: '', passwordHash: '' }));
  };
  return {
    licensing: () => open(name, null),
    slmgr: (args) => {
      const text = unsourcedOption(script, args);
      return text === null ? runSlmgr(args, connect, script) : Promise.resolve({ text, exitCode: 1 });
    },
    banner: banner(script.host, script.hostCopyright),
  };
}

function startOf(machine: StoredMachine | null): string | null {
  return machine?.state.running === true ? `${machine.id}.${machine.state.starts ?? 0}` : null;
}

function here(account: ServedAccount): Actor {
  return { ...account, isFiltered: false };
}

/** Who acts on the other machine of a line: the user whom the line names, else who has signed in here. */
function actorOf(target: Extract<Target, { kind: 'remote' }>, account: ServedAccount): Actor {
  if (target.account === null) return { ...account, isFiltered: true };
  const { user, password } = target.account;
  return { user: accountName(user), passwordHash: ntHash(password).toString('hex'), isFiltered: true };
}

async function runSlmgr(
  args: readonly string[],
  open: (target: Target) => Promise<LicensingProvider>,
  script: ScriptGeneration,
): Promise<{ readonly text: string; readonly exitCode: number }> {
  const results: CommandResult[] = [];
  const opened: LicensingProvider[] = [];
  const connect = async (target: Target): Promise<LicensingProvider> => {
    const provider = await open(target);
    opened.push(provider);
    return provider;
  };
  for await (const result of runCommandLine(parseCommandLine(args), connect)) results.push(result);
  await Promise.all(opened.map((provider) => provider.close()));
  return { text: renderText(results, undefined, script), exitCode: endingOf(results).scriptExitCode };
}
