import type { Buffer } from 'node:buffer';
import { type Duplex } from 'node:stream';
import { type ConnectionGate } from '../../../transports/connection-gate';
import { type MachineFiles } from '../shell/file-system';
import { type Work } from '../work-quota';

/** Who signs in with which password, or null where the two do not fit. */
export type CheckPassword<A> = (user: string, password: string) => A | null;

/** What a simulated Windows machine offers over SSH. */
export interface SshTarget<A> {
  /** Host keys in OpenSSH's private key form; they stay the same for as long as the estate exists. */
  readonly hostKeys: readonly string[];
  readonly gate: ConnectionGate;
  readonly checkPassword: CheckPassword<A>;
  /** Name by which an account's connections are counted. */
  readonly nameOf: (account: A) => string;
  /** The start of the machine that connections last as long as; null: they are dropped. */
  readonly start: () => string | null;
  /** Whether an account that has signed in still is one: asked before every command. */
  readonly mayAct: (account: A) => boolean;
  /** The disk of the machine, and the folder of an account on it. */
  readonly disk: (account: A) => { readonly files: MachineFiles; readonly home: string };
  /** Begins a command; null where the account has as many under way as it may have. */
  readonly begin: (account: A) => Work | null;
  /** Runs a command line with everything that came on standard input, until it has ended or is no longer wanted. */
  readonly run: (
    command: { readonly line: string; readonly stdin: Buffer; readonly signal: AbortSignal },
    account: A,
  ) => Promise<{ readonly exitCode: number; readonly stdout: string; readonly stderr: string }>;
  /** True for a command that waits for its standard input. */
  readonly readsInput: (line: string) => boolean;
  /** True for a command that talks on its streams while it runs (the agent of another slmgr). */
  readonly isConversation: (line: string) => boolean;
  readonly converse: (stream: Duplex, account: A, signal: AbortSignal, work: Work) => Promise<void>;
}
