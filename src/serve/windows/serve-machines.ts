import type { Laboratory } from '../../lab/estate/laboratory';
import { servedIdentity, type ServedIdentity } from './identity';
import { listen, ListenError, shown, type Listening } from './listen';
import type { ServedMachine } from './machine';
import { servedMachine } from './served-machine';
import { type PowerShellEngine } from './shell/engine/port';
import { portsOfMachines, type Ports, type Protocol } from './served-ports';
import { createSshTarget } from './ssh';
import { writeTargets, type ServedListener } from './targets-out';
import { createWinrmTarget } from './winrm';
import { WorkQuota } from './work-quota';

export type { Protocol };

export interface ServeOptions {
  readonly machines: readonly string[];
  readonly listen: string;
  /** First port of each protocol that is served; the machines count up from it, 0 takes free ones. */
  readonly ports: Ports;
  /** The data directory, in which host keys and certificates are kept. */
  readonly home: string;
  readonly targetsOut: string | null;
  /** A real PowerShell for the scripts that come to the machines; without one the simulated one reads them. */
  readonly engine?: PowerShellEngine;
}

/**
 * Serves machines until `close`; `opened` is told of every listener once all of them are open and the targets file is
 * written. Where one of these fails, nothing stays open.
 * @throws ListenError for a port that cannot be had and a targets file that cannot be written
 */
export async function serveMachines(
  laboratory: Laboratory,
  options: ServeOptions,
  opened: (address: ServedListener['address']) => void,
): Promise<{ readonly close: () => Promise<void> }> {
  const ports = portsOfMachines(options.machines, options.ports);
  const quota = new WorkQuota();
  const listeners: Listening[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(listeners.map((listener) => listener.close()));
  };
  const served: ServedListener[] = [];
  try {
    for (const [index, name] of options.machines.entries()) {
      const machine = servedMachine(laboratory, name, options.engine);
      const identity = await servedIdentity(options.home, machine, Date.now());
      for (const [protocol, port] of Object.entries(ports[index] ?? {}) as [Protocol, number][]) {
        const listening = await listen(
          serverFor(protocol, { machine, identity, quota }),
          options.listen,
          port,
        );
        listeners.push(listening);
        const address = { machine: machine.name, protocol, address: listening.address, port: listening.port };
        served.push({ address, identity });
      }
    }
    if (options.targetsOut !== null) writeTargets(options.targetsOut, laboratory, served);
  } catch (error) {
    await close();
    throw error;
  }
  for (const { address } of served) opened(address);
  return { close };
}

interface Served {
  readonly machine: ServedMachine;
  readonly identity: ServedIdentity;
  readonly quota: WorkQuota;
}

function serverFor(protocol: Protocol, { machine, identity, quota }: Served): Parameters<typeof listen>[0] {
  switch (protocol) {
    case 'ssh':
      return createSshTarget(
        machine,
        identity.hostKeys.map(({ privateKey }) => privateKey),
        quota,
      );
    case 'winrm':
      return createWinrmTarget(machine, null, quota);
    case 'winrms':
      return createWinrmTarget(machine, identity.certificate, quota);
  }
}

export { ListenError, shown };
