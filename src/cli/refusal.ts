import type { Hresult } from '../licensing/hresult';

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
  'ListenError',
  'AddressError',
  'PlanError',
  'TargetsFileError',
  'CredentialError',
]);

/** True for an error whose message is for the user, of whichever bundle's copy of the class. */
export function isRefusal(error: unknown): error is Error {
  return error instanceof Error && expectedErrors.has(error.name);
}
