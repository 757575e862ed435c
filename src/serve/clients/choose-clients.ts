import { EstateError } from '../../lab/estate/errors';
import { fitsPattern } from '../../lab/estate/name-pattern';
import { localMachineName, requireMachine } from '../../lab/estate/names';
import type { EstateReader, EstateStore } from '../../lab/estate/store-port';
import type { MachineState, ProductState } from '../../lab/model/state';

/** Products of a machine that activate at a KMS host: those with a setup key. */
export function clientProducts(machine: MachineState): readonly ProductState[] {
  return machine.products.filter(({ key, channel }) => key !== null && channel === 'gvlk');
}

/**
 * The clients that names mean: each a machine, or a pattern with * and ? for those of its names that are KMS clients.
 * Every machine once, as the estate writes its name.
 * @throws EstateError for an unknown machine, one that is no KMS client, and a pattern that fits none
 */
export function chooseClients(store: EstateStore, names: readonly string[]): readonly string[] {
  return store.read((reader) => [...new Set(names.flatMap((name) => clientsOf(reader, name)))]);
}

function clientsOf(reader: EstateReader, name: string): readonly string[] {
  if (/[*?]/.test(name)) return matching(reader, name);
  const { state } = requireMachine(reader, name);
  if (clientProducts(state).length > 0) return [state.name];
  throw new EstateError(
    'not-possible',
    `${state.name} is no KMS client: none of its products has a setup key ("slmgr keys" lists them).`,
  );
}

function matching(reader: EstateReader, pattern: string): readonly string[] {
  const found = reader
    .machines()
    .map(({ state }) => state)
    .filter((state) => state.name !== localMachineName && fitsPattern(state.name, pattern))
    .filter((state) => clientProducts(state).length > 0);
  if (found.length > 0) return found.map(({ name }) => name);
  throw new EstateError('not-found', `No KMS client of the estate fits "${pattern}".`);
}
