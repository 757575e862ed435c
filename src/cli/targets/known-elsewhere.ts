import { join } from 'node:path';
import { readTargets } from '../../remote/plan';
import type { RemotePorts } from '../../remote/ports';
import { matchesPattern } from '../../transports/ssh/patterns';
import { SshUserFiles } from '../../transports/ssh/user-files';

/**
 * Files of this user that know a bare name as that of a real machine: the usual targets file, OpenSSH's configuration
 * and its known hosts. A pattern of stars alone knows nobody; a file that cannot be read is left out, since only a hint
 * hangs on it.
 */
export async function knownElsewhere(word: string, ports: RemotePorts): Promise<readonly string[]> {
  const knownHosts = join(ports.home, '.ssh', 'known_hosts');
  return [
    ...((await isTarget(word, ports)) ? ['the targets file'] : []),
    ...inSshConfig(word, ports),
    ...(inKnownHosts(knownHosts, word) ? [knownHosts] : []),
  ];
}

async function isTarget(word: string, ports: RemotePorts): Promise<boolean> {
  try {
    return (await readTargets([], ports)).find(word) !== null;
  } catch {
    return false;
  }
}

function inSshConfig(word: string, { home, env, localUser }: RemotePorts): readonly string[] {
  const patterns = new SshUserFiles().hostPatterns({ home, env, localUser });
  const meant = patterns.filter(
    ({ pattern }) => /[^*?.]/.test(pattern) && matchesPattern(word.toLowerCase(), pattern.toLowerCase()),
  );
  return [...new Set(meant.map(({ file }) => file))];
}

function inKnownHosts(file: string, word: string): boolean {
  try {
    return new SshUserFiles().knownHosts([file], word.toLowerCase()).length > 0;
  } catch {
    return false;
  }
}
