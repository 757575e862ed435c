import { Secret } from '../transports/secret';
import { type RemotePorts } from './ports';
import { type PasswordSource } from './targets-file';
import { errorMessage } from '../transports/error-facts';

/** A password that cannot be had: a file that others can read, a command that fails. The message is for people. */
export class CredentialError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CredentialError';
  }
}

/** True for a {@link CredentialError} of any copy of this module. */
export function isCredentialError(error: unknown): error is CredentialError {
  return error instanceof Error && error.name === 'CredentialError';
}

/** Where a password may come from, as the command line and the targets file say it. */
export interface PasswordSources {
  /** The word of slmgr's own syntax; `-` asks for it or reads a line of standard input. */
  readonly commandLine?: string | undefined;
  /** `--password-file`. */
  readonly file?: string | undefined;
  /** `--password-command`. */
  readonly command?: string | undefined;
  /** The targets file's source. */
  readonly configured?: PasswordSource | undefined;
  /** What the prompt asks for: `CORP\admin@server01`. */
  readonly whose: string;
}

type CredentialPorts = Pick<
  RemotePorts,
  'env' | 'readSecretFile' | 'runCommand' | 'askSecret' | 'readInputLine' | 'warn'
>;

const warning =
  'a password on the command line can be seen by others in the list of processes and in the history of the shell; ' +
  'use "-", SLMGR_PASSWORD, --password-file or --password-command';

/**
 * Finds the password once, when it is first needed: command line, SLMGR_PASSWORD, file, command, and the prompt last.
 * Null where no source has one. Throws a {@link CredentialError} where a source that was named cannot be used.
 */
export function passwordFinder(
  sources: PasswordSources,
  ports: CredentialPorts,
): () => Promise<Secret | null> {
  if (sources.commandLine !== undefined && sources.commandLine !== '-' && sources.commandLine !== '') {
    ports.warn(`slmgr: ${warning}.`);
  }
  let found: Promise<Secret | null> | null = null;
  return () => (found ??= find(sources, ports));
}

/** The password of one source of the targets file, else of the prompt, found once. */
export function configuredPassword(
  source: PasswordSource,
  whose: string,
  ports: CredentialPorts,
): () => Promise<Secret | null> {
  let found: Promise<Secret | null> | null = null;
  return () => (found ??= fromSourceOrPrompt(source, whose, ports));
}

async function fromSourceOrPrompt(
  source: PasswordSource | undefined,
  whose: string,
  ports: CredentialPorts,
): Promise<Secret | null> {
  return (await fromTargetsFile(source, ports)) ?? ports.askSecret(`Password for ${whose}: `);
}

async function find(sources: PasswordSources, ports: CredentialPorts): Promise<Secret | null> {
  const { commandLine, file, command, configured, whose } = sources;
  if (commandLine === '-') return fromPerson(whose, ports);
  if (commandLine !== undefined) return new Secret(commandLine);
  const ofEnvironment = ports.env['SLMGR_PASSWORD'];
  if (ofEnvironment !== undefined) return new Secret(ofEnvironment);
  if (file !== undefined) return fromFile(file, ports);
  if (command !== undefined) return fromCommand(command, ports);
  return fromSourceOrPrompt(configured, whose, ports);
}

async function fromTargetsFile(
  source: PasswordSource | undefined,
  ports: CredentialPorts,
): Promise<Secret | null> {
  if (source === undefined || source === 'prompt') return null;
  if ('file' in source) return fromFile(source.file, ports);
  if ('command' in source) return fromCommand(source.command, ports);
  const value = ports.env[source.env];
  if (value === undefined) throw new CredentialError(`the environment variable ${source.env} is not set`);
  return new Secret(value);
}

async function fromPerson(whose: string, ports: CredentialPorts): Promise<Secret | null> {
  const asked = await ports.askSecret(`Password for ${whose}: `);
  if (asked !== null) return asked;
  const line = await ports.readInputLine();
  if (line === null) throw new CredentialError('standard input ended before the password');
  return new Secret(line);
}

async function fromFile(path: string, ports: CredentialPorts): Promise<Secret> {
  const file = await ports.readSecretFile(path).catch((cause: unknown) => {
    throw new CredentialError(`the password file ${path} cannot be read: ${errorMessage(cause)}`, { cause });
  });
  if (file === null) throw new CredentialError(`the password file ${path} is not there`);
  if (file.exposed !== null)
    throw new CredentialError(`the password file ${path} is not used: ${file.exposed}`);
  return new Secret(firstLine(file.text));
}

async function fromCommand(command: string, ports: CredentialPorts): Promise<Secret> {
  try {
    return new Secret(firstLine(await ports.runCommand(command)));
  } catch (cause) {
    const reason = errorMessage(cause);
    throw new CredentialError(`the password command failed: ${reason}`, { cause });
  }
}

function firstLine(text: string): string {
  return text.split(/\r?\n/, 1)[0] ?? '';
}
