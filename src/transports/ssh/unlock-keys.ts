import { keysOfAgent, publicKeyOf } from './agent-keys';
import { agentSocketOf } from './credentials';
import { type readIdentity, usualIdentityFiles } from './identities';
import { type Hop, planRoute } from './route';
import { type SshConnectOptions, type SshPorts, type SshTarget } from './settings';
import { type Secret } from '../secret';

type Way = Pick<SshConnectOptions, 'target' | 'ports'>;

/**
 * Reads the key files that ways will try, so that the passphrase of each is asked for once and before anything is
 * connected. Keys that an agent holds need none. A file that cannot be used is told of by whoever wants it.
 */
export async function unlockKeys(
  ways: readonly Way[],
  ask: (file: string) => Promise<Secret | null>,
): Promise<void> {
  const [first] = ways;
  if (first === undefined) return;
  const { default: ssh2 } = await import('ssh2');
  const parse = ssh2.utils.parseKey as Parameters<typeof readIdentity>[0];
  const held = new Map<string, readonly Buffer[]>();
  for (const [file, socket] of filesOf(ways)) {
    if (socket !== null) {
      const keys = held.get(socket) ?? (await keysOfAgent(ssh2, socket));
      held.set(socket, keys);
      const own = publicKeyOf(file);
      if (own !== null && keys.some((key) => key.equals(own))) continue;
    }
    await first.ports.userFiles.identity(parse, file, ask).catch(() => undefined);
  }
}

/** Key files with the socket of the agent that may hold them, each once. */
function filesOf(ways: readonly Way[]): ReadonlyMap<string, string | null> {
  const files = new Map<string, string | null>();
  for (const { target, ports } of ways) {
    for (const hop of planRoute(target, ports)) {
      for (const file of triedOn(hop, target, ports)) {
        if (!files.has(file)) files.set(file, agentSocketOf(hop, ports));
      }
    }
  }
  return files;
}

function triedOn(hop: Hop, target: SshTarget, ports: SshPorts): readonly string[] {
  const asked = (hop.jump ?? target).identityFiles ?? [];
  const configured = hop.config.identityFiles;
  if (asked.length === 0 && configured === undefined) return usualIdentityFiles(ports.homeDirectory);
  return [...asked, ...(configured ?? []).map(({ file }) => file)];
}
