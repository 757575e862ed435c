import { hresult, type Hresult } from '../../licensing/hresult';
import { cacheCapacity, isExpired, rememberedThreshold } from './counting-cache';
import {
  type CacheChange,
  type CounterIncrement,
  type CountingCacheReader,
  type CountName,
  type RequestCounterName,
  type RequestLogRow,
} from './host-records';
import { type ActivationAnswer, type ActivationRequest, type LicenseStatusCode } from './messages';
import { refusal } from './refusals';

/** A product of the host machine that holds a CSVLK. */
export interface HostedProduct {
  /** Activation ID of the host product: the key of its counters. */
  readonly activationId: string;
  readonly applicationId: string;
  /** Which count its clients add to (K1.4, K1.5). */
  readonly count: CountName;
  /** Whether the CSVLK itself is activated (K12.9). */
  readonly activated: boolean;
  readonly extendedPid: string;
  /** Activation IDs of the products that the key's group activates (K11.3, K12.8). */
  readonly activates: ReadonlySet<string>;
}

/** What answering needs to know of the host machine: its settings as the service loaded them at its start. */
export interface KmsHostFacts {
  /** Empty: KMS is not enabled (K12.10). */
  readonly products: readonly HostedProduct[];
  readonly activationIntervalMinutes: number;
  readonly renewalIntervalMinutes: number;
  /** True for KMS of the Vista and Server 2008 era: virtual machines do not count (K1.7). */
  readonly countsPhysicalOnly: boolean;
  /** Tolerated difference of the clocks, a documented setting (K3.11 gives no number). */
  readonly clockToleranceMinutes: number;
}

/** The answer with all that has to be recorded before it may leave. */
export interface HostResult {
  readonly answer: ActivationAnswer;
  readonly cacheChanges: readonly CacheChange[];
  readonly logRow: RequestLogRow;
  /** Null where the machine has no host product to count for. */
  readonly increment: CounterIncrement | null;
}

const stateCounter = {
  0: 'unlicensed',
  1: 'licensed',
  2: 'oobGrace',
  3: 'ootGrace',
  4: 'nonGenuineGrace',
  5: 'notification',
  // No counter of its own: the nearest is "License expired or Hardware out of tolerance".
  6: 'ootGrace',
} as const satisfies Record<LicenseStatusCode, RequestCounterName>;

interface Refused {
  readonly kind: 'refused';
  readonly hresult: Hresult;
  readonly logged: Hresult;
  readonly product: HostedProduct | undefined;
}

type Decision = Refused | { readonly kind: 'served'; readonly product: HostedProduct };

function refused(code: Hresult, product: HostedProduct | undefined, logged = code): Refused {
  return { kind: 'refused', hresult: code, logged, product };
}

/** The host product whose counters take a request that none of them may activate. */
function nearestProduct(facts: KmsHostFacts, applicationId: string): HostedProduct | undefined {
  return facts.products.find((product) => product.applicationId === applicationId) ?? facts.products[0];
}

function decide(facts: KmsHostFacts, request: ActivationRequest, now: number): Decision {
  const able = facts.products.filter((product) => product.activates.has(request.activationId));
  const nearest = able[0] ?? nearestProduct(facts, request.applicationId);
  if (nearest === undefined) return refused(refusal.notEnabled, undefined);
  if (!facts.products.some((product) => product.activated)) return refused(refusal.notActivated, nearest);
  if (Math.abs(now - request.clientTime) > facts.clockToleranceMinutes * 60_000) {
    return refused(refusal.invalidTimestamp, nearest);
  }
  if (able.length === 0) return refused(refusal.idMismatch, nearest, refusal.productNotInstalled);
  const product = able.find((candidate) => candidate.activated);
  return product === undefined ? refused(refusal.notActivated, nearest) : { kind: 'served', product };
}

/** The live entries of a count without the client that asks, and the removals of what has expired. */
function sweep(
  cache: CountingCacheReader,
  count: CountName,
  client: string,
  now: number,
): { readonly changes: CacheChange[]; readonly others: string[] } {
  const changes: CacheChange[] = [];
  const others: string[] = [];
  for (const [clientMachineId, lastRequestAt] of cache.clientsOldestFirst(count)) {
    if (clientMachineId === client) continue;
    if (isExpired(lastRequestAt, now))
      changes.push({ kind: 'forget', count, clientMachineId, reason: 'expired' });
    else others.push(clientMachineId);
  }
  return { changes, others };
}

