import { isLicensingError, type LicensingProvider } from '../licensing/provider';
import { powerShellRunner } from '../providers/windows/bridge/powershell-runner';
import { type VerbHint } from '../providers/windows/expected-reads';
import { type RemoteProvider, windowsProvider } from '../providers/windows/provider';
import { type ScriptRunner } from '../providers/windows/script-runner';
import { SshCommandRunner } from '../transports/ssh/command-runner';
import { Deadline } from '../transports/deadline';
import { openLineChannel } from '../transports/ssh/line-channel';
import {
  defaultTimeouts,
  type HostKeyQuestion,
  verbMilliseconds,
  type JumpHost,
  type SshConnectOptions,
  type SshTimeouts,
} from '../transports/ssh/settings';
import { SshUserFiles } from '../transports/ssh/user-files';
import { harmlessExcerpt } from '../transports/harmless-text';
import { type StepDone } from '../transports/transport-error';
import { agentRunner } from './agent-runner';
import {
  configuredPassword,
  foundPassword,
  hasNamedSource,
  passwordFinder,
  passwordQuestion,
} from './credentials';
import { readLicenseFile } from './license-file';
import {
  type ConnectionPlan,
  type NamedTarget,
  PlanError,
  planConnection,
  type PlannedJump,
  type RemoteOptions,
} from './plan';
import { type TargetsFile } from './targets-file';
import { type Secret } from '../transports/secret';
import { type RemotePorts } from './ports';
import { isRemoteFailure, licensingFailure, RemoteFailure, remoteFailure } from './remote-failure';

/** What going one planned way needs. */
export interface WayContext {
  readonly ports: RemotePorts;
  /** The verb that is going to run: its reads come along with the first round trip. */
  readonly verb?: VerbHint | undefined;
  /** Told of each failure of the way, also of one in the middle of a verb, whose results have no room for advice. */
  readonly failed?: ((failure: RemoteFailure) => void) | undefined;
  /** Breaks off whatever is under way. */
  readonly signal?: AbortSignal | undefined;
  /** Told of each step that succeeded (`check-connection`). */
  readonly progress?: ((step: StepDone) => void) | undefined;
}

/** What connecting needs besides the target and the options. */
export interface ConnectContext extends WayContext {
  /** Opens a machine over WS-Management: the other family of transports, which only those load who use it. */
  readonly winrm: (plan: ConnectionPlan, context: WayContext) => Promise<RemoteProvider>;
}

/** How long to ask other ports for an error message that names them. */
const probeMilliseconds = 1500;

/**
 * Opens the licensing of a machine: plans how to reach it, connects, authenticates, and asks for the licensing
 * service's version, as slmgr does. `targets` is the targets file where it was read before: a pipe gives it once.
 * Throws a {@link RemoteFailure} (a licensing error that also says which step failed and what to do), or an
 * `AddressError`, `PlanError`, `TargetsFileError` or `CredentialError` for what the user gave.
 */
export async function connectTarget(
  target: NamedTarget,
  options: RemoteOptions,
  context: ConnectContext,
  targets?: TargetsFile,
): Promise<LicensingProvider> {
  return connectPlanned(await planConnection(target, options, context.ports, targets), context);
}

/** {@link connectTarget} where the way is planned already. */
export async function connectPlanned(plan: ConnectionPlan, context: ConnectContext): Promise<RemoteProvider> {
  return plan.transport === 'ssh' ? connectOverSsh(plan, context) : context.winrm(plan, context);
}

/** Opens the licensing of a machine over SSH, through PowerShell or through its own slmgr. */
export async function connectOverSsh(plan: ConnectionPlan, context: WayContext): Promise<RemoteProvider> {
  const { ports, verb } = context;
  const options = sshOptions(plan, context);
  await readNamedPasswords(plan, options, context);
  const runner = sshRunner(plan, options);
  const provider: RemoteProvider = windowsProvider(runner, {
    description: {
      machine: plan.name,
      get kind() {
        return plan.agent === false ? 'windows' : kindOfAgent(provider.host?.system ?? null);
      },
    },
    clock: ports.now,
    readLocalFile: (path) => readLicenseFile(path, ports),
    verb,
    translate: (error) => remoteFailure(error, plan.name, context.failed),
  });
  try {
    await provider.connect();
    return provider;
  } catch (error) {
    tellElevation(provider, context);
    await provider.close();
    throw await explained(error, plan, provider, ports);
  }
}

/** A machine that answered but has no licensing to show may still have said who the account is. */
export function tellElevation({ host }: RemoteProvider, { progress }: WayContext): void {
  if (host?.elevated === true) {
    progress?.({ step: 'elevation', detail: `${host.user ?? 'the account'} is elevated` });
  }
}

/** Sources of passwords that nobody is asked for are read before anything is connected: a bad one reaches nobody. */
async function readNamedPasswords(
  plan: ConnectionPlan,
  { target }: SshConnectOptions,
  { ports, failed }: WayContext,
): Promise<void> {
  const finders = [
    ...(target.jump ?? []).map(({ password }, at) => (isAsked(plan.jump?.[at]) ? undefined : password)),
    hasNamedSource(plan.password, ports.env) ? target.password : undefined,
  ];
  try {
    for (const find of finders) if (find !== undefined) await foundPassword(find);
  } catch (error) {
    throw remoteFailure(error, plan.name, failed);
  }
}

