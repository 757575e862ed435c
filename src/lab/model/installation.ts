import { generationFacts, generations } from '../../licensing/catalogue/generations';
import type { Catalogue } from '../../licensing/catalogue/types';
import { hardwareIdOf } from './identity';
import { parseKey, type LabKey } from './keys';
import { installationId } from './phone';
import type { MachineState, ProductState } from './state';

/** The lab key on a product; null for a setup key and where there is none. */
export function labKeyOf(product: ProductState, catalogue: Catalogue): LabKey | null {
  if (product.key === null || product.channel === 'gvlk' || product.channel === 'avma') return null;
  const parsed = parseKey(product.key.text, catalogue);
  return parsed.kind === 'lab' ? parsed.key : null;
}

/** OfflineInstallationId: another key or another hardware gives another one; null without a key. */
export function installationIdOf(
  machine: MachineState,
  product: ProductState,
  catalogue: Catalogue,
): string | null {
  if (product.key === null) return null;
  return installationId({
    key: labKeyOf(product, catalogue),
    print: `${product.activationId}|${product.key.text}|${hardwareIdOf(machine)}`,
    isShort: generationFacts(machine.generation).era < generations.win8.era,
  });
}
