import { join } from 'node:path';
import { readTargets } from '../../remote/plan';
import type { RemotePorts } from '../../remote/ports';
import { fileLimits, readFileUpTo } from '../../transports/local/bounded-file';
import { matchesPattern } from '../../transports/ssh/patterns';
import { SshUserFiles } from '../../transports/ssh/user-files';

/**
 * Files of this user that know a bare name as that of a real machine: the usual targets file, OpenSSH's configuration
 * and its known hosts. A pattern of stars alone knows nobody; a file that cannot be read is left out, since only a hint
 * hangs on it.
 */
export async function knownElsewhere(word: string, ports: RemotePorts): Promise<readonly string[]> {
  const config = join(ports.home, '.ssh', 'config');
  const knownHosts = join(ports.home, '.ssh', 'known_hosts');
  const found: readonly (readonly [string, boolean])[] = [
    ['the targets file', await isTarget(word, ports)],
    [config, inSshConfig(config, word)],
    [knownHosts, inKnownHosts(knownHosts, word)],
  ];
  return found.flatMap(([file, isKnown]) => (isKnown ? [file] : []));
}

async function isTarget(word: string, ports: RemotePorts): Promise<boolean> {
  try {
    return (await readTargets([], ports)).find(word) !== null;
  } catch {
    return false;
  }
}

function inSshConfig(file: string, word: string): boolean {
  try {
    const lines = readFileUpTo(file, fileLimits.ssh).toString('utf8').split('\n');
    return lines.some((line) => {
      const patterns =
        /^\s*host(?:\s*=\s*|\s+)(.+)$/i.exec(line)?.[1]?.replaceAll('"', '').trim().split(/\s+/) ?? [];
      return patterns.some(
        (pattern) => /[^*?.]/.test(pattern) && matchesPattern(word.toLowerCase(), pattern.toLowerCase()),
      );
    });
  } catch {
    return false;
  }
}

function inKnownHosts(file: string, word: string): boolean {
  try {
    return new SshUserFiles().knownHosts([file], word.toLowerCase()).length > 0;
  } catch {
    return false;
  }
}
