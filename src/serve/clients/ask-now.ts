import { mapWithLimit } from '../../kms/discovery/map-with-limit';
import { hresult } from '../../licensing/hresult';
import { EstateError } from '../../lab/estate/errors';
import type { Laboratory } from '../../lab/estate/laboratory';
import { requireMachine } from '../../lab/estate/names';
import { perform } from '../../lab/estate/perform';
import { activateAtKms } from '../../lab/model/kms-client';
import { findProduct } from '../../lab/model/machine';
import { modelError } from '../../lab/model/errors';
import { failed } from '../../lab/model/outcome';
import { clientProducts } from './choose-clients';
import { reportOf, type ClientReport } from './client-report';

/** Clients that ask at one time. */
const atOnce = 16;

/**
 * Lets each client send one request for each of its products now, whatever its timers say and however it may activate
 * otherwise. Its next attempt of itself is planned anew only where this one activates.
 * @throws EstateError for an unknown machine and one that is stopped
 */
export async function askNow(
  laboratory: Laboratory,
  machines: readonly string[],
): Promise<readonly ClientReport[]> {
  const reports = await mapWithLimit(machines, atOnce, (machine) => askOfMachine(laboratory, machine));
  return reports.flat();
}

async function askOfMachine(laboratory: Laboratory, name: string): Promise<readonly ClientReport[]> {
  const { state } = laboratory.store.read((reader) => requireMachine(reader, name));
  if (!state.running) {
    throw new EstateError(
      'not-possible',
      `${state.name} is stopped: start it with "slmgr lab start ${state.name}".`,
    );
  }
  const reports: ClientReport[] = [];
  for (const { activationId } of clientProducts(state)) {
    const report = await askForProduct(laboratory, state.name, activationId);
    if (report !== null) reports.push(report);
  }
  return reports;
}

/** Null where the product went while the others were asked for. */
async function askForProduct(
  laboratory: Laboratory,
  name: string,
  activationId: string,
): Promise<ClientReport | null> {
  const asked = { at: 0 };
  const { state, result, events } = await perform(laboratory, name, (machine, context) => {
    asked.at = context.now;
    const product = findProduct(machine, activationId);
    if (product?.key == null || !machine.running) return failed(machine, modelError.keyNotInstalled);
    return activateAtKms(machine, product, 'by-hand', context);
  });
  const product = findProduct(state, activationId);
  if (product === undefined) return null;
  const shown = result.ok ? hresult(0) : result.hresult;
  const { catalogue } = laboratory;
  return reportOf(state, product, events, { edition: (id) => catalogue.edition(id), shown, at: asked.at });
}
