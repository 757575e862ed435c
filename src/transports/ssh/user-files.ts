import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorCode, errorMessage } from '../error-facts';
import { harmlessExcerpt } from '../harmless-text';
import { TransportError } from '../transport-error';
import { type ConfigNames, hostConfig, type HostConfig, parseSshConfig, type SshConfigText } from './config';
import { type Identity, readIdentity } from './identities';
import { withIncludes } from './include';
import { KnownHosts, type KnownHostsEntry, knownHostsLine } from './known-hosts';

/**
 * The files of a user's SSH as one run of the program sees them: each is read once, however many machines are
 * reached, and the passphrase of a key is asked for once.
 */
export class SshUserFiles {
  readonly #configs = new Map<string, Promise<SshConfigText>>();
  readonly #knownHosts = new Map<string, Promise<KnownHosts>>();
  readonly #identities = new Map<string, Promise<Identity | null>>();

  /** What ~/.ssh/config says of a host; nothing where there is none. Throws as {@link hostConfig} does. */
  async hostConfig(names: ConfigNames): Promise<HostConfig> {
    const file = join(names.home, '.ssh', 'config');
    return hostConfig(await remembered(this.#configs, file, () => readConfig(file, names.home)), names);
  }

  /** The lines of several known_hosts files about a host, in the order of the files; a file that is not there has none. */
  async knownHosts(files: readonly string[], about: string): Promise<readonly KnownHostsEntry[]> {
    const read = files.map((file) => remembered(this.#knownHosts, file, () => readKnownHosts(file)));
    return (await Promise.all(read)).flatMap((known) => known.about(about));
  }

  /** Appends a host's key; makes the folder (0700) and the file (0600) where they are not there. */
  async addKnownHost(file: string, name: string, key: Buffer): Promise<void> {
    const text = await readIfThere(file);
    const lineEnd = text === '' || text.endsWith('\n') ? '' : '\n';
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await appendFile(file, lineEnd + knownHostsLine(name, key), { mode: 0o600 });
    this.#knownHosts.delete(file);
  }

  /** {@link readIdentity}, once for a file. */
  async identity(...[parse, file, passphrase]: Parameters<typeof readIdentity>): Promise<Identity | null> {
    return remembered(this.#identities, file, () => readIdentity(parse, file, passphrase));
  }
}

function remembered<T>(memory: Map<string, Promise<T>>, file: string, read: () => Promise<T>): Promise<T> {
  const known = memory.get(file);
  if (known !== undefined) return known;
  const reading = read();
  memory.set(file, reading);
  return reading;
}

async function readConfig(file: string, home: string): Promise<SshConfigText> {
  try {
    return parseSshConfig(await withIncludes(await readIfThere(file), { home, read: readIfThere }));
  } catch (cause) {
    throw new TransportError(
      {
        step: 'tcp',
        cause: 'configuration',
        message: `${file} cannot be read: ${harmlessExcerpt(errorMessage(cause), 200)}`,
        advice: [
          'It may say how the machine is reached, so it is not passed over. Mend it, or its permissions.',
        ],
      },
      { cause },
    );
  }
}

async function readKnownHosts(file: string): Promise<KnownHosts> {
  try {
    return new KnownHosts(await readIfThere(file), file);
  } catch (cause) {
    throw new TransportError(
      {
        step: 'host-key',
        cause: 'configuration',
        message: `the file of known hosts ${file} cannot be read: ${errorMessage(cause)}`,
        advice: ['Name another one with --known-hosts.'],
      },
      { cause },
    );
  }
}

async function readIfThere(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error))) return '';
    throw error;
  }
}
