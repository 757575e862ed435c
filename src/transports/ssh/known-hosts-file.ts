import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type KnownHostsEntry, knownHostsLine, parseKnownHosts } from './known-hosts';
import { errorCode, errorMessage } from '../error-facts';
import { TransportError } from '../transport-error';

/** The lines of several known_hosts files about a host, in the order of the files; a file that is not there has none. */
export async function readKnownHosts(
  files: readonly string[],
  about: string,
): Promise<readonly KnownHostsEntry[]> {
  const texts = await Promise.all(files.map((file) => readIfThere(file)));
  return texts.flatMap((text, index) => parseKnownHosts(text, files[index] ?? '', about));
}

async function readIfThere(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCode(error))) return '';
    throw unreadable(file, error);
  }
}

function unreadable(file: string, cause: unknown): TransportError {
  return new TransportError(
    {
      step: 'host-key',
      cause: 'configuration',
      message: `the file of known hosts ${file} cannot be read: ${errorMessage(cause)}`,
      advice: ['Name another one with --known-hosts.'],
    },
    { cause },
  );
}

/** Appends a host's key; makes the folder (0700) and the file (0600) where they are not there. */
export async function appendKnownHost(file: string, name: string, key: Buffer): Promise<void> {
  const text = await readIfThere(file);
  const lineEnd = text === '' || text.endsWith('\n') ? '' : '\n';
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await appendFile(file, lineEnd + knownHostsLine(name, key), { mode: 0o600 });
}
