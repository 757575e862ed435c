import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readCases } from '../../test/conformance/case-file';
import { executeOver, runnerOver } from '../../test/providers/windows/bridge-executor';

const folder = join(__dirname, '..', '..', '..', 'shared', 'conformance', 'cases');

/** How many round trips each verb of the conformance corpus costs over SSH, least to most. */
export async function roundTripsPerVerb(): Promise<readonly string[]> {
  if (!existsSync(folder)) return [`round trips: skipped, there is no ${folder}`];
  const costs = new Map<string, number[]>();
  for (const one of readCases(folder)) {
    if (Object.keys(one.failures).length > 0) continue;
    await executeOver(one, runnerOver, ({ verb, roundTrips }) => {
      costs.set(verb, [...(costs.get(verb) ?? []), roundTrips]);
    });
  }
  return [...costs].sort().map(([verb, trips]) => {
    const [least, most] = [Math.min(...trips), Math.max(...trips)];
    return `round trips of /${verb.padEnd(24)} ${least === most ? least : `${least} to ${most}`}`;
  });
}
