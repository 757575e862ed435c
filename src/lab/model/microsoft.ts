import type { Hresult } from '../../licensing/hresult';
import { modelError } from './errors';
import type { LabKey } from './keys';

/**
 * The lab's Microsoft: what its activation service and its telephone decide of a key. It remembers, for each key, the
 * activations by machine.
 */

/** Hosts that one KMS host key may be used on, and activations of each (K11.1). */
export const hostKeyLimits = { hosts: 6, activationsPerHost: 10 } as const;
/** Machines that one retail key may be used on. */
export const retailMachines = 1;

/** Activations of a key by hardware ID. */
export type KeyUses = Readonly<Record<string, number>>;

/** What becomes of a request: the error or 0, and the key's uses after it. */
export interface MicrosoftDecision {
  /** 0: activated. */
  readonly hresult: Hresult | 0;
  readonly uses: KeyUses;
}

function total(uses: KeyUses): number {
  return Object.values(uses).reduce((sum, count) => sum + count, 0);
}

function isHostKeyUsedUp(hosts: number, activationsHere: number): boolean {
  const isPastHosts = activationsHere === 0 && hosts >= hostKeyLimits.hosts;
  return isPastHosts || activationsHere >= hostKeyLimits.activationsPerHost;
}

function refusalOf(key: LabKey, uses: KeyUses, hardwareId: string): Hresult | 0 {
  const machines = Object.keys(uses).length;
  const here = uses[hardwareId] ?? 0;
  switch (key.type) {
    case 'csvlk':
      return isHostKeyUsedUp(machines, here) ? modelError.activationLimit : 0;
    case 'mak':
      return total(uses) >= key.pool ? modelError.makExhausted : 0;
    case 'retail':
      return here === 0 && machines >= retailMachines ? modelError.activationLimit : 0;
    case 'oem':
    case 'evaluation':
      return 0;
  }
}

/**
 * Decides an activation, over the internet or by telephone alike: six hosts with ten activations each for a KMS host
 * key (K11.1, 0xC004C008), the pool of a MAK (K11.6, 0xC004C020), one machine for a retail key, 0xC004C003 for a
 * blocked key. A manual exception of the call centre passes all limits, and counts as an activation.
 *
 * @param uses activations of this key so far
 */
export function decideActivation(
  key: LabKey,
  uses: KeyUses,
  request: {
    readonly hardwareId: string;
    readonly isBlocked: boolean;
    /** The call centre grants one activation past the key's limits. */
    readonly isException?: boolean | undefined;
  },
): MicrosoftDecision {
  const limit = request.isException === true ? 0 : refusalOf(key, uses, request.hardwareId);
  const code = request.isBlocked ? modelError.keyBlockedByServer : limit;
  if (code !== 0) return { hresult: code, uses };
  return { hresult: 0, uses: { ...uses, [request.hardwareId]: (uses[request.hardwareId] ?? 0) + 1 } };
}
