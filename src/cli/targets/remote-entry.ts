import { nearestWords } from '../../licensing/nearest';
import type { LicensingProvider } from '../../licensing/provider';
import type { RemoteProvider } from '../../providers/windows/provider';
import { serveAgent } from '../../remote/serve-agent';
import { checkConnection, checkNear, type ConnectionReport } from '../../remote/check-connection';
import { connectLocal } from '../../remote/connect-local';
import { connectPlanned, type ConnectContext } from '../../remote/connect-target';
import { configuredPassword, passwordFinder } from '../../remote/credentials';
import { refuseOptionsOfOthers } from '../../remote/own-options';
import { type ConnectionPlan, planConnection, readTargets } from '../../remote/plan';
import type { RemotePorts } from '../../remote/ports';
import { isRemoteFailure, RemoteFailure } from '../../remote/remote-failure';
import { SshUserFiles } from '../../transports/ssh/user-files';
import { harmlessText } from '../../transports/harmless-text';
import { answersOnPort } from '../../transports/local/probe';
import {
  askSecret,
  askYesNo,
  person,
  readInputLine,
  runUserCommand,
} from '../../transports/local/process-ports';
import { readSecretFile, readTextFile, readTrustedFile } from '../../transports/local/checked-file';
import type { PasswordSource, TargetsFile } from '../../remote/targets-file';
import { ntHash } from '../../transports/winrm/ntlm/keys';
import type { OptionValues } from '../argv/option-values';
import type { Console } from '../console';
import type { RemotePart, RemoteRequest, RemoteRun } from '../parts';
import { knownElsewhere } from './known-elsewhere';
import { remoteOptions } from './remote-options';
import { remoteRun } from './remote-run';

export { askLine } from '../../transports/local/process-ports';

/** The licensing of a real machine, or of whatever answers like one, over SSH or WinRM. */
export async function openRemote({
  target,
  options,
  console,
  parts,
  verb,
  onFailure,
  targets,
}: RemoteRequest): Promise<LicensingProvider> {
  const context = { ...contextOf({ options, console, parts, verb }), failed: onFailure };
  const plan = await planned({ target, options, targets }, context);
  return connectPlanned(plan, context).catch(async (error: unknown) => {
    throw await withMeantNames(error, target.machine, { options, console, parts, targets });
  });
}

/** A name that nobody knows gets the names that are known and look like it. */
async function withMeantNames(
  error: unknown,
  machine: string,
  around: Pick<RemoteRequest, 'options' | 'console' | 'parts' | 'targets'>,
): Promise<unknown> {
  if (!isRemoteFailure(error) || error.step !== 'name') return error;
  const meant = await meantNames(machine, around);
  if (meant.length === 0) return error;
  const { hresult, step, message } = error;
  const advice = [...error.advice, `No machine "${machine}" is known; did you mean ${meant.join(' or ')}?`];
  return new RemoteFailure({ hresult, step, machine: error.machine, message, advice }, { cause: error });
}

/** Names of the laboratory, the targets file and ~/.ssh/config that are nearest to one. */
async function meantNames(
  machine: string,
  {
    options,
    console,
    parts,
    targets: given,
  }: Pick<RemoteRequest, 'options' | 'console' | 'parts' | 'targets'>,
): Promise<readonly string[]> {
  const ports = portsOf(options, console);
  // A targets file that came through a pipe can be read once only.
  const targets = given ?? (await readTargets(remoteOptions(options).targets ?? [], ports).catch(() => null));
  const configured = configuredNames(console);
  const lab = parts.lab().machineNames({ console, parts });
  const known = [...lab, ...(targets?.names ?? []), ...configured];
  return nearestWords(machine, [...new Set(known)]).map(harmlessText);
}

/** The way to a machine; an option that does not belong to it is refused. */
async function planned(
  { target, options, targets }: Pick<RemoteRequest, 'target' | 'options' | 'targets'>,
  { ports }: ConnectContext,
): Promise<ConnectionPlan> {
  const said = remoteOptions(options);
  const plan = await planConnection(target, said, ports, targets);
  refuseOptionsOfOthers(said, plan);
  return plan;
}

/** Goes the way to a machine step by step. */
export async function checkRemote({
  target,
  options,
  console,
  parts,
  targets,
}: RemoteRequest): Promise<ConnectionReport> {
  const context = contextOf({ options, console, parts, verb: undefined });
  return checkConnection(await planned({ target, options, targets }, context), context);
}

export { checkNear };

