import { TransportError } from '../transport-error';
import { type HostConfig } from './config';
import { type JumpHost, type SshPorts, type SshTarget } from './settings';

/** One machine on the way, the last one being the target itself. */
export interface Hop {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly config: HostConfig;
  /** What was said of a machine on the way; null for the target. */
  readonly jump: JumpHost | null;
}

/** `[user@]host[:port]`, the host also as `[v6]`. */
export function parseHop(text: string): {
  readonly host: string;
  readonly port?: number;
  readonly user?: string;
} {
  const match = /^(?:(.+)@)?(\[[0-9A-Fa-f:.]+\]|[^@:[\]]+)(?::(\d{1,5}))?$/.exec(
    text.replace(/^ssh:\/\//, ''),
  );
  const [, user, host = '', port] = match ?? [];
  if (match === null || (port !== undefined && (Number(port) < 1 || Number(port) > 65535))) {
    throw new TransportError({
      step: 'tcp',
      cause: 'configuration',
      message: `${JSON.stringify(text)} is no jump host; the form is [user@]host[:port]`,
    });
  }
  return {
    host: host.replace(/^\[(.*)\]$/, '$1'),
    ...(user === undefined ? {} : { user }),
    ...(port === undefined ? {} : { port: Number(port) }),
  };
}

type ReadConfig = (host: string) => Promise<HostConfig>;

/** The machines to go through and the target, with what ~/.ssh/config says of each. What the caller says wins. */
export async function planRoute(
  target: SshTarget,
  ports: SshPorts,
  readConfig: ReadConfig,
): Promise<readonly Hop[]> {
  const config = await readConfig(target.host);
  const jumps = target.jump ?? config.proxyJump.map((address): JumpHost => ({ address }));
  const hops = await Promise.all(jumps.map((jump) => hopOf(jump, ports, readConfig)));
  return [...hops, { ...hop(target, config, ports), jump: null }];
}

async function hopOf(jump: JumpHost, ports: SshPorts, readConfig: ReadConfig): Promise<Hop> {
  const named = parseHop(jump.address);
  return { ...hop(named, await readConfig(named.host), ports), jump };
}

type Named = Pick<SshTarget, 'host' | 'port' | 'user'>;

function hop(named: Named, config: HostConfig, ports: SshPorts): Omit<Hop, 'jump'> {
  return {
    host: config.hostName ?? named.host,
    port: named.port ?? config.port ?? 22,
    user: named.user ?? config.user ?? ports.localUser,
    config,
  };
}
