import { type Io, type Process } from '../process';
import { type Bound, type Parameters } from './bind';
import { type Statement } from './syntax';
import { type Value } from './values';

/** What a cmdlet gets when it runs. */
export interface CmdletCall {
  readonly process: Process;
  readonly io: Io;
  readonly input: readonly Value[];
  /** Whether something stands in front of it in the pipeline. */
  readonly isPiped: boolean;
  readonly switches: ReadonlySet<string>;
  /** Values of a parameter, in order. */
  readonly values: (name: string) => readonly Value[];
  readonly block: (body: readonly Statement[], item: Value) => Promise<readonly Value[]>;
  readonly blocks: readonly (readonly Statement[])[];
  readonly variable: (name: string) => Value;
  /** Tells of an error that ends the cmdlet. */
  readonly fail: (text: string) => readonly Value[];
}

/** A command of PowerShell's own. */
export interface Cmdlet {
  readonly parameters: Parameters;
  /** Looks at what is known before the line runs. */
  readonly check?: (bound: Bound) => void;
  readonly run: (call: CmdletCall) => readonly Value[] | Promise<readonly Value[]>;
}
