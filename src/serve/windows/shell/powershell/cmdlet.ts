import { type Io, type Process } from '../process';
import { type Bound, type Parameters } from './bind';
import { type Block } from './syntax';
import { type Value } from './values';

/** What a cmdlet gets when it runs. */
export interface CmdletCall {
  readonly process: Process;
  readonly io: Io;
  readonly input: readonly Value[];
  /** Whether something stands in front of it in the pipeline. */
  readonly isPiped: boolean;
  readonly switches: ReadonlySet<string>;
  /** Values of a parameter, in order; those of a list one by one. */
  readonly values: (name: string) => readonly Value[];
  /** Runs a block with `$_`. */
  readonly block: (block: Block, item: Value) => Promise<readonly Value[]>;
  readonly variable: (name: string) => Value;
  /** Tells of an error that does not end the script unless it is told to. */
  readonly fail: (text: string) => readonly Value[];
}

/** A command of PowerShell's own. */
export interface Cmdlet {
  readonly parameters: Parameters;
  /** Looks at what is known before the line runs. */
  readonly check?: (bound: Bound) => void;
  /** Its own errors end it alone, and not the statement around it. */
  readonly isSelfContained?: boolean;
  readonly run: (call: CmdletCall) => readonly Value[] | Promise<readonly Value[]>;
}
