import type { ContactAnswer, ContactRequest } from '../../kms/engine/client-types';
import { answer, type HostResult } from '../../kms/engine/host';
import type { CountingCacheReader } from '../../kms/engine/host-records';
import { clientError } from '../../kms/engine/refusals';
import type { Catalogue } from '../../licensing/catalogue/types';
import type { EstateSettings } from '../estate/settings';
import { isServiceRunning } from '../model/machine';
import { isPortOpen } from '../model/reachable';
import type { MachineName, MachineState } from '../model/state';
import { kmsHostFacts } from './host-facts';
import { machineMeantBy, type HostNames } from './host-names';
import { simulatedAddress } from './names';

/** The machines of an estate as one of them meets them in process. */
export interface Neighbours extends HostNames {
  readonly catalogue: Catalogue;
  readonly settings: Pick<EstateSettings, 'clockToleranceMinutes'>;
  cacheOf(host: MachineName): CountingCacheReader;
}

/** A request that reached a machine's KMS host service, with what has to be recorded. */
export interface HostContact {
  readonly host: MachineName;
  readonly result: HostResult;
}

const unreachable: ContactAnswer = {
  kind: 'contact',
  result: { ok: false, hresult: clientError.rpcServerUnavailable },
};

/** No such host, nobody listens there, or the machine is stopped: 0x800706BA. */
export function unreachableAnswer(): ContactAnswer {
  return unreachable;
}

/**
 * A contact in process: the host engine on the machine's state and cache while it runs, unreachable while it is
 * stopped or listens elsewhere. Null where the name means no lab machine.
 *
 * @param now the estate's time; the host compares clocks by its own (K3.11)
 */
export function contactInProcess(
  neighbours: Neighbours,
  asking: Pick<MachineState, 'name' | 'dns' | 'domain'>,
  { host: address, request }: ContactRequest,
  now: number,
): { readonly answer: ContactAnswer; readonly contact: HostContact | null } | null {
  const host = machineMeantBy(neighbours, address.name, asking);
  if (host === null) return null;
  const isItself = host.name.toLowerCase() === asking.name.toLowerCase();
  const isOpen = isItself || isPortOpen(host, address.port);
  if (!isServiceRunning(host) || !isOpen || host.loadedHost.listeningPort !== address.port)
    return { answer: unreachable, contact: null };
  const facts = kmsHostFacts(host, neighbours.catalogue, neighbours.settings);
  const result = answer(facts, neighbours.cacheOf(host.name), request, now + host.clockSkewMs);
  return {
    answer: {
      kind: 'contact',
      result: {
        ok: true,
        answer: result.answer,
        ipAddress: simulatedAddress(host.name),
        sameMachine: isItself,
      },
    },
    contact: { host: host.name, result },
  };
}
