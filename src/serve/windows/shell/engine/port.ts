import { type Buffer } from 'node:buffer';

/** A script for a real PowerShell of this computer, and the machine that it runs on. */
export interface EngineCall {
  /** The script, as `-Command` has it. */
  readonly script: string;
  /** It came as `-EncodedCommand`, which writes errors as CLIXML. */
  readonly isEncoded: boolean;
  readonly stdin: Buffer;
  readonly computerName: string;
  /** Variables of who has signed in, as Windows sets them. */
  readonly environment: readonly (readonly [name: string, value: string])[];
  /** Answers what the script asks of its machine: a line of JSON for a line of JSON. */
  readonly answer: (request: string) => Promise<string>;
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal | undefined;
  /** True within a script of the same engine, which waits for it. */
  readonly isNested: boolean;
}

/** What a script left behind. */
export interface EngineOutcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A real PowerShell that can reach nothing but the machine whose script it runs. */
export interface PowerShellEngine {
  /** Runs a script to its end, or to one of its bounds, which standard error and the status then name. */
  readonly run: (call: EngineCall) => Promise<EngineOutcome>;
}
