import { type ErrorRecord } from './values';

/** An error that ends a statement, or the whole script; `catch` takes it. */
export class Failure extends Error {
  readonly record: ErrorRecord;
  /** True where it ends the script and not only its statement: `throw`, and errors under `Stop`. */
  readonly endsScript: boolean;

  constructor(record: ErrorRecord, endsScript = false) {
    super(record.message);
    this.name = 'Failure';
    this.record = record;
    this.endsScript = endsScript;
  }
}

/** COR_E_SYSTEM, as PowerShell's own errors have it (RuntimeException). */
const runtime = -2_146_233_087;

/** An error of PowerShell's own. */
export function failure(
  message: string,
  exception = 'System.Management.Automation.RuntimeException',
): Failure {
  return new Failure({ kind: 'error', message, hresult: runtime, exception });
}

/** Leaves a function, or goes on in or out of a loop. */
export class Jump extends Error {
  readonly to: 'return' | 'break' | 'continue';

  constructor(to: 'return' | 'break' | 'continue') {
    super(to);
    this.name = 'Jump';
    this.to = to;
  }
}
