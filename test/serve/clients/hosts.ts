import { mintLabKey } from '../../../src/lab/estate/keys';
import { addMachines } from '../../../src/lab/estate/machines';
import { perform } from '../../../src/lab/estate/perform';
import { activate } from '../../../src/lab/model/activate';
import { succeeded } from '../../../src/lab/model/outcome';
import { installProductKey } from '../../../src/lab/model/product-keys';
import { type Laboratory } from '../../../src/lab/estate/laboratory';

const product = 'Windows Server 2008 R2 Standard';

/** Adds KMS01 with an activated host key. */
export async function activateHost(laboratory: Laboratory): Promise<void> {
  addMachines(laboratory, { name: 'KMS01', product });
  const { text } = mintLabKey(laboratory, { kind: 'csvlk', edition: product });
  await perform(laboratory, 'KMS01', (state, context) => installProductKey(state, text, context));
  await perform(laboratory, 'KMS01', (state, context) => {
    const host = state.products.find(({ kmsHost }) => kmsHost !== null);
    return host === undefined ? succeeded(state) : activate(state, host.activationId, 'by-hand', context);
  });
}
