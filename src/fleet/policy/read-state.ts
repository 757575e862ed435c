import type { Catalogue } from '../../licensing/catalogue/types';
import type { LicensingProvider } from '../../licensing/provider';
import { isWindows } from '../../licensing/facts';
import { channelOf } from '../../licensing/channel';
import { textOf } from '../../licensing/values';
import { readLicenses } from '../../verbs/check';
import { readProducts } from '../../verbs/machine';
import { windowsProducts, type MachineState, type SetupKey } from './machine-state';
import { setupKeyOf } from './setup-key';

/** A machine whose state a policy cannot be held against; the message says why. */
export class AmbiguousMachineError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'AmbiguousMachineError';
  }
}

/**
 * Reads what policies are about.
 * @throws AmbiguousMachineError where two products of Windows have a key; LicensingError where the machine cannot be read
 */
export async function readMachineState(
  provider: LicensingProvider,
  catalogue: () => Catalogue,
  wantsSetupKey: boolean,
): Promise<MachineState> {
  const reading = await readLicenses(provider);
  const [windows = null, ...others] = windowsProducts(reading);
  if (windows !== null && others.length > 0) {
    const names = [windows, ...others].map(({ name, partialProductKey }) => `${name} (${partialProductKey})`);
    throw new AmbiguousMachineError(`${names.length} products of Windows have a key: ${names.join(', ')}`);
  }
  const { now, service } = reading;
  const setup = wantsSetupKey ? await readSetupKey(provider, windows, service.version, catalogue()) : null;
  return { now, service, windows, setup };
}

async function readSetupKey(
  provider: LicensingProvider,
  windows: MachineState['windows'],
  version: string,
  catalogue: Catalogue,
): Promise<SetupKey | null> {
  if (windows !== null) {
    const { activationId, name } = windows;
    return setupKeyOf({ activationId, name, version }, catalogue);
  }
  // Without a key the licences that are installed tell the edition.
  const products = await readProducts(provider, { kind: 'all' }, ['Name']);
  const keys = products
    .filter((product) => isWindows(product) && channelOf(textOf(product.Description)) === 'kms-client')
    .map((product) =>
      setupKeyOf({ activationId: textOf(product.ID), name: textOf(product.Name), version }, catalogue),
    );
  const [only, ...more] = [...new Map(keys.map((each) => [each?.key, each])).values()];
  return more.length > 0 ? null : (only ?? null);
}