/** Counts a request: K1.3, K2.1 to K2.6. Returns the count with the client in it, and the changes. */
function countClient(
  cache: CountingCacheReader,
  count: CountName,
  request: ActivationRequest,
  now: number,
): { readonly current: number; readonly changes: readonly CacheChange[] } {
  const { changes, others } = sweep(cache, count, request.clientMachineId, now);
  const before = cache.greatestThreshold(count);
  const greatestThreshold = Math.max(before, rememberedThreshold(request.requiredClientCount));
  if (greatestThreshold > before) changes.push({ kind: 'raise-threshold', count, greatestThreshold });
  const capacity = cacheCapacity(greatestThreshold);
  const surplus = Math.max(others.length + 1 - capacity, 0);
  for (const clientMachineId of others.slice(0, surplus)) {
    changes.push({ kind: 'forget', count, clientMachineId, reason: 'pushed-out' });
  }
  changes.push({ kind: 'remember', count, clientMachineId: request.clientMachineId, lastRequestAt: now });
  return { current: others.length + 1 - surplus, changes };
}

/** A virtual machine at a host that counts physical machines only: it learns the count and adds nothing (K1.7). */
function countWithoutClient(
  cache: CountingCacheReader,
  count: CountName,
  now: number,
): { readonly current: number; readonly changes: readonly CacheChange[] } {
  const { changes, others } = sweep(cache, count, '', now);
  return { current: others.length, changes };
}

function logRow(request: ActivationRequest, now: number, code: Hresult): RequestLogRow {
  return {
    at: now,
    hresult: code,
    requiredClientCount: request.requiredClientCount,
    machineName: request.machineName,
    clientMachineId: request.clientMachineId,
    clientTime: request.clientTime,
    isVirtualMachine: request.isVirtualMachine,
    licenseStatus: request.licenseStatus,
    minutesRemaining: request.minutesRemaining,
    activationId: request.activationId,
  };
}

/**
 * Answers one request: the count with the asking machine in it (K1.2, K1.3), or a refusal (K12.7 to K12.10). Pure:
 * the caller records changes, row and increment before it lets the answer go.
 *
 * @param now the host machine's own time, epoch milliseconds
 */
export function answer(
  facts: KmsHostFacts,
  cache: CountingCacheReader,
  request: ActivationRequest,
  now: number,
): HostResult {
  const decision = decide(facts, request, now);
  if (decision.kind === 'refused') {
    return {
      answer: { kind: 'refusal', hresult: decision.hresult },
      cacheChanges: [],
      logRow: logRow(request, now, decision.logged),
      increment:
        decision.product === undefined
          ? null
          : { hostActivationId: decision.product.activationId, counters: ['total', 'failed'] },
    };
  }
  const { product } = decision;
  const counted =
    facts.countsPhysicalOnly && request.isVirtualMachine
      ? countWithoutClient(cache, product.count, now)
      : countClient(cache, product.count, request, now);
  return {
    answer: {
      kind: 'count',
      count: counted.current,
      activationIntervalMinutes: facts.activationIntervalMinutes,
      renewalIntervalMinutes: facts.renewalIntervalMinutes,
      hostExtendedPid: product.extendedPid,
      hostTime: now,
    },
    cacheChanges: counted.changes,
    logRow: logRow(request, now, hresult(0)),
    increment: {
      hostActivationId: product.activationId,
      counters: ['total', stateCounter[request.licenseStatus]],
    },
  };
}

/**
 * KeyManagementServiceCurrentCount at `now`: 0 to 50, -1 where KMS is off for this count or nobody asked yet (K2.9).
 */
export function currentCount(
  facts: KmsHostFacts,
  cache: CountingCacheReader,
  count: CountName,
  now: number,
): number {
  const enabled = facts.products.some((product) => product.count === count);
  if (!enabled || cache.greatestThreshold(count) === 0) return -1;
  let live = 0;
  for (const [, lastRequestAt] of cache.clientsOldestFirst(count))
    if (!isExpired(lastRequestAt, now)) live += 1;
  return live;
}
