import { MemoryCountingCache } from '../engine/counting-cache';
import { answer, type HostResult, type KmsHostFacts } from '../engine/host';
import { type CacheChange } from '../engine/host-records';
import { type ActivationRequest } from '../engine/messages';
import { kmsHostFacts } from '../../lab/clockwork/host-facts';
import { defaultSettings } from '../../lab/estate/settings';
import { type EstateStore, type EstateWriter, type StoredMachine } from '../../lab/estate/store-port';
import { estateTime } from '../../lab/estate/time';
import { type Catalogue } from '../../licensing/catalogue/types';
import { type AnswerBatch } from '../net/call-batcher';

/** What the host service answers with. */
export interface HostServicePorts {
  readonly store: EstateStore;
  readonly catalogue: Catalogue;
  /** Name of the machine whose service it is. */
  readonly machine: string;
  /** The real time, epoch ms. */
  readonly realNow: () => number;
}

/** The machine is not there to answer: it was removed, or it is stopped. */
export class HostNotRunning extends Error {
  constructor(machine: string) {
    super(`${machine} is stopped or no longer in the estate`);
    this.name = 'HostNotRunning';
  }
}

/**
 * Answers a batch of requests in one transaction: facts, clock and counting cache as they stand there, and log,
 * cache and counters on disk before the first answer is given back. A batch that cannot be recorded is not answered.
 */
export function hostAnswerBatch(ports: HostServicePorts): AnswerBatch {
  return (requests) =>
    new Promise((resolve) => {
      resolve(ports.store.write((writer) => answerIn(writer, ports, requests)));
    });
}

function answerIn(
  writer: EstateWriter,
  ports: HostServicePorts,
  requests: readonly ActivationRequest[],
): readonly HostResult['answer'][] {
  const host = writer.machine(ports.machine);
  if (host?.state.running !== true) throw new HostNotRunning(ports.machine);
  const now = estateTime(writer.clock(), ports.realNow()) + host.state.clockSkewMs;
  const cache = new MemoryCountingCache(writer.cacheRows(host.id));
  const facts = factsOf(host, writer, ports.catalogue);
  const results = requests.map((request) => {
    const result = answer(facts, cache, request, now);
    cache.apply(result.cacheChanges);
    return result;
  });
  writer.applyHostBatch(host.id, {
    requests: results.map(({ logRow }) => logRow),
    cache: netChanges(results.flatMap(({ cacheChanges }) => cacheChanges)),
    counters: results.flatMap(({ increment }) => (increment === null ? [] : [increment])),
  });
  return results.map((result) => result.answer);
}

function factsOf(host: StoredMachine, writer: EstateWriter, catalogue: Catalogue): KmsHostFacts {
  return kmsHostFacts(host.state, catalogue, writer.estate()?.settings ?? defaultSettings);
}

/** The last change of each row, in the order of these: what came before it in the same batch has no effect. */
export function netChanges(changes: readonly CacheChange[]): readonly CacheChange[] {
  const last = new Map<string, CacheChange>();
  for (const change of changes) {
    const key =
      change.kind === 'raise-threshold' ? change.count : `${change.count} ${change.clientMachineId}`;
    last.delete(key);
    last.set(key, change);
  }
  return [...last.values()];
}
