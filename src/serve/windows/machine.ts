import { Buffer } from 'node:buffer';
import { type Credential, type Role } from '../../lab/estate/authorization';
import { type LicensingProvider } from '../../licensing/provider';
import { AnswerError, parseRequest } from '../../providers/windows/bridge/answer-schema';
import { answerRequest } from '../../providers/windows/bridge/answer-request';
import { isLoader, printedAnswer, printedFailure, questionIn } from '../../providers/windows/bridge/envelope';
import { type BridgeHost } from '../../providers/windows/bridge/protocol';
import { type PowerShellEngine } from './shell/engine/port';
import { type DefaultShell } from './shell/default-shell';
import { fullName, type MachineFiles } from './shell/file-system';
import { type MachinePrograms, type ShellFacts } from './shell/process';
import { type MachineSystem } from './shell/system';

/** Who has signed in to a served machine. What that gives is looked up at every act. */
export type ServedAccount = Credential;

/** A simulated machine as its servers reach it. */
export interface ServedMachine {
  readonly name: string;
  /** DNS domain, "" for none. */
  readonly domain: string;
  /** Account and NT hash of a user, or null where there is none. */
  readonly findAccount: (user: string) => { readonly account: ServedAccount; readonly ntHash: Buffer } | null;
  /** What an account may do here now; null where it was removed since, or has another password. */
  readonly roleOf: (account: ServedAccount) => Role | null;
  /** Licensing with an account's rights; rejects with a LicensingError while the machine is stopped. */
  readonly provider: (account: ServedAccount) => Promise<LicensingProvider>;
  /** Runs slmgr's words on the machine. */
  readonly slmgr: (
    args: readonly string[],
    account: ServedAccount,
  ) => Promise<{ readonly text: string; readonly exitCode: number }>;
  /** What its script host prints in front of a script's own output, where that is not today's. */
  readonly banner?: string;
  /** Its service, registry and DNS, with an account's rights. */
  readonly system: (account: ServedAccount) => Omit<MachineSystem, 'readFile' | 'writeFile'>;
  /** A real PowerShell of this computer, where whoever serves has given one. */
  readonly engine?: PowerShellEngine;
  /** The shell of its SSH server. */
  readonly defaultShell: () => DefaultShell;
  /** Files that were copied to the machine while it is served. */
  readonly files: MachineFiles;
  /** Which of its starts the machine runs since: a connection lasts no longer. Null while it is stopped: nobody gets in. */
  readonly start: () => string | null;
  /**
   * True where an administrator's token is filtered over WinRM: `lab set NAME --elevated no`, and 0 as
   * LocalAccountTokenFilterPolicy of a workgroup machine (what sets WinRM up sets it to 1).
   */
  readonly filtersTokens: (account: ServedAccount) => boolean;
}

/** Facts that command lines on the machine may ask for. */
export function shellFacts(machine: ServedMachine, account: ServedAccount): ShellFacts {
  const hasEngine = machine.engine !== undefined;
  return { computerName: machine.name.toUpperCase(), user: account.user, isLoader, hasEngine };
}

/** What the machine can run for an account. */
export function machinePrograms(machine: ServedMachine, account: ServedAccount): MachinePrograms {
  return {
    slmgr: (args) => machine.slmgr(args, account),
    ...(machine.banner === undefined ? {} : { banner: machine.banner }),
    bridge: (stdin) => playScript(machine, account, stdin),
    licensing: () => machine.provider(account),
    ...(machine.engine === undefined ? {} : { engine: machine.engine }),
    files: machine.files,
    system: { ...machine.system(account), ...filesAsPrograms(machine.files) },
  };
}

/** The machine's disk as its programs read and write it. */
export function filesAsPrograms(files: MachineFiles): Pick<MachineSystem, 'readFile' | 'writeFile'> {
  return {
    readFile: (name, folder) => {
      const path = fullName(name, folder);
      return path === null ? null : files.read(path);
    },
    writeFile: (name, folder, bytes) => {
      const path = fullName(name, folder);
      return path !== null && files.write(path, bytes) === null;
    },
  };
}

/** What our licensing script says of the machine it runs on. */
export async function bridgeHost(
  machine: ServedMachine,
  account: ServedAccount,
  provider: LicensingProvider,
): Promise<BridgeHost> {
  return {
    computer: machine.name.toUpperCase(),
    user: `${machine.name.toUpperCase()}\\${account.user}`,
    elevated: machine.roleOf(account) === 'administrator',
    languageMode: 'FullLanguage',
    powerShell: '5.1 (simulated)',
    system: 'Microsoft Windows (simulated by slmgr)',
    now: await provider.now(),
  };
}

/** Plays the loader and the script: their standard input in, what they print out. */
async function playScript(machine: ServedMachine, account: ServedAccount, stdin: string): Promise<string> {
  const question = questionIn(stdin);
  if (question === null) return printedFailure('no request on standard input');
  const provider = await machine.provider(account);
  try {
    const host = await bridgeHost(machine, account, provider);
    return printedAnswer(await answerRequest(provider, parseRequest(question.text), host), question.ticket);
  } catch (error) {
    if (!(error instanceof AnswerError)) throw error;
    return printedFailure(error.message, question.ticket);
  } finally {
    await provider.close();
  }
}

/** Bytes of a FILETIME for an instant in epoch milliseconds. */
export function filetime(instant: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE((BigInt(Math.trunc(instant)) + 11_644_473_600_000n) * 10_000n);
  return bytes;
}