function isAsked(jump: PlannedJump | undefined): boolean {
  return jump?.password === undefined || jump.password === 'prompt';
}

function sshRunner(plan: ConnectionPlan, options: SshConnectOptions): ScriptRunner {
  if (plan.agent === false) {
    return powerShellRunner(new SshCommandRunner(options));
  }
  return agentRunner(() => openLineChannel(options, agentCommand(plan.agent)));
}

/** An agent says of itself which kind of machine it speaks for. */
function kindOfAgent(system: string | null): 'simulated' | 'windows' {
  return system === 'slmgr (simulated)' ? 'simulated' : 'windows';
}

function agentCommand(agent: boolean | string): string {
  if (typeof agent !== 'string') return 'slmgr agent --stdio';
  if (!/^[A-Za-z0-9._-]+$/.test(agent)) {
    throw new PlanError(
      `agent: ${harmlessExcerpt(agent, 60)} is no name of a machine (letters, digits, dots, - and _)`,
    );
  }
  return `slmgr agent --stdio ${agent}`;
}

/** What was said is the time of the whole verb, from its first connection on. */
function timeoutsOf({ timeout }: ConnectionPlan): SshTimeouts {
  if (timeout === undefined) return { ...defaultTimeouts, deadline: new Deadline(verbMilliseconds) };
  const deadline = new Deadline(timeout);
  return { connect: timeout, connectIsSaid: true, handshake: timeout, command: timeout, deadline };
}

/** The key agent: where the environment says, and on Windows the one of its own OpenSSH. */
function agentSocket({ env, platform }: RemotePorts): string | undefined {
  return env['SSH_AUTH_SOCK'] ?? (platform === 'win32' ? '\\\\.\\pipe\\openssh-ssh-agent' : undefined);
}

/** Whose password that of a jump host is, in a question. */
export function whoseOfJump(address: string): string {
  return `the jump host ${address}`;
}

/** What a person is asked for a key's passphrase by. */
export function passphraseQuestion(file: string): string {
  return `Passphrase for ${file}: `;
}

function jumpHost({ address, identityFiles, password }: PlannedJump, ports: RemotePorts): JumpHost {
  if (password === undefined) return { address, identityFiles };
  return {
    address,
    identityFiles,
    password: configuredPassword(password, whoseOfJump(address), ports),
  };
}

/** Asks once for each machine, also when a connection is made again. */
function onceFor(ask: (whose: string) => Promise<Secret | null>): (whose: string) => Promise<Secret | null> {
  const asked = new Map<string, Promise<Secret | null>>();
  return (whose) => {
    const answer = asked.get(whose) ?? ask(whose);
    asked.set(whose, answer);
    return answer;
  };
}

/** What the SSH transport gets from a plan: also for `check-connection` and for other programs over SSH. */
export function sshOptions(plan: ConnectionPlan, { ports, progress, signal }: WayContext): SshConnectOptions {
  const confirm = async ({ host, keyType, fingerprint }: HostKeyQuestion): Promise<boolean> => {
    const text = `The host ${host} is not known. Its ${keyType} key is ${fingerprint}.\nIs that its key (yes/no)? `;
    return (await ports.askYesNo(text)) ?? false;
  };
  return {
    target: {
      host: plan.host,
      port: plan.port,
      user: plan.user,
      identityFiles: plan.identityFiles,
      jump: plan.jump?.map((jump) => jumpHost(jump, ports)),
      jumpPassword: onceFor((whose) => ports.askSecret(passwordQuestion(whoseOfJump(whose)))),
      knownHostsFile: plan.knownHostsFile,
      acceptNew: plan.acceptNew,
      password: passwordFinder(plan.password, ports),
    },
    ports: {
      homeDirectory: ports.home,
      userFiles: ports.sshFiles ?? new SshUserFiles(),
      localUser: ports.localUser,
      env: ports.env,
      agentSocket: agentSocket(ports),
      confirmHostKey: ports.confirmHostKey ?? confirm,
      passphrase: (file) => ports.askSecret(passphraseQuestion(file)),
      debug: ports.debug,
    },
    timeouts: timeoutsOf(plan),
    signal,
    progress,
  };
}

async function explained(
  error: unknown,
  plan: ConnectionPlan,
  provider: RemoteProvider,
  ports: RemotePorts,
): Promise<unknown> {
  if (!isLicensingError(error)) return error;
  if (!isRemoteFailure(error)) return licensingFailure(error, plan.name, provider.host?.elevated ?? null);
  const hint = error.step === 'tcp' && plan.transportIsUsual ? await winrmHint(plan, ports) : null;
  if (hint === null) return error;
  const { hresult, step, machine, message, advice } = error;
  return new RemoteFailure({ hresult, step, machine, message, advice: [...advice, hint] }, { cause: error });
}

/** Where SSH does not answer but WinRM's ports do: which option would try it. Nothing switches by itself. */
async function winrmHint(plan: ConnectionPlan, ports: RemotePorts): Promise<string | null> {
  const [https, http] = await Promise.all([
    ports.answersOnPort(plan.host, 5986, probeMilliseconds),
    ports.answersOnPort(plan.host, 5985, probeMilliseconds),
  ]);
  if (https) return 'Port 5986 (WinRM over HTTPS) answers: --transport winrms would try it.';
  if (http) return 'Port 5985 (WinRM) answers: --transport winrm would try it.';
  return null;
}
