import { currentCount } from '../../kms/engine/host';
import { countOfGroup, kmsHostFacts } from '../../lab/clockwork/host-facts';
import type { Laboratory } from '../../lab/estate/laboratory';
import { defaultSettings } from '../../lab/estate/settings';
import type { EstateReader, StoredMachine } from '../../lab/estate/store-port';
import type { ViewContext } from '../../lab/model/cim-product';

/** What a machine's properties are made from beside its state: the time, the catalogue and its KMS host's counts. */
export function viewOf(
  laboratory: Pick<Laboratory, 'catalogue'>,
  reader: EstateReader,
  facts: { readonly stored: StoredMachine; readonly now: number },
): ViewContext {
  const { catalogue } = laboratory;
  const { state, id } = facts.stored;
  const settings = reader.estate()?.settings ?? defaultSettings;
  return {
    now: facts.now,
    catalogue,
    counts: {
      currentCount: (activationId) => {
        const product = state.products.find((each) => each.activationId === activationId);
        if (product?.kmsHost == null) return -1;
        const host = kmsHostFacts(state, catalogue, settings);
        const count = countOfGroup(product.kmsHost.group);
        return currentCount(host, reader.cache(id), count, facts.now + state.clockSkewMs);
      },
    },
  };
}
