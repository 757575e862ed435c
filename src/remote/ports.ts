import { type Secret } from '../transports/secret';
import { type SecretFile, type TrustedFile } from '../transports/local/checked-file';
import { type HostKeyQuestion } from '../transports/ssh/settings';
import { type SshUserFiles } from '../transports/ssh/user-files';

/** What the remote side needs from the process around it. Tests put their own in. */
export interface RemotePorts {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly home: string;
  /** Login name of the person at this computer. */
  readonly localUser: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** The user's SSH files, read once for all targets of a run; absent, each connection reads them anew. */
  readonly sshFiles?: SshUserFiles | undefined;
  /** Text of a file of no more bytes than the limit, or null where there is none. */
  readonly readFile: (path: string, limit: number) => Promise<string | null>;
  /** All of standard input as text; refuses more bytes than the limit. */
  readonly readInput: (limit: number) => Promise<string>;
  /** A file whose commands may be run, with a look at who can write it; null where there is none. */
  readonly readTrustedFile: (
    path: string,
    limit: number,
    how?: { readonly plain?: boolean },
  ) => Promise<TrustedFile | null>;
  /** A file that holds a secret, with a look at its permissions; null where there is none. */
  readonly readSecretFile: (path: string) => Promise<SecretFile | null>;
  /** What a command of the user prints; throws with a message where it fails. */
  readonly runCommand: (command: string) => Promise<string>;
  /** Asks a person at the terminal without echo; null where there is no terminal. */
  readonly askSecret: (question: string) => Promise<Secret | null>;
  /** Asks a person yes or no; null where there is no terminal. */
  readonly askYesNo: (question: string) => Promise<boolean | null>;
  /** Whether a key that is not on file is taken; absent, a person is asked. */
  readonly confirmHostKey?: ((question: HostKeyQuestion) => Promise<boolean>) | undefined;
  /** Whether a person can be asked. */
  readonly personIsHere?: boolean | undefined;
  /** The first line of standard input; null where it is at its end. */
  readonly readInputLine: () => Promise<string | null>;
  /** Whether a TCP port answers within so many milliseconds. */
  readonly answersOnPort: (host: string, port: number, milliseconds: number) => Promise<boolean>;
  /** A line on standard error. */
  readonly warn: (line: string) => void;
  /** A line on standard error under --debug; absent without it. */
  readonly debug?: ((line: string) => void) | undefined;
}
