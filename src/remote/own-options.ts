import { type TransportName, transports } from './address';
import { type ConnectionPlan, PlanError, type RemoteOptions } from './plan';

/** The options that one family of transports alone has, by the names of the command line. */
const ownOptions = {
  ssh: { identity: '--identity', knownHosts: '--known-hosts', acceptNew: '--accept-new' },
  winrm: { auth: '--auth' },
  winrms: {
    caFile: '--ca-file',
    certFile: '--cert-file',
    keyFile: '--key-file',
    fingerprint: '--fingerprint',
    insecure: '--insecure',
  },
} as const satisfies Record<TransportName, Partial<Record<keyof RemoteOptions, string>>>;

const whose = { ssh: 'SSH', winrm: 'WinRM', winrms: 'WinRM over HTTPS' } as const;

/** Which transports have the options of a family: WinRM over HTTPS has those of WinRM as well. */
function has(transport: TransportName, family: TransportName): boolean {
  return transport === family || (transport === 'winrms' && family === 'winrm');
}

/** Throws a {@link PlanError} for an option that would do nothing on the planned way: whoever gave it counts on it. */
export function refuseOptionsOfOthers(
  options: RemoteOptions,
  { transport, transportIsUsual: isUsual }: Pick<ConnectionPlan, 'transport' | 'transportIsUsual'>,
): void {
  for (const family of transports) {
    if (has(transport, family)) continue;
    const given = Object.entries(ownOptions[family]).find(([name]) => {
      const value = options[name as keyof RemoteOptions];
      return value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);
    });
    if (given === undefined) continue;
    const reached = `this machine is reached by ${whose[transport]}${isUsual ? ', as no --transport is given' : ''}`;
    throw new PlanError(`${given[1]} belongs to ${whose[family]}, and ${reached}`);
  }
}
