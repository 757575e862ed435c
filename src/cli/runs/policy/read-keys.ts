import type { DesiredState, KeySource } from '../../../fleet/policy/policy';
import type { FoundKey } from '../../../fleet/policy/wanted-key';
import type { Surroundings } from '../../parts';
import { Refusal, refusalOf } from '../../refusal';

/**
 * Reads the keys of all sources, each once and before anything is connected.
 * @throws Refusal for a source that cannot be read
 */
export async function readKeys(
  states: readonly DesiredState[],
  { console, parts }: Surroundings,
): Promise<(source: KeySource) => FoundKey> {
  const keys = new Map<string, string>();
  for (const { key } of states) {
    if (typeof key !== 'object') continue;
    const name = JSON.stringify(key.from);
    if (keys.has(name)) continue;
    try {
      keys.set(name, await parts.remote().sourceSecret(key.from, console));
    } catch (error) {
      const told = refusalOf(error);
      if (told === null) throw error;
      throw new Refusal(`The key of the policy cannot be had: ${told.message}.`, { cause: error });
    }
  }
  return (source) => {
    const key = keys.get(JSON.stringify(source));
    return key === undefined ? { problem: 'the source of its key was not read' } : { key };
  };
}
