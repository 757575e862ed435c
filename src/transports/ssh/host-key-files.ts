import { join } from 'node:path';
import { type HostKeyCheck, nameOnFile, type UnknownKeyPolicy } from './host-key';
import { type Hop } from './route';
import { type SshPorts, type SshTarget } from './settings';

/** The known_hosts files for a machine, the one that new keys go to first. */
function filesFor(
  hop: Hop,
  target: SshTarget,
  ports: SshPorts,
): { readonly own: readonly string[]; readonly all: readonly string[] } {
  if (target.knownHostsFile !== undefined)
    return { own: [target.knownHostsFile], all: [target.knownHostsFile] };
  const ssh = join(ports.homeDirectory, '.ssh');
  const system = ports.userFiles.systemFolder;
  const usual = (folder: string, name: string): readonly string[] => [
    join(folder, name),
    join(folder, `${name}2`),
  ];
  const own = hop.config.userKnownHostsFiles ?? usual(ssh, 'known_hosts');
  return { own, all: [...own, ...(hop.config.globalKnownHostsFiles ?? usual(system, 'ssh_known_hosts'))] };
}

/** What a host's key is held against, and what becomes of one that is not on file. */
export function hostKeyCheck(hop: Hop, target: SshTarget, ports: SshPorts): HostKeyCheck {
  const { userFiles, confirmHostKey } = ports;
  const { own, all } = filesFor(hop, target, ports);
  const named = { endpoint: hop, alias: hop.config.hostKeyAlias };
  const name = nameOnFile(named);
  const plain = nameOnFile({ endpoint: { ...hop, port: 22 } });
  const hasFallback = named.alias === undefined && plain !== name;
  const [writeTo = null] = own;
  const isHashed = hop.config.hashKnownHosts && target.knownHostsFile === undefined;
  return {
    ...named,
    entries: userFiles.knownHosts(all, name),
    withoutPort: hasFallback ? userFiles.knownHosts(all, plain) : [],
    requiredRsaBits: hop.config.requiredRsaBits,
    policy: policyOf(target, hop),
    writeTo,
    writeDown: async (written, key) => {
      if (writeTo !== null) await userFiles.addKnownHost(writeTo, written, key, isHashed);
    },
    ask: confirmHostKey,
  };
}

/** `StrictHostKeyChecking no` is taken as accept-new: a changed key is never accepted here. */
function policyOf(target: SshTarget, { config }: Hop): UnknownKeyPolicy {
  if (target.acceptNew === true) return 'accept-new';
  switch (config.strictHostKeyChecking) {
    case 'accept-new':
    case 'no':
      return 'accept-new';
    case 'yes':
      return 'refuse';
    case 'ask':
    case undefined:
      return 'ask';
  }
}
