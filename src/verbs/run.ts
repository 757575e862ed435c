import { signedHresult, type Hresult } from '../licensing/hresult';
import { isLicensingError, type LicensingProvider } from '../licensing/provider';
import { connectsBeforeComplaint, type CommandLine, type Complaint, type Target } from './grammar';
import type { VerbResults } from './context';
import type { FailedStep, VerbError, VerbResult } from './results';

/** Everything that running a command line may bring forth. */
export type CommandResult = VerbResult | { readonly kind: 'complaint'; readonly complaint: Complaint };

/** Makes the machine of a command line reachable; a {@link LicensingError} where it is not. */
export type Connect = (target: Target) => Promise<LicensingProvider>;

/**
 * Runs a command line and yields its results as they come. An error of the licensing service, of the registry or of
 * the connection is the last result; anything else that is thrown is a defect and passes through. The provider is
 * closed at the end.
 */
export async function* runCommandLine(
  line: CommandLine,
  connect: Connect,
): AsyncGenerator<CommandResult, void, undefined> {
  if (line.kind === 'complaint' && !connectsBeforeComplaint(line)) {
    yield line;
    return;
  }
  const connected = await tryConnect(line.target, connect);
  if ('kind' in connected) {
    yield connected;
    return;
  }
  try {
    yield* line.kind === 'complaint' ? [line] : runVerb(line, connected.provider);
  } finally {
    await connected.provider.close();
  }
}

/** Runs a verb on a machine that is there already. */
async function* runVerb(
  { verb, args, target }: Extract<CommandLine, { kind: 'call' }>,
  provider: LicensingProvider,
): AsyncGenerator<VerbResult, void, undefined> {
  const { refusesChanges } = provider;
  if (verb.changesState && refusesChanges !== undefined) {
    yield { kind: 'changes-refused', reason: refusesChanges };
    return;
  }
  try {
    const operate = (at: LicensingProvider): VerbResults =>
      verb.operation({ provider: at, remote: target.kind === 'remote' }, args);
    yield* provider.gather === undefined ? operate(provider) : provider.gather(operate);
  } catch (error) {
    yield errorResult(error, { kind: 'operation' });
  }
}

/** How a command line ended. */
export interface Ending {
  /** What Windows' script ends with: 0, 1 for a refused command line, or the error's number as signed 32 bits. */
  readonly scriptExitCode: number;
  readonly hresult: Hresult | null;
  /** False whenever what was asked for was not done, even where slmgr ends with 0. */
  readonly ok: boolean;
}

/** The ending that a command line's results amount to. */
export function endingOf(results: readonly CommandResult[]): Ending {
  const error = results.find((result) => result.kind === 'error');
  if (error !== undefined) {
    return { scriptExitCode: signedHresult(error.hresult), hresult: error.hresult, ok: false };
  }
  if (results.some(({ kind }) => refusals.has(kind))) return { scriptExitCode: 1, hresult: null, ok: false };
  return { scriptExitCode: 0, hresult: null, ok: !results.some(isFailure) };
}

const failures: ReadonlySet<CommandResult['kind']> = new Set<CommandResult['kind']>([
  'complaint',
  'error',
  'product-key-not-found',
  'product-not-found',
  'activation-id-not-found',
  'no-token-licenses-removed',
  'invalid-data',
  'not-a-kms-host',
  'token-activation-only',
  'no-activation-object-container',
  'remote-not-supported',
  'changes-refused',
]);

/** Refusals after which slmgr ends with 1. */
const refusals: ReadonlySet<CommandResult['kind']> = new Set<CommandResult['kind']>([
  'complaint',
  'remote-not-supported',
  'changes-refused',
]);

/** Whether a result says that what was asked for was not done. */
export function isFailure(result: CommandResult): boolean {
  if (result.kind !== 'activation-ended') return failures.has(result.kind);
  return result.licenseStatus !== 1 && result.licenseStatus !== 6;
}

/** An error of the port as a result. What is no such error is thrown on. */
function errorResult(error: unknown, step: FailedStep): VerbError {
  if (!isLicensingError(error)) throw error;
  return {
    kind: 'error',
    hresult: error.hresult,
    step,
    detail: error.message,
  };
}

/** The status under --strict: what slmgr ends with, and 1 where it printed an error and ended with 0. */
export function strictExitCode(ending: Ending): number {
  return ending.scriptExitCode === 0 && !ending.ok ? 1 : ending.scriptExitCode;
}

async function tryConnect(
  target: Target,
  connect: Connect,
): Promise<VerbError | { readonly provider: LicensingProvider }> {
  try {
    return { provider: await connect(target) };
  } catch (error) {
    const machine = target.kind === 'remote' ? target.machine : null;
    return errorResult(error, { kind: 'connecting', machine });
  }
}
