import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorCode } from '../error-facts';
import { readPlainFileUpTo } from '../local/bounded-file';
import { systemReason } from '../local/system-reason';
import { appendToFile } from '../local/durable-file';
import { TransportError } from '../transport-error';
import { type ConfigNames, configPlaces, hostConfig, type HostConfig } from './config';
import { ConfigFiles } from './config/files';
import { type HostPattern, hostPatterns } from './config/hosts';
import { type Identity, readIdentity } from './identities';
import { hashedName, KnownHosts, type KnownHostsEntry, knownHostsLine } from './known-hosts';

/** Tens of thousands of hosts, but nothing without an end. */
const maxKnownHostsBytes = 32 * 1024 * 1024;

/** Where OpenSSH has the files of the whole computer. */
function usualSystemFolder(): string {
  return process.platform === 'win32'
    ? join(process.env['ProgramData'] ?? 'C:\\ProgramData', 'ssh')
    : '/etc/ssh';
}

/**
 * The files of a user's SSH as one run of the program sees them: each is read once, however many machines are
 * reached, and the passphrase of a key is asked for once.
 */
export class SshUserFiles {
  readonly #configs = new ConfigFiles();
  readonly #knownHosts = new Map<string, KnownHosts>();
  readonly #identities = new Map<string, Promise<Identity | null>>();
  /** Folder of the files of the whole computer: ssh_config, ssh_known_hosts. */
  readonly systemFolder: string;

  constructor(systemFolder = usualSystemFolder()) {
    this.systemFolder = systemFolder;
  }

  /** What OpenSSH's configuration says of a host. Throws as {@link hostConfig} does. */
  hostConfig(names: ConfigNames): HostConfig {
    return hostConfig(this.#configs, configPlaces(names.home, this.systemFolder), names);
  }

  /** The patterns of all Host lines; a hint, as {@link hostPatterns} says. */
  hostPatterns(names: Pick<ConfigNames, 'home' | 'localUser' | 'env'>): readonly HostPattern[] {
    return hostPatterns(this.#configs, configPlaces(names.home, this.systemFolder), names);
  }

  /** The lines of several known_hosts files about a host, in the order of the files; a file that is not there has none. */
  knownHosts(files: readonly string[], about: string): readonly KnownHostsEntry[] {
    return files.flatMap((file) => {
      const known = this.#knownHosts.get(file) ?? readKnownHosts(file);
      this.#knownHosts.set(file, known);
      return known.about(about);
    });
  }

  /** Appends a host's key; makes the folder (0700) and the file (0600) where they are not there. */
  async addKnownHost(file: string, name: string, key: Buffer, isHashed = false): Promise<void> {
    const text = textIfThere(file);
    const lineEnd = text === '' || text.endsWith('\n') ? '' : '\n';
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    appendToFile(file, lineEnd + knownHostsLine(isHashed ? hashedName(name) : name, key));
    this.#knownHosts.delete(file);
  }

  /** {@link readIdentity}, once for a file. */
  async identity(...[parse, file, passphrase]: Parameters<typeof readIdentity>): Promise<Identity | null> {
    const known = this.#identities.get(file) ?? readIdentity(parse, file, passphrase);
    this.#identities.set(file, known);
    return known;
  }
}

function readKnownHosts(file: string): KnownHosts {
  try {
    return new KnownHosts(textIfThere(file), file);
  } catch (cause) {
    throw new TransportError(
      {
        step: 'host-key',
        cause: 'configuration',
        message: `the file of known hosts ${file} cannot be read: ${systemReason(cause)}`,
        advice: ['Name another one with --known-hosts.'],
      },
      { cause },
    );
  }
}

function textIfThere(file: string): string {
  try {
    return readPlainFileUpTo(file, maxKnownHostsBytes).toString('utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error))) return '';
    throw error;
  }
}
