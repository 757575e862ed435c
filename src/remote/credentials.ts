import { Secret } from '../transports/secret';
import { CredentialError, usablePassword, wholePassword } from './password-text';
import { type RemotePorts } from './ports';
import { type PasswordSource } from './targets-file';
import { errorMessage } from '../transports/error-facts';
import { systemReason } from '../transports/local/system-reason';
import { TransportError } from '../transports/transport-error';

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

/** Whether a source is named that can be asked without a person: such a one is asked before anything is connected. */
export function hasNamedSource(
  { commandLine, file, command, configured }: PasswordSources,
  env: CredentialPorts['env'],
): boolean {
  if (commandLine !== undefined) return commandLine !== '-';
  if (env['SLMGR_PASSWORD'] !== undefined || file !== undefined || command !== undefined) return true;
  return isNamed(configured);
}

function isNamed(source: PasswordSource | undefined): boolean {
  return source !== undefined && source !== 'prompt';
}

/** What is missing to sign in, as a failure to connect like a refusal by the machine. */
export function signInError(message: string, advice: readonly string[], cause?: Error): TransportError {
  return new TransportError({ step: 'authentication', cause: 'configuration', message, advice }, { cause });
}

/** A password as {@link passwordFinder} finds it; a source that cannot be used is an error of signing in. */
export async function foundPassword(find: () => Promise<Secret | null>): Promise<Secret | null> {
  return find().catch((error: unknown) => {
    throw isCredentialError(error) ? signInError(error.message, [], error) : error;
  });
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
  return (await fromTargetsFile(source, ports)) ?? ports.askSecret(passwordQuestion(whose));
}

/** What a person is asked for a password by. */
export function passwordQuestion(whose: string): string {
  return `Password for ${whose}: `;
}

async function find(sources: PasswordSources, ports: CredentialPorts): Promise<Secret | null> {
  const { commandLine, file, command, configured, whose } = sources;
  if (commandLine === '-') return fromPerson(whose, ports);
  if (commandLine !== undefined)
    return new Secret(wholePassword(commandLine, 'the password on the command line'));
  const ofEnvironment = ports.env['SLMGR_PASSWORD'];
  if (ofEnvironment !== undefined) return fromVariable('SLMGR_PASSWORD', ofEnvironment);
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
  return fromVariable(source.env, value);
}

function fromVariable(name: string, value: string): Secret {
  return secretFrom(value.replace(/^\uFEFF/, ''), `the environment variable ${name}`);
}

async function fromPerson(whose: string, ports: CredentialPorts): Promise<Secret | null> {
  const asked = await ports.askSecret(passwordQuestion(whose));
  if (asked !== null) return asked;
  const line = await ports.readInputLine().catch((cause: unknown) => {
    throw new CredentialError(`standard input cannot be read: ${errorMessage(cause)}`, { cause });
  });
  if (line === null) throw new CredentialError('standard input ended before the password');
  return secretFrom(line.replace(/^\uFEFF/, ''), 'the first line of standard input');
}

async function fromFile(path: string, ports: CredentialPorts): Promise<Secret> {
  const file = await ports.readSecretFile(path).catch((cause: unknown) => {
    throw new CredentialError(`the password file ${path} cannot be read: ${systemReason(cause)}`, { cause });
  });
  if (file === null) throw new CredentialError(`the password file ${path} is not there`);
  if (file.exposed !== null)
    throw new CredentialError(`the password file ${path} is not used: ${file.exposed}`);
  return secretFrom(firstLine(file.text), `the first line of the password file ${path}`);
}

async function fromCommand(command: string, ports: CredentialPorts): Promise<Secret> {
  const printed = await ports.runCommand(command).catch((cause: unknown) => {
    throw new CredentialError(`the password command failed: ${errorMessage(cause)}`, { cause });
  });
  return secretFrom(firstLine(printed), 'the first line that the password command printed');
}

function firstLine(text: string): string {
  return text.split(/\r\n|\n|\r/, 1)[0] ?? '';
}

function secretFrom(text: string, source: string): Secret {
  return new Secret(usablePassword(text, source));
}
