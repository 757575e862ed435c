import { formatHresult } from '../../../licensing/hresult';
import { isLicensingError, type LicensingError, type LicensingProvider } from '../../../licensing/provider';
import type { VerbHint } from '../../../providers/windows/expected-reads';
import { failureLines, isRemoteFailure, type RemoteFailure } from '../../../remote/remote-failure';
import type { ResolvedTarget } from '../../targets/resolve-targets';
import type { OpenedMachine, RunMachines } from '../open-machines';

/** What went wrong on one machine. */
export interface TurnFailure {
  readonly kind: 'unreachable' | 'failed';
  /** Whether something that changes the machine has reached it, or may have. */
  readonly wasChanged: boolean;
  readonly hresult: string | null;
  readonly step: string | null;
  /** What is wrong in a sentence, without the machine's name: the same for all that have the same. */
  readonly message: string;
  /** The same behind its step. */
  readonly reason: string;
  readonly messages: readonly string[];
}

/** How one machine's turn ended. */
export type TurnEnd<T> =
  { readonly kind: 'done'; readonly value: T } | { readonly kind: 'failure'; readonly failure: TurnFailure };

/** Opens a machine, does something with it and closes it. Errors of the machine and of the way to it are its result. */
export async function machineTurn<T>(
  machines: RunMachines,
  target: ResolvedTarget,
  { signal, verb = { name: 'dli', args: [] } }: { readonly signal: AbortSignal; readonly verb?: VerbHint },
  work: (provider: LicensingProvider) => Promise<T>,
): Promise<TurnEnd<T>> {
  let remote: RemoteFailure | null = null;
  let opened: OpenedMachine | null = null;
  try {
    opened = await machines.open(target, {
      verb,
      signal,
      onFailure: (failure) => {
        remote = failure;
      },
    });
    return { kind: 'done', value: await work(opened.provider) };
  } catch (error) {
    if (!isLicensingError(error)) throw error;
    return { kind: 'failure', failure: failureOf(error, isRemoteFailure(error) ? error : remote, opened) };
  } finally {
    await opened?.provider.close();
  }
}

/** An error of the way, or one that the machine answered with. */
function failureOf(
  error: LicensingError,
  remote: RemoteFailure | null,
  opened: OpenedMachine | null,
): TurnFailure {
  const wasReached = opened !== null && remote === null;
  return {
    kind: wasReached ? 'failed' : 'unreachable',
    wasChanged: opened?.wasChanged() ?? false,
    hresult: formatHresult(error.hresult),
    step: wasReached ? null : (remote?.step ?? 'connecting'),
    message: remote?.message ?? error.message,
    reason: remote === null ? error.message : `${remote.step}: ${remote.message}`,
    messages: remote === null ? [error.message] : failureLines(remote).map((line) => line.trim()),
  };
}