/** Windows' own licensing on the machine that this runs on. */
export async function openLocalWindows({
  console,
  options,
  verb,
  onFailure,
}: Omit<RemoteRequest, 'target'>): Promise<RemoteProvider> {
  const { timeout } = remoteOptions(options);
  return connectLocal({ ports: portsOf(options, console), verb, timeout, failed: onFailure });
}

/**
 * NT hash of a line's password, in hexadecimal digits; `-` asks for it, or reads a line of standard input.
 * @throws CredentialError where nobody can be asked
 */
export async function passwordHash(password: string, whose: string, console: Console): Promise<string> {
  if (password !== '-') return ntHash(password).toString('hex');
  const found = await passwordFinder({ commandLine: '-', whose }, portsOf({}, console))();
  return ntHash(found?.reveal() ?? '').toString('hex');
}

/** The targets file that the line names; null where it names none. It may be a pipe, which can be read once. */
export async function namedTargets(options: OptionValues, console: Console): Promise<TargetsFile | null> {
  const { targets } = remoteOptions(options);
  return targets === undefined ? null : readTargets(targets, portsOf(options, console));
}

/** Names that OpenSSH's configuration has settings for, those with patterns left out. */
export function configuredNames({ home, env }: Console): readonly string[] {
  const patterns = new SshUserFiles().hostPatterns({ home, env, localUser: person().name });
  return [...new Set(patterns.map(({ pattern }) => pattern))].filter((name) => /^[\w.-]+$/.test(name));
}

/** The usual targets file of this user; null where there is none. */
export async function usualTargets(console: Console): Promise<TargetsFile | null> {
  const targets = await readTargets([], portsOf({}, console));
  return targets.names.length === 0 && Object.keys(targets.groups).length === 0 ? null : targets;
}

/** Asks a person yes or no; null where there is no terminal. */
export function askPerson(question: string, console: Console): Promise<boolean | null> {
  return portsOf({}, console).askYesNo(question);
}

/** A line's password; `-` asks for it, or reads a line of standard input. @throws CredentialError */
export async function linePassword(password: string, whose: string, console: Console): Promise<string> {
  const found = await passwordFinder({ commandLine: password, whose }, portsOf({}, console))();
  return found?.reveal() ?? '';
}

/** What a source of a key gives. @throws CredentialError */
export async function sourceSecret(
  source: Exclude<PasswordSource, 'prompt'>,
  console: Console,
): Promise<string> {
  const found = await configuredPassword(source, '', portsOf({}, console))();
  return found?.reveal() ?? '';
}

/** The way to many machines of one run. */
export function openRun(way: Parameters<RemotePart['openRun']>[0]): RemoteRun {
  return remoteRun(way, portsOf(way.options, way.console));
}

/** Which files of this user know a bare name as that of a real machine. */
export function filesThatKnow(word: string, console: Console): Promise<readonly string[]> {
  return knownElsewhere(word, portsOf({}, console));
}

/** Serves a machine's licensing to another slmgr on standard input and output, until the input ends. */
export async function serveStdio(provider: LicensingProvider, console: Console): Promise<void> {
  const { kind, machine } = provider.description;
  await serveAgent(provider, {
    input: process.stdin,
    write: async (line) => {
      console.out(line);
      await console.unwritten();
    },
    host: async () => ({
      computer: machine,
      user: person().name,
      elevated: null,
      languageMode: null,
      powerShell: null,
      system: `slmgr (${kind})`,
      now: await provider.now(),
    }),
  });
}

function contextOf({
  options,
  console,
  parts,
  verb,
}: Pick<RemoteRequest, 'options' | 'console' | 'parts' | 'verb'>): ConnectContext {
  const ports = portsOf(options, console);
  return { ports, verb, winrm: (plan, used) => parts.winrm().connectOverWinrm(plan, used) };
}

function portsOf(options: OptionValues, console: Console): RemotePorts {
  return {
    env: console.env,
    platform: console.platform,
    home: console.home,
    localUser: person().name,
    now: console.now,
    readFile: readTextFile,
    readSecretFile,
    readTrustedFile,
    readInput: console.readInput,
    runCommand: runUserCommand,
    askSecret,
    askYesNo,
    personIsHere: process.stdin.isTTY,
    readInputLine,
    answersOnPort,
    warn: (line) => {
      console.err(`${line}\n`);
    },
    debug:
      options.debug === true
        ? (line) => {
            console.err(`slmgr: ${line}\n`);
          }
        : undefined,
  };
}
