import { answer, type HostResult } from '../../kms/engine/host';
import { type ActivationRequest } from '../../kms/engine/messages';
import { type EstateWriter } from '../../lab/estate/store-port';
import { estateTime } from '../../lab/estate/time';
import { type GroupCommitStore } from '../../lab/store/group-commit';
import { type Catalogue } from '../../licensing/catalogue/types';
import { type AnswerBatch } from '../../kms/net/call-batcher';
import { HostMemory, type RememberedHost } from './host-memory';

/** What the host service answers with. */
export interface HostServicePorts {
  readonly batches: GroupCommitStore;
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
 * Answers a batch of requests in one transaction: log, cache and counters are on disk before the first answer is
 * given back. A batch that cannot be recorded is not answered.
 */
export function hostAnswerBatch(ports: HostServicePorts): AnswerBatch {
  const { batches, machine, catalogue, realNow } = ports;
  const memory = new HostMemory(machine, catalogue);
  return async (requests) => {
    try {
      return await batches.write((writer) => {
        const host = memory.look(writer);
        if (host === null) throw new HostNotRunning(machine);
        return answerIn(writer, host, requests, realNow());
      });
    } catch (error) {
      memory.forget();
      throw error;
    }
  };
}

function answerIn(
  writer: EstateWriter,
  { id, facts, cache, clock, clockSkewMs }: RememberedHost,
  requests: readonly ActivationRequest[],
  realNow: number,
): readonly HostResult['answer'][] {
  const now = estateTime(clock, realNow) + clockSkewMs;
  const results = requests.map((request) => {
    const result = answer(facts, cache, request, now);
    cache.apply(result.cacheChanges);
    return result;
  });
  writer.applyHostBatch(id, {
    requests: results.map(({ logRow }) => logRow),
    cache: results.flatMap(({ cacheChanges }) => cacheChanges),
    cacheAfter: cache,
    counters: results.flatMap(({ increment }) => (increment === null ? [] : [increment])),
  });
  return results.map((result) => result.answer);
}
