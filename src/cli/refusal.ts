import type { Hresult } from '../licensing/hresult';
import { systemReason } from '../transports/local/system-reason';

/** A refusal that is nobody's defect: something is missing, in the way or not allowed. Status 1 unless told. */
export class Refusal extends Error {
  readonly exitCode: number;
  readonly hresult: Hresult | null;

  constructor(
    message: string,
    options: { readonly exitCode?: number; readonly hresult?: Hresult; readonly cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'Refusal';
    this.exitCode = options.exitCode ?? 1;
    this.hresult = options.hresult ?? null;
  }
}

/** Errors that tell the user something: each part of the program has its own; everything else is a defect. */
const expectedErrors: ReadonlySet<string> = new Set([
  'Refusal',
  'UsageError',
  'StoreError',
  'EstateError',
  'EngineFailure',
  'ListenError',
  'AddressError',
  'PlanError',
  'TargetsFileError',
  'CredentialError',
  'FleetStoreError',
  'ScenarioError',
]);

/** True for an error whose message is for the user, of whichever bundle's copy of the class. */
function isRefusal(error: unknown): error is Error {
  return error instanceof Error && expectedErrors.has(error.name);
}

/**
 * What is told to the user of an error: a refusal as it is, and a refusal for what the system refused (a full disk, a
 * read-only file system, too many open files), with the file and what to do. Null for everything else, which is a defect.
 */
export function refusalOf(error: unknown): Error | null {
  if (isRefusal(error)) return error;
  if (typeof error !== 'object' || error === null || !('syscall' in error && 'code' in error)) return null;
  const what = 'path' in error && typeof error.path === 'string' ? error.path : String(error.syscall);
  return new Refusal(`${what} cannot be used: ${systemReason(error)}.`, { cause: error });
}
