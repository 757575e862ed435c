import { type CountingCacheReader, type CountName } from '../../../src/kms/engine/host-records';
import { answer, type HostedProduct, type HostResult, type KmsHostFacts } from '../../../src/kms/engine/host';
import { MemoryCountingCache } from '../../../src/kms/engine/counting-cache';
import { type ActivationRequest } from '../../../src/kms/engine/messages';

export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;
export const start = Date.UTC(2026, 0, 5, 8, 0, 0);

export const windowsApp = '55c92734-d682-4d71-983e-d6ec3f16059f';
export const officeApp = '0ff1ce15-a989-479d-af46-f275c6370663';
export const clientSku = '00000000-0000-4000-8000-000000000025';
export const serverSku = '00000000-0000-4000-8000-000000000005';
export const office2016Sku = '00000000-0000-4000-8000-000000002016';
export const office2021Sku = '00000000-0000-4000-8000-000000002021';
export const foreignSku = '00000000-0000-4000-8000-00000000ffff';

/** A synthetic CMID with this number in it. */
export function cmid(number: number): string {
  return `11111111-2222-4333-8444-${number.toString(16).padStart(12, '0')}`;
}

export function windowsHost(changes: Partial<HostedProduct> = {}): HostedProduct {
  return {
    activationId: 'aaaaaaaa-0000-4000-8000-000000000001',
    applicationId: windowsApp,
    count: 'windows',
    activated: true,
    extendedPid: '00000-99999-001-000001-03-1033-7601.0000-0052026',
    activates: new Set([clientSku, serverSku]),
    ...changes,
  };
}

export function officeHost(generation: '2016' | '2021', changes: Partial<HostedProduct> = {}): HostedProduct {
  return {
    activationId: `aaaaaaaa-0000-4000-8000-00000000${generation}`,
    applicationId: officeApp,
    count: `office-${generation}`,
    activated: true,
    extendedPid: '00000-99999-002-000002-03-1033-7601.0000-0052026',
    activates: new Set([generation === '2016' ? office2016Sku : office2021Sku]),
    ...changes,
  };
}

export function facts(changes: Partial<KmsHostFacts> = {}): KmsHostFacts {
  return {
    products: [windowsHost()],
    activationIntervalMinutes: 120,
    renewalIntervalMinutes: 10_080,
    countsPhysicalOnly: false,
    clockToleranceMinutes: 240,
    ...changes,
  };
}

export function request(changes: Partial<ActivationRequest> = {}): ActivationRequest {
  return {
    clientMachineId: cmid(1),
    previousClientMachineId: null,
    machineName: 'PC-001.lab.example',
    licenseStatus: 2,
    minutesRemaining: 43_200,
    activationId: clientSku,
    applicationId: windowsApp,
    requiredClientCount: 25,
    isVirtualMachine: false,
    clientTime: start,
    ...changes,
  };
}

export const asServer = { activationId: serverSku, requiredClientCount: 5 } as const;
export const asOffice2016 = {
  activationId: office2016Sku,
  applicationId: officeApp,
  requiredClientCount: 5,
} as const;

/** A host with its cache: each request is answered, applied, and its client's clock is right unless it says so. */
export class TestHost {
  readonly cache = new MemoryCountingCache();
  readonly facts: KmsHostFacts;

  constructor(hostFacts: KmsHostFacts = facts()) {
    this.facts = hostFacts;
  }

  ask(changes: Partial<ActivationRequest>, now: number = start): HostResult {
    const result = answer(this.facts, this.cache, request({ clientTime: now, ...changes }), now);
    this.cache.apply(result.cacheChanges);
    return result;
  }

  /** The count that the request is answered with; throws where it is refused. */
  count(changes: Partial<ActivationRequest>, now: number = start): number {
    const { answer: given } = this.ask(changes, now);
    if (given.kind !== 'count') throw new Error('refused');
    return given.count;
  }
}

/** CMIDs that a cache holds for a count, the longest unheard-of first. */
export function remembered(cache: CountingCacheReader, count: CountName = 'windows'): readonly string[] {
  return [...cache.clientsOldestFirst(count)].map(([clientMachineId]) => clientMachineId);
}
