import type { WantedKey } from './differences';
import type { MachineState } from './machine-state';
import type { DesiredState, KeySource } from './policy';

/** A key that a source gave, or why it gave none. */
export type FoundKey = { readonly key: string } | { readonly problem: string };

/** The key that a policy wants on a machine, with the whole of it to install. */
export type KeyForMachine =
  | { readonly kind: 'none' }
  | { readonly kind: 'wanted'; readonly wanted: WantedKey; readonly key: string }
  | { readonly kind: 'problem'; readonly problem: string };

const form = /^[A-Z0-9]{5}(?:-[A-Z0-9]{5}){4}$/i;
const typeNames = { mak: 'MAK', csvlk: 'KMS host key', retail: 'retail key' } as const;

/** Which key a machine is to have; `keyOf` gives those that come from sources. */
export function keyForMachine(
  { key }: DesiredState,
  state: MachineState,
  keyOf: (source: KeySource) => FoundKey,
): KeyForMachine {
  if (key === undefined || key === 'keep') return { kind: 'none' };
  if (key === 'gvlk') {
    if (state.setup === null) {
      return {
        kind: 'problem',
        problem: 'no setup key is known for its edition, so key: gvlk cannot be told',
      };
    }
    return wantedKey(state.setup.key, `gvlk of ${state.setup.edition}`);
  }
  const found = keyOf(key.from);
  if ('problem' in found) return { kind: 'problem', problem: found.problem };
  const wanted = found.key.trim().toUpperCase();
  if (!form.test(wanted)) {
    return {
      kind: 'problem',
      problem: `what the source of the ${typeNames[key.type]} gave is no product key`,
    };
  }
  return wantedKey(wanted, `${typeNames[key.type]} that ends in ${wanted.slice(-5)}`);
}

function wantedKey(key: string, shown: string): KeyForMachine {
  return { kind: 'wanted', key, wanted: { partial: key.slice(-5), shown } };
}
