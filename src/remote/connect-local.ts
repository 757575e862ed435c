import { isLicensingError } from '../licensing/provider';
import { powerShellRunner } from '../providers/windows/bridge/powershell-runner';
import { type VerbHint } from '../providers/windows/expected-reads';
import { type RemoteProvider, windowsProvider } from '../providers/windows/provider';
import { maxAnswerBytes } from '../transports/command-runner';
import { LocalCommandRunner, type LocalShell, windowsPowerShell } from '../transports/local/powershell';
import { defaultTimeouts } from '../transports/ssh/settings';
import { readLicenseFile } from './license-file';
import { type RemotePorts } from './ports';
import { isRemoteFailure, licensingFailure, type RemoteFailure, remoteFailure } from './remote-failure';

/** What the local machine needs; everything of it is put in, so that it can be tried on any system. */
export interface LocalContext {
  readonly ports: Pick<RemotePorts, 'env' | 'now' | 'readFile'>;
  readonly verb?: VerbHint | undefined;
  /** Milliseconds for one round trip. */
  readonly timeout?: number | undefined;
  /** Told of each failure of the way, also of one in the middle of a verb. */
  readonly failed?: ((failure: RemoteFailure) => void) | undefined;
  /** Another PowerShell than Windows' own. */
  readonly shell?: LocalShell | undefined;
}

const machine = 'the local machine';

/**
 * Opens the licensing of the Windows machine that this program runs on, through a PowerShell process with the same
 * script as over SSH. Throws a `RemoteFailure`, a licensing error that says which step failed and what to do.
 */
export async function connectLocal({
  ports,
  verb,
  timeout,
  failed,
  shell,
}: LocalContext): Promise<RemoteProvider> {
  const limits = { timeout: timeout ?? defaultTimeouts.command, maxOutput: maxAnswerBytes };
  const commands = new LocalCommandRunner(shell ?? windowsPowerShell(ports.env), limits);
  const provider = windowsProvider(powerShellRunner(commands), {
    description: { kind: 'windows', machine: '.' },
    clock: ports.now,
    readLocalFile: (path) => readLicenseFile(path, ports),
    verb,
    translate: (error) => remoteFailure(error, machine, failed),
  });
  try {
    await provider.connect();
    return provider;
  } catch (error) {
    if (!isLicensingError(error) || isRemoteFailure(error)) throw error;
    throw licensingFailure(error, machine, provider.host?.elevated ?? null);
  }
}
