import { TransportError } from '../transport-error';
import { type HostConfig } from './config';
import { type Address, splitAddress } from './config/jump';
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

function wrongJump(message: string, advice: readonly string[] = []): TransportError {
  return new TransportError({ step: 'tcp', cause: 'configuration', message, advice });
}

/** {@link splitAddress} of a machine on the way; throws where it is none. */
export function parseHop(text: string): Address {
  const address = splitAddress(text);
  if (address === null)
    throw wrongJump(`${JSON.stringify(text)} is no jump host; the form is [user@]host[:port]`);
  return address;
}

type Ports = Pick<SshPorts, 'homeDirectory' | 'userFiles' | 'localUser' | 'env'>;

/** A machine to reach, the machines that were said to be in front of it, and what it is on the way. */
interface Step {
  readonly named: Address;
  /** Undefined: the configuration says it. */
  readonly through: readonly JumpHost[] | undefined;
  readonly jump: JumpHost | null;
}

/**
 * The machines to go through and the target, with what the configuration says of each. What the caller says wins. As with
 * OpenSSH, a machine of a list is reached through those in front of it, and the first one by its own ProxyJump.
 */
export function planRoute(target: SshTarget, ports: Ports): readonly Hop[] {
  const { host, port, user, jump } = target;
  const named = { host, ...(port === undefined ? {} : { port }), ...(user === undefined ? {} : { user }) };
  return wayTo({ named, through: jump, jump: null }, ports, new Set());
}

function wayTo(step: Step, ports: Ports, seen: ReadonlySet<string>): readonly Hop[] {
  const { named, through, jump } = step;
  const asked = JSON.stringify([named.host, named.port, named.user, through?.map(({ address }) => address)]);
  if (seen.has(asked)) throw loop(named.host);
  const config = ports.userFiles.hostConfig({
    host: named.host,
    saidUser: named.user,
    saidPort: named.port,
    home: ports.homeDirectory,
    localUser: ports.localUser,
    env: ports.env ?? {},
  });
  const self: Hop = {
    host: config.hostName,
    port: named.port ?? config.port ?? 22,
    user: named.user ?? config.user ?? ports.localUser,
    config,
    jump,
  };
  const jumps = through ?? config.proxyJump.map((address): JumpHost => ({ address }));
  const last = jumps.at(-1);
  if (last === undefined) return [self];
  const before = parseHop(last.address);
  if (isSelf(before, self)) throw loop(before.host);
  const rest = jumps.slice(0, -1);
  const next: Step = { named: before, through: rest.length > 0 ? rest : undefined, jump: last };
  return [...wayTo(next, ports, new Set([...seen, asked])), self];
}

function isSelf(jump: Address, { host, port, user }: Hop): boolean {
  return jump.host === host && (jump.port ?? 22) === port && (jump.user ?? user) === user;
}

function loop(host: string): TransportError {
  return wrongJump(`the way leads through ${host} for ever: its ProxyJump leads back to itself`, [
    `Give it a way of its own in front of the line that holds for all: Host ${host}, then ProxyJump none.`,
  ]);
}
