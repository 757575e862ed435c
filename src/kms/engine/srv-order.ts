import { type SrvRecord } from './client-types';

/** Removes and returns one element, each with a chance of its weight; a list of zeros is picked evenly. */
function takeWeighted(records: SrvRecord[], random: () => number): SrvRecord | undefined {
  const total = records.reduce((sum, record) => sum + record.weight, 0);
  if (total === 0) return takeAny(records, random);
  // RFC 2782: weight 0 first, so that it keeps a very small chance beside others.
  records.sort((a, b) => Number(a.weight !== 0) - Number(b.weight !== 0));
  const chosen = Math.floor(random() * (total + 1));
  let running = 0;
  const index = records.findIndex((record) => (running += record.weight) >= chosen);
  return records.splice(index, 1)[0];
}

function takeAny(records: SrvRecord[], random: () => number): SrvRecord | undefined {
  return records.splice(Math.floor(random() * records.length), 1)[0];
}

function drain(
  records: readonly SrvRecord[],
  take: (left: SrvRecord[], random: () => number) => SrvRecord | undefined,
  random: () => number,
): SrvRecord[] {
  const left = [...records];
  const order: SrvRecord[] = [];
  for (
    let next = take(left, random);
    next !== undefined;
    next = left.length > 0 ? take(left, random) : undefined
  ) {
    order.push(next);
  }
  return order;
}

/**
 * The order in which Windows 7 and later try the hosts of an SRV answer: lower priority first, equal priorities
 * shared by weight (RFC 2782, K6.12, K6.13). `random` gives numbers from 0 (included) to 1 (not included).
 */
export function orderByPriorityAndWeight(
  records: readonly SrvRecord[],
  random: () => number,
): readonly SrvRecord[] {
  const priorities = [...new Set(records.map((record) => record.priority))].sort((a, b) => a - b);
  return priorities.flatMap((priority) =>
    drain(
      records.filter((record) => record.priority === priority),
      takeWeighted,
      random,
    ),
  );
}

/** The order of Vista and Server 2008 clients: at random, priority and weight ignored (K6.12). */
export function orderAtRandom(records: readonly SrvRecord[], random: () => number): readonly SrvRecord[] {
  return drain(records, takeAny, random);
}
