import { type Deadline } from '../deadline';
import { type Secret } from '../secret';
import { type SshUserFiles } from './user-files';

/** How one machine is reached by SSH. Everything that is not there was not said and has its usual value. */
export interface SshTarget {
  readonly host: string;
  readonly port?: number | undefined;
  readonly user?: string | undefined;
  /** Private key files to try before those of ~/.ssh/config and the usual ones. */
  readonly identityFiles?: readonly string[] | undefined;
  /** Machines to go through, first one first. */
  readonly jump?: readonly JumpHost[] | undefined;
  /** Our own known_hosts file in place of OpenSSH's. */
  readonly knownHostsFile?: string | undefined;
  /** Take and write down the key of a host that is not on file. A changed key is refused all the same. */
  readonly acceptNew?: boolean | undefined;
  /** The password, asked for only when keys have failed. Null where there is none and nobody to ask. */
  readonly password?: (() => Promise<Secret | null>) | undefined;
  /** The password of a jump host (`user@host`) that has none of its own: a person is asked. Never the target's. */
  readonly jumpPassword?: ((whose: string) => Promise<Secret | null>) | undefined;
}

/** A machine on the way to the target. */
export interface JumpHost {
  /** `[user@]host[:port]`. */
  readonly address: string;
  readonly identityFiles?: readonly string[] | undefined;
  readonly password?: (() => Promise<Secret | null>) | undefined;
}

/** Time limits of the phases, in milliseconds. */
export interface SshTimeouts {
  /** Name and TCP together. */
  readonly connect: number;
  /** True where a person said it: it then wins over ConnectTimeout of ~/.ssh/config. */
  readonly connectIsSaid?: boolean | undefined;
  /** From the first byte to the end of authentication, without the time that a person needs to answer. */
  readonly handshake: number;
  /** One command from its start to its answer. */
  readonly command: number;
  /** The verb's whole time, which no phase exceeds; absent, {@link verbMilliseconds} from the first connection on. */
  readonly deadline?: Deadline | undefined;
}

export const defaultTimeouts: SshTimeouts = { connect: 15_000, handshake: 20_000, command: 120_000 };

/** What a verb gets where nobody said how long to wait. */
export const verbMilliseconds = 600_000;

/** What the transport needs from the world around it. */
export interface SshPorts {
  readonly homeDirectory: string;
  /** Shared by the connections of one run, so that each file is read once. */
  readonly userFiles: SshUserFiles;
  /** The login name, where neither the target nor the configuration says one. */
  readonly localUser: string;
  /** Environment variables that the configuration may name. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Socket of the key agent; undefined where there is none. */
  readonly agentSocket?: string | undefined;
  /** Asks whether an unknown host's key is to be trusted; absent where nobody can answer. */
  readonly confirmHostKey?: ((question: HostKeyQuestion) => Promise<boolean>) | undefined;
  /** Asks for the passphrase of a key file; absent or null where nobody can answer. */
  readonly passphrase?: ((file: string) => Promise<Secret | null>) | undefined;
  /** Lines for `--debug`, without secrets. */
  readonly debug?: ((line: string) => void) | undefined;
}

export interface HostKeyQuestion {
  readonly host: string;
  readonly keyType: string;
  readonly fingerprint: string;
}

/** What a connection went through, a line for each step of `check-connection`. */
export interface SshProgress {
  readonly step: 'name' | 'tcp' | 'host-key' | 'authentication';
  readonly detail: string;
}

/** Everything that a connection is made from. */
export interface SshConnectOptions {
  readonly target: SshTarget;
  readonly ports: SshPorts;
  readonly timeouts: SshTimeouts;
  /** Cuts the connection, and lets none be made anew. */
  readonly signal?: AbortSignal | undefined;
  /** Told of each step that succeeded, on the target and on the machines before it. */
  readonly progress?: ((step: SshProgress) => void) | undefined;
}

/** {@link SshConnectOptions} with the verb's time running. */
export type RunningOptions = SshConnectOptions & { readonly deadline: Deadline };
